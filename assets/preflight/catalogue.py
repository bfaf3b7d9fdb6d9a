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

#: A clip lacks an input altogether: there is nothing yet that the other checks could look at.
NO_LOOK = Check(
    "image.missing",
    "stop",
    "image",
    "A look",
    "Without a picture the engine does not know whom to show; it refuses the job.",
    "Whether the clip has chosen a look.",
    "the engines' documentation",
)
NO_TAKE = Check(
    "audio.missing",
    "stop",
    "audio",
    "A take",
    "Without a recording there is nothing to say, and no length; the engine refuses the job.",
    "Whether the clip has chosen a take.",
    "the engines' documentation",
)


@cache
def by_id() -> dict[str, Check]:
    """All checks by their stable id, e.g. ``image.blur``."""
    joined = (
        NO_LOOK, *image.CHECKS, NO_TAKE, *audio.CHECKS, *prompt.CHECKS, *prompt_text.CHECKS,
    )  # fmt: skip
    return {check.id: check for check in joined}


def of(owner: Owner) -> list[Check]:
    """The checks of one input."""
    return [check for check in by_id().values() if check.owner == owner]
