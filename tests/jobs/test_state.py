"""The state machine: one table, guarded moves, an event for each, impossible rows impossible."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import MOVES, AvatarJob, ImpossibleMove, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(MOVES) == set(State)


def test_what_is_over_stays_over() -> None:
    assert not MOVES[State.SUCCEEDED]
    assert MOVES[State.CANCELLED] == {State.FETCHING}, "an engine may finish all the same"
    assert MOVES[State.FAILED] == {State.RUNNING}, "an answer may come after all"


def test_nothing_that_may_be_paid_is_ever_queued_again() -> None:
    into_queue = {state for state, moves in MOVES.items() if State.QUEUED in moves}
    assert into_queue == {State.SUBMITTING}
    assert State.SUBMITTING not in MOVES[State.UNKNOWN] | MOVES[State.STALLED] | MOVES[State.LOST]


def test_a_move_writes_the_row_and_its_event(job: AvatarJob, teammate: User) -> None:
    assert job.advance(State.CANCELLED, cause="cancelled", by=teammate)
    job.refresh_from_db()
    event = job.events.get()
    assert job.state == State.CANCELLED
    assert (event.from_state, event.to_state, event.by) == ("queued", "cancelled", teammate)


def test_of_two_that_saw_the_same_state_only_the_first_moves_it(job: AvatarJob) -> None:
    other = AvatarJob.objects.get(pk=job.pk)
    assert job.advance(State.SUBMITTING, cause="sending", sent_at=timezone.now())
    assert not other.advance(State.CANCELLED, cause="cancelled")
    other.refresh_from_db()
    assert other.state == State.SUBMITTING
    assert other.events.count() == 1


def test_a_move_that_the_table_does_not_have_is_a_programming_error(job: AvatarJob) -> None:
    with pytest.raises(ImpossibleMove):
        job.advance(State.SUCCEEDED, cause="wishful thinking")


@pytest.mark.parametrize(
    "impossible",
    [
        {"state": "running", "handle": ""},
        {"state": "succeeded", "handle": ""},
        {"state": "submitting", "sent_at": None},
        {"state": "dancing"},
        {"price_amount": -1},
    ],
    ids=str,
)
def test_impossible_rows_are_impossible_in_the_database(
    job: AvatarJob, impossible: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AvatarJob.objects.filter(pk=job.pk).update(**impossible)


def test_one_handle_belongs_to_one_job(clip: Clip, teammate: User) -> None:
    first, second = make_job(clip, teammate, 1), make_job(clip, teammate, 2)
    AvatarJob.objects.filter(pk=first.pk).update(handle="task_1")
    with pytest.raises(IntegrityError), transaction.atomic():
        AvatarJob.objects.filter(pk=second.pk).update(handle="task_1")


def test_one_number_belongs_to_one_attempt(clip: Clip, job: AvatarJob, teammate: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(clip, teammate, job.number)
