"""A version that comes home is under review from that moment: its clip is held for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assets import measuring
from jobs import ordering
from jobs.models import AvatarJob, State
from studio.clips.models import Clip, Held, ReviewHold
from studio.organisations.models import User
from tests.conftest import make_job, make_version

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


def test_a_version_put_back_under_review_in_the_middle_of_an_order_stops_it(
    clip: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks take a moment, in which somebody else has the version reviewed again."""
    version = make_version(make_job(clip, teammate))

    def slowly(*_: object) -> None:
        ReviewHold.objects.create(clip=clip, number=version.number, held_by=teammate)

    monkeypatch.setattr(measuring, "measured", slowly)
    with pytest.raises(ordering.NotOrdered, match="v1 is under review"):
        ordering.order(clip, by=teammate)
    assert not AvatarJob.objects.filter(number=2).exists()
