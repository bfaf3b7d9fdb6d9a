"""Every check there is, in the order in which a page names them."""

from __future__ import annotations

from functools import cache

from assets.preflight import audio, image, prompt
from assets.preflight.finding import Check, Owner
from assets.prompts import text as prompt_text

OWNERS: tuple[tuple[Owner, str], ...] = (
    ("image", "Look"),
    ("audio", "Audio take"),
    ("prompt", "Motion prompt"),
)


@cache
def by_id() -> dict[str, Check]:
    """All checks by their stable id, e.g. ``image.blur``."""
    joined = (*image.CHECKS, *audio.CHECKS, *prompt.CHECKS, *prompt_text.CHECKS)
    return {check.id: check for check in joined}


def of(owner: Owner) -> list[Check]:
    """The checks of one input."""
    return [check for check in by_id().values() if check.owner == owner]
