"""Checks of a motion prompt."""

import unicodedata
from collections.abc import Callable, Iterator

from assets.limits import InputLimits
from assets.preflight.finding import Finding

Rule = Callable[[str, InputLimits], Iterator[Finding]]


def check_prompt(prompt: str, limits: InputLimits) -> list[Finding]:
    """All findings for a motion prompt, in the order of the rules. Never raises."""
    return [finding for rule in RULES for finding in rule(prompt, limits)]


def _stop(id_: str, message: str, fix: str, span: tuple[int, int] | None = None) -> Finding:
    return Finding(id=id_, level="stop", owner="prompt", message=message, fix=fix, span=span)


def _blank(prompt: str, limits: InputLimits) -> Iterator[Finding]:
    if not any(_is_seen(character) for character in prompt):
        yield _stop(
            "prompt.blank",
            "The motion prompt is blank; the engine needs at least one character.",
            "Use a preset, or: “talks to the viewer naturally, medium shot, static camera”.",
        )


def _limit(prompt: str, limits: InputLimits) -> Iterator[Finding]:
    limit = limits.prompt_max_characters
    if len(prompt) > limit:
        yield _stop(
            "prompt.limit",
            f"The motion prompt has {len(prompt):,} characters; "
            f"this engine takes at most {limit:,}.",
            f"Strike {len(prompt) - limit:,} characters; one or two sentences work best.",
            span=(limit, len(prompt)),
        )


def _is_seen(character: str) -> bool:
    """Whether a character is neither space nor control nor invisible (zero-width joiners)."""
    return unicodedata.category(character)[0] not in {"Z", "C"}


RULES: tuple[Rule, ...] = (_blank, _limit)
