"""A version that comes home is under review from that moment: its clip is held for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs import ordering
from jobs.models import AvatarJob, State
from studio.clips.models import Held, ReviewHold
from studio.organisations.models import User

Work = Callable[..., AvatarJob]


def test_a_clip_is_held_when_its_version_comes_home_and_not_before(
    ordered: AvatarJob, work: Work, teammate: User
) -> None:
    clip = ordered.clip
    assert not ReviewHold.objects.exists()
    clip.choose({"atmosphere": "evening light"}, by=teammate, seen_revision=clip.revision)
    work(ordered, State.SUCCEEDED)
    hold = ReviewHold.objects.get(clip=clip, released_at=None)
    assert (hold.number, hold.held_by) == (ordered.number, None)
    with pytest.raises(Held):
        clip.choose({"atmosphere": "noon"}, by=teammate, seen_revision=clip.revision)
    with pytest.raises(ordering.NotOrdered, match="v1 is under review"):
        ordering.order(clip, by=teammate)
