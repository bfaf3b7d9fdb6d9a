"""In which order animatics are drawn: a team that drafts all it has is in nobody's way."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jobs import animatics, drafts, drawing
from jobs.drawing_line import Waiting, in_order
from jobs.models import Drawing
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.storyboard.boards import add

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


def asked(organisation: str, minute: int) -> Waiting:
    return Waiting(uuid4(), organisation, BEGIN + timedelta(minutes=minute), 10)


def whose(line: list[Waiting]) -> str:
    return "".join(str(one.organisation) for one in line)


def test_organisations_take_turns_and_each_has_its_own_in_order() -> None:
    many = [asked("a", minute) for minute in range(5)]
    line = in_order([*reversed(many), asked("b", 7), asked("b", 8), asked("c", 9)], {})
    assert whose(line) == "abcabaaa"
    assert [one for one in line if one.organisation == "a"] == many


def test_whoever_was_served_last_waits_longest_for_the_next_turn() -> None:
    waiting = [asked("a", 0), asked("a", 1), asked("b", 2), asked("c", 3)]
    begun: dict[Hashable, datetime] = {
        "a": BEGIN + timedelta(hours=2),
        "b": BEGIN + timedelta(hours=1),
    }
    assert whose(in_order(waiting, begun)) == "cbaa"


@pytest.fixture
def elsewhere(clip: Clip, outsider: User) -> Clip:
    """A clip of another organisation, with inputs like those of `clip`."""
    organisation = Organisation.objects.get(slug="elsewhere")
    project = Project.objects.create(organisation=organisation, name="P", created_by=outsider)
    return add(project, outsider, "Theirs", like=clip)


def test_one_clip_of_another_team_does_not_wait_for_a_whole_project(
    clip: Clip, elsewhere: Clip, teammate: User, outsider: User
) -> None:
    for at in range(4):
        animatics.draft(add(clip.project, teammate, f"Clip {at}", like=clip), by=teammate)
    first = drawing._claimed()
    assert first
    assert first.clip.project == clip.project
    theirs, _ = animatics.draft(elsewhere, by=outsider)
    last, _ = animatics.draft(clip, by=teammate)
    assert drafts.draft_of(elsewhere, timezone.now()).place == 1
    assert drafts.draft_of(clip, timezone.now()).place == 5
    drawn = [drawing._claimed() for _ in range(5)]
    assert [one and one.pk for one in (drawn[0], drawn[-1])] == [theirs.pk, last.pk]
    assert all(one and one.state == Drawing.DRAWING for one in drawn)
