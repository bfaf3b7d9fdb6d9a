"""Caps, holds and rates at the engine's own count, with several workers at once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from jobs import accounts, clock, dispatch, in_the_air, line, paid_answers, submission
from jobs.models import AvatarJob, EngineAccount, LedgerEntry, Problem, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import WEST, Requests, all_at_once, an_account, move_time, queue, states

NO_CREDIT = Problem("out_of_credit", "There is no credit left.")


@pytest.fixture
def west(engine: SandboxEngine, settings: Any) -> Callable[..., None]:
    """`west(at_once=3)`: the account with these limits; its engine renders nothing, and fails."""
    engine.fault("fail", fail="vendor_down")

    def configure(**limits: Any) -> None:
        settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, **limits)}

    configure()
    return configure


def end_all_at_the_engine() -> int:
    """As if each had been finished there: its place is free."""
    rows = AvatarJob.objects.filter(state=State.RUNNING)
    return rows.update(state=State.FETCHING, next_at=None)


@pytest.mark.django_db(transaction=True)
def test_several_workers_together_never_pass_the_cap(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None]
) -> None:
    west(at_once=3)
    queue(clip, 11, account=WEST)
    taken = []
    while len(engine.accepted()) < 11:
        all_at_once(submission.submit_due, 4)
        taken.append(end_all_at_the_engine())
        assert len(engine.accepted()) == sum(taken), "everything sent was running"
    assert taken == [3, 3, 3, 2]


@pytest.mark.django_db(transaction=True)
def test_the_cap_holds_while_jobs_come_and_go(
    clip: Clip, engine: SandboxEngine, settings: Any, live_server: Any
) -> None:
    """By the times in the engine's own list: how many were unfinished at the same moment?"""
    settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, at_once=2)}
    engine.fault("slow_task", seconds=0.3)
    jobs = queue(clip, 6, account=WEST)

    def work() -> None:
        from jobs import polling

        until = time.monotonic() + 120
        rows = AvatarJob.objects.filter(pk__in=[job.pk for job in jobs])
        while rows.exclude(state=State.FETCHING).exists() and time.monotonic() < until:
            submission.submit_due()
            polling.look_due()
            time.sleep(0.02)

    all_at_once(work, 3)
    assert set(states(jobs)) == {State.FETCHING}
    tasks = engine.accepted()
    assert len(tasks) == 6
    moments = [(task["created_at"], 1) for task in tasks]
    moments += [(task["finished_at"], -1) for task in tasks]
    assert max(itertools.accumulate(step for _, step in sorted(moments))) == 2


def test_jobs_being_sent_and_jobs_overdue_take_up_places(
    clip: Clip, west: Callable[..., None]
) -> None:
    west(at_once=4)
    submitting, running, stalled, leased, *_ = queue(clip, 6, account=WEST)
    now = clock.now()
    rows = AvatarJob.objects
    rows.filter(pk=submitting.pk).update(state=State.SUBMITTING, sent_at=now)
    rows.filter(pk=running.pk).update(state=State.RUNNING, handle="task_1")
    rows.filter(pk=stalled.pk).update(state=State.STALLED, handle="task_2")
    rows.filter(pk=leased.pk).update(lease="x", leased_until=now + timedelta(minutes=1))
    assert dispatch.places_taken(WEST, now) == 4
    assert dispatch.give_places(WEST, limit=8)[1] == []
    rows.filter(pk=leased.pk).update(leased_until=now - timedelta(seconds=1))  # its worker died
    assert [job.pk for job in dispatch.give_places(WEST, limit=8)[1]] == [leased.pk]


def test_workers_asking_for_places_at_the_same_moment_get_no_more_than_the_cap(
    clip: Clip, west: Callable[..., None]
) -> None:
    west(at_once=5)
    queue(clip, 12, account=WEST)
    given = all_at_once(lambda: len(dispatch.give_places(WEST, limit=2)[1]), 6)
    assert sorted(given, key=str) == [0, 0, 0, 1, 2, 2]


def test_a_place_given_once_is_given_to_nobody_else(clip: Clip, west: Callable[..., None]) -> None:
    jobs = queue(clip, 8, account=WEST)
    given = all_at_once(lambda: dispatch.give_places(WEST, limit=2)[1], 4)
    ids = [job.pk for each in given for job in each]  # type: ignore[attr-defined]
    assert sorted(ids) == sorted(job.pk for job in jobs)


