"""What nobody finishes any more, is overdue or has lost its time is found by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobs import accounts, clock, dispatch, paid_answers, polling, submission, sweeping
from jobs.models import AvatarJob, LedgerEntry, State
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import WEST, an_account, queue, states

DAY = timedelta(days=1)


def put(job: AvatarJob, state: State, **fields: Any) -> None:
    """The row of a job that came to be in this state."""
    handle = "" if state in (State.QUEUED, State.SUBMITTING, State.UNKNOWN) else f"task_{job.pk}"
    AvatarJob.objects.filter(pk=job.pk).update(
        **{"state": state, "handle": handle, "sent_at": clock.now()} | fields
    )


COME_BACK = [
    State.QUEUED, State.RUNNING, State.FETCHING, State.STALLED, State.UNKNOWN, State.CANCELLED
]  # fmt: skip


@pytest.mark.parametrize("state", COME_BACK)
def test_after_a_step_of_the_clock_every_job_is_looked_at_now(clip: Clip, state: State) -> None:
    """The clock was a day ahead when the next look was set, and then was put right."""
    waiting, leased = queue(clip, 2)
    put(waiting, state, next_at=clock.now() + DAY)
    put(leased, state, lease="dead", leased_until=clock.now() + DAY, next_at=clock.now())
    sweeping.sweep()
    for job in (waiting, leased):
        job.refresh_from_db()
        assert (job.state, job.lease, job.leased_until) == (state, "", None)
        assert job.next_at and job.next_at <= clock.now()


def test_after_a_step_of_the_clock_jobs_are_really_sent(clip: Clip, engine: SandboxEngine) -> None:
    (job,) = queue(clip, 1)
    put(job, State.QUEUED, next_at=clock.now() + DAY)
    submission.submit_due()
    assert engine.accepted() == []
    sweeping.sweep()
    submission.submit_due()
    assert states([job]) == [State.RUNNING]


def test_waits_that_are_meant_are_left_alone(clip: Clip) -> None:
    jobs = queue(clip, 3)
    soon = clock.now() + timedelta(seconds=polling.STALLED_LOOK_SECONDS)
    put(jobs[0], State.QUEUED, next_at=soon)
    put(jobs[1], State.STALLED, next_at=soon)
    put(jobs[2], State.RUNNING, next_at=clock.now(), lease="alive", leased_until=soon)
    before = list(AvatarJob.objects.order_by("number").values())
    sweeping.sweep()
    assert list(AvatarJob.objects.order_by("number").values()) == before


@pytest.mark.parametrize("state", [State.UNKNOWN, State.CANCELLED, State.LOST, State.SUCCEEDED])
def test_what_has_ended_or_waits_for_a_person_is_not_brought_back(clip: Clip, state: State) -> None:
    (job,) = queue(clip, 1)
    put(job, state, next_at=None)
    sweeping.sweep()
    job.refresh_from_db()
    assert (job.state, job.next_at, job.error_code) == (state, None, "")


def test_a_call_that_nobody_finishes_is_found_after_its_longest_time(clip: Clip) -> None:
    dead, alive = queue(clip, 2)
    now = clock.now()
    put(dead, State.SUBMITTING, sent_at=now - paid_answers.abandoned_after() - timedelta(seconds=1))
    put(
        alive,
        State.SUBMITTING,
        sent_at=now - paid_answers.abandoned_after() + timedelta(seconds=30),
    )
    sweeping.sweep()
    assert states([dead, alive]) == [State.UNKNOWN, State.SUBMITTING]
    dead.refresh_from_db()
    assert dead.error_code == "interrupted"
    assert LedgerEntry.objects.filter(job=dead).totals().held == dead.price_amount


def test_a_call_that_seems_to_be_of_tomorrow_is_found_too(clip: Clip) -> None:
    """Its worker died, and then the clock was put back by a day."""
    (dead,) = queue(clip, 1)
    put(dead, State.SUBMITTING, sent_at=clock.now() + DAY)
    sweeping.sweep()
    assert states([dead]) == [State.UNKNOWN]


def test_a_paid_call_lasts_at_most_as_long_as_the_sweep_waits(settings: Any) -> None:
    settings.SUBMIT_SECONDS = 10
    assert paid_answers.abandoned_after() == timedelta(seconds=20)


def test_a_job_past_its_deadline_is_overdue_once_and_still_watched(clip: Clip) -> None:
    late, in_time = queue(clip, 2)
    now = clock.now()
    soon = now + timedelta(seconds=20)
    put(late, State.RUNNING, deadline_at=now, lease="a", leased_until=now, next_at=soon)
    put(in_time, State.RUNNING, deadline_at=now + timedelta(minutes=1))
    sweeping.sweep()
    sweeping.sweep()
    assert states([late, in_time]) == [State.STALLED, State.RUNNING]
    late.refresh_from_db()
    assert (late.error_code, late.lease) == ("overdue", "")
    assert late.events.count() == 1
    assert late.next_at == soon, "it may have finished long ago: the next look stays when it is"
    assert LedgerEntry.objects.filter(job=late).totals().held == late.price_amount


NAMED = [State.QUEUED, State.RUNNING, State.STALLED, State.FETCHING]


def test_jobs_of_an_account_that_is_gone_say_so(clip: Clip, settings: Any) -> None:
    settings.ENGINE_ACCOUNTS = {}
    jobs = queue(clip, len(NAMED) + 2, account=WEST)
    for job, state in zip(jobs, NAMED, strict=False):
        put(job, state)
    put(jobs[-2], State.SUCCEEDED, next_at=None)
    put(jobs[-1], State.UNKNOWN, next_at=None)
    (here,) = queue(clip, 1)
    sweeping.sweep()
    for job in [*jobs, here]:
        job.refresh_from_db()
    for job in jobs[: len(NAMED)]:
        assert job.error_code == "engine_missing"
        assert f"“{WEST}”" in job.error_message
    assert {job.error_code for job in [*jobs[len(NAMED) :], here]} == {""}
    assert dispatch.give_places("sandbox", limit=8)[1] == [here]


def test_when_the_account_is_back_its_jobs_go_on_and_no_longer_say_so(
    clip: Clip, engine: SandboxEngine, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {}
    (job,) = queue(clip, 1, account=WEST)
    sweeping.sweep()
    submission.submit_due()
    assert engine.accepted() == []
    settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine)}
    submission.submit_due()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (State.RUNNING, "")


@pytest.mark.parametrize("hold", [accounts.hold_sends, accounts.hold_looks])
def test_a_hold_from_before_a_step_of_the_clock_ends(db: None, hold: Any) -> None:
    """No engine is obeyed for longer than a day, so that a hold beyond it is a wrong clock's."""
    hold(WEST, seconds=3 * 86_400)
    sweeping.sweep()
    state = accounts.state_of(WEST)
    assert (state.sends_held_until, state.looks_held_until) == (None, None)


@pytest.mark.parametrize("hold", [accounts.hold_sends, accounts.hold_looks])
def test_a_hold_that_the_engine_asked_for_stays(db: None, hold: Any) -> None:
    hold(WEST, seconds=86_000)
    sweeping.sweep()
    state = accounts.state_of(WEST)
    assert state.sends_held_until or state.looks_held_until
