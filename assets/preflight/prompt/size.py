"""The rules that only count: a blank prompt, one over the limit, a long one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from assets.limits import InputLimits
from assets.preflight import thresholds as at
from assets.preflight.finding import Edit, Finding
from assets.preflight.prompt import checks
from assets.preflight.prompt.knowledge import knowledge
from assets.preflight.prompt.reading import Reading


def blank(prompt: str) -> Iterator[Finding]:
    """Nothing in the prompt can be seen."""
    if not any(_is_seen(character) for character in prompt):
        default = knowledge().phrases["default"]
        yield checks.BLANK.found(
            "The motion prompt is blank; the engine needs at least one character.",
            f"Use a preset, or: “{default}”.",
            edits=(Edit(0, len(prompt), default, slot="free_text"),),
        )


def limit(prompt: str, limits: InputLimits) -> Iterator[Finding]:
    """More code points than the engine takes."""
    most = limits.prompt_max_characters
    if len(prompt) > most:
        yield checks.LIMIT.found(
            f"The motion prompt has {len(prompt):,} characters; this engine takes at most "
            f"{most:,}.",
            f"Strike {len(prompt) - most:,} characters; one or two sentences work best.",
            span=(most, len(prompt)),
        )


def long(reading: Reading) -> Iterator[Finding]:
    """More words than an engine follows; Chinese characters count as parts of words."""
    han = sum(token.kind == "han" for token in reading.tokens)
    words = sum(
        token.kind in {"word", "number"} and not _continues(reading, place)
        for place, token in enumerate(reading.tokens)
    )
    counted = words + round(han / at.PROMPT_HAN_PER_WORD.value)
    if counted > at.PROMPT_WORDS.value:
        size = f"{han:,} Chinese characters" if han > words else f"{words:,} words"
        yield checks.LONG.found(
            f"The motion prompt has {size}; engines follow about {at.PROMPT_WORDS.value:g} words "
            f"({at.PROMPT_WORDS.value * at.PROMPT_HAN_PER_WORD.value:.0f} Chinese characters).",
            "Keep one sentence each for movement, camera and light.",
        )


def _continues(reading: Reading, place: int) -> bool:
    """Whether a hyphen joins the token to the one before: “push-in” is one word."""
    start = reading.tokens[place].start
    return place > 0 and reading.source[start - 1] in "-‐‑"


def _is_seen(character: str) -> bool:
    """Whether a character is neither space nor control nor invisible (zero-width joiners)."""
    return unicodedata.category(character)[0] not in {"Z", "C"}
