"""Who changed a clip while somebody else worked on it, in the same words on every page."""

from __future__ import annotations

from django.utils import timezone

from studio.clips.models import Clip
from studio.organisations.models import User


def who_changed(clip: Clip, *, reader: User) -> str:
    """The beginning of a sentence to `reader`: “Olga changed this clip at 14:05”."""
    when = timezone.localtime(clip.changed_at)
    who = "You, elsewhere," if clip.changed_by == reader else str(clip.changed_by)
    return f"{who} changed this clip at {when:%H:%M}"