def test_a_job_cancelled_while_places_are_given_is_not_sent(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person was faster, just between reading the line and taking the lease."""
    cancelled, other = queue(clip, 2, account=WEST)
    read = line.line

    def line_then_cancel(*args: Any, **options: Any) -> list[Any]:
        places = read(*args, **options)
        AvatarJob.objects.get(pk=cancelled.pk).advance(State.CANCELLED, cause="cancelled")
        return places

    monkeypatch.setattr(dispatch, "line", line_then_cancel)
    _, given = dispatch.give_places(WEST, limit=8)
    assert [job.pk for job in given] == [other.pk]


def test_a_job_cancelled_after_it_got_a_place_is_not_sent_and_the_others_are(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled, *others = queue(clip, 3, account=WEST)
    prepare = submission._prepared

    def cancelled_meanwhile(job: AvatarJob, *rest: Any) -> Any:
        if job.pk == cancelled.pk:
            all_at_once(
                lambda: AvatarJob.objects.get(pk=job.pk).advance(State.CANCELLED, cause="x"), 1
            )
        return prepare(job, *rest)

    monkeypatch.setattr(submission, "_prepared", cancelled_meanwhile)
    submission.submit_due()
    assert states([cancelled]) == [State.CANCELLED]
    assert states(others) == [State.RUNNING] * 2
    assert len(engine.accepted()) == 2


def test_a_paused_account_sends_nothing_and_another_one_does(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None]
) -> None:
    waiting = queue(clip, 2, account=WEST)
    sent = queue(clip, 1)
    accounts.pause(WEST, NO_CREDIT)
    submission.submit_due()
    assert states(waiting) == [State.QUEUED] * 2
    assert states(sent) == [State.RUNNING]
    assert len(engine.accepted()) == 1


def test_a_held_account_sends_nothing_until_then(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None]
) -> None:
    jobs = queue(clip, 2, account=WEST)
    accounts.hold_sends(WEST, seconds=60)
    submission.submit_due()
    assert states(jobs) == [State.QUEUED] * 2
    assert engine.accepted() == []
    EngineAccount.objects.update(sends_held_until=clock.now() - timedelta(seconds=1))
    submission.submit_due()
    assert states(jobs) == [State.RUNNING] * 2


def test_a_hold_is_never_shortened(db: None) -> None:
    accounts.hold_sends(WEST, seconds=100)
    long = accounts.state_of(WEST).sends_held_until
    accounts.hold_sends(WEST, seconds=1)
    assert accounts.state_of(WEST).sends_held_until == long
    accounts.hold_looks(WEST, seconds=200)
    state = accounts.state_of(WEST)
    assert state.sends_held_until == long
    assert state.looks_held_until and long and state.looks_held_until > long


def test_nothing_reaches_the_engine_while_it_wants_to_be_left_alone(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None]
) -> None:
    jobs = queue(clip, 20, account=WEST)
    requests = Requests(engine, "submit")
    engine.fault("rate_limit", retry_after=3600)
    submission.submit_due()
    # What was in the air when the first answer came; then silence, also from other workers.
    assert requests.count == in_the_air.MOST
    all_at_once(submission.submit_due, 3)
    move_time(jobs, clock.now())
    all_at_once(submission.submit_due, 3)
    assert requests.count == in_the_air.MOST
    assert states(jobs) == [State.QUEUED] * 20
    held = accounts.state_of(WEST).sends_held_until
    assert held and held > clock.now() + timedelta(seconds=3500)


def test_sends_per_minute_are_counted_at_the_engine(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None]
) -> None:
    west(sends_per_minute=2)
    queue(clip, 6, account=WEST)
    requests = Requests(engine, "submit")
    all_at_once(submission.submit_due, 4)
    submission.submit_due()
    assert requests.count == 1
    EngineAccount.objects.update(send_clock=clock.now() - timedelta(seconds=1))  # half a minute on
    all_at_once(submission.submit_due, 4)
    assert requests.count == 2


def test_with_most_answers_429_every_job_gets_there_and_none_twice(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paid_answers, "LIMITED_SECONDS", 0.01)
    engine.fault("rate_limit", probability=0.7, seed=7)
    jobs = queue(clip, 30, account=WEST)
    requests, until = Requests(engine, "submit"), time.monotonic() + 120
    while AvatarJob.objects.filter(state=State.QUEUED).exists():
        assert time.monotonic() < until
        all_at_once(submission.submit_due, 2)
        time.sleep(0.01)
    assert states(jobs) == [State.RUNNING] * 30
    handles = AvatarJob.objects.values_list("handle", flat=True)
    assert sorted(handles) == sorted(task["task_id"] for task in engine.accepted())
    assert requests.count == 30 + engine.hits("rate_limit")
    assert engine.hits("rate_limit") > 30
    assert LedgerEntry.objects.totals().held == 30 * jobs[0].price_amount


def test_an_account_that_is_in_no_line_takes_no_lock(
    db: None, django_assert_num_queries: Any, settings: Any, teammate: User
) -> None:
    clock.now()
    more = 1 if connection.vendor == "postgresql" else 0
    with django_assert_num_queries(1 + more):
        dispatch.give_places("sandbox", limit=8)


def test_an_id_that_another_job_has_does_not_cost_the_others_their_answers(
    clip: Clip, engine: SandboxEngine, west: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that gives an id twice: that one job is for a person, its neighbours run."""
    odd, *others = queue(clip, 4, account=WEST)
    begin = paid_answers.begin_to_run

    def refused(job: AvatarJob, handle: str, **said: Any) -> bool:
        if job.pk == odd.pk:
            raise IntegrityError("job_handle_once")
        return begin(job, handle, **said)

    monkeypatch.setattr(paid_answers, "begin_to_run", refused)
    submission.submit_due()
    assert states(others) == [State.RUNNING] * 3
    paid_answers.give_up_abandoned(clock.now() + paid_answers.abandoned_after())
    assert states([odd]) == [State.UNKNOWN]
    submission.submit_due()
    assert len(engine.accepted()) == 4
