"""The running order: clips, the inputs each has chosen, and what keeps them as they are."""

from studio.clips.models.clip import (
    ChangedMeanwhile,
    Clip,
    ClipQuerySet,
    Held,
    PromptRevision,
    PromptView,
    add_clip,
)
from studio.clips.models.hold import Release, ReviewHold, hold_for_review

__all__ = [
    "ChangedMeanwhile",
    "Clip",
    "ClipQuerySet",
    "Held",
    "PromptRevision",
    "PromptView",
    "Release",
    "ReviewHold",
    "add_clip",
    "hold_for_review",
]
