"""Lost answers settle themselves where the engine can be asked for our own id. It counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from jobs import clock, costs, look_ups, paid_answers, polling, settling, submission, sweeping
from jobs.models import AvatarJob, JobEvent, LedgerEntry, State
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine

Work = Callable[..., AvatarJob]
Due = Callable[[AvatarJob], None]
SECOND = timedelta(seconds=1)


@pytest.fixture
def ordered(kling_account: str, clip: Clip, teammate: User, engine: SandboxEngine) -> AvatarJob:
    """A job that Kling is about to get; its calls are refused, so that only look-ups settle it."""
    engine.fault("callback_forged")
    return order(clip, by=teammate)


@pytest.fixture
def never_arrived(ordered: AvatarJob, engine: SandboxEngine) -> AvatarJob:
    """The engine broke before it took the order in, but nobody here can know that."""
    engine.fault("server_error", when="before", on="submit", times=1)
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, engine.accepted()) == (State.UNKNOWN, [])
    return ordered


def money(job: AvatarJob) -> tuple[str, str]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return str(totals.held), str(totals.spent)


def look_up(job: AvatarJob, now_due: Due) -> AvatarJob:
    """The next look-up, now."""
    now_due(job)
    polling.look_due()
    job.refresh_from_db()
    return job


def grow_old(job: AvatarJob, age: timedelta) -> None:
    """It was sent so long ago."""
    AvatarJob.objects.filter(pk=job.pk).update(sent_at=clock.now() - age)


def answers_noted(job: AvatarJob) -> list[str]:
    rows = JobEvent.objects.filter(job=job, from_state=State.UNKNOWN, to_state=State.UNKNOWN)
    return [row.cause for row in rows]


@pytest.mark.parametrize(
    "fault",
    [{"name": "lost_answer"}, {"name": "server_error", "when": "after"}],
    ids=lambda fault: str(fault["name"]),
)
def test_a_lost_answer_is_found_by_our_own_id(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, now_due: Due, fault: dict[str, Any]
) -> None:
    engine.fault(**fault, on="submit", times=1)
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.handle) == (State.UNKNOWN, "")
    assert ordered.next_at, "it will be looked up"
    assert money(ordered) == ("0.1680", "0.0000")
    job = look_up(ordered, now_due)
    (task,) = engine.accepted()
    assert (job.state, job.handle) == (State.RUNNING, task["task_id"])
    assert (task["external_id"], task["submits"]) == (str(job.pk), 1)
    work(job, State.SUCCEEDED)
    (task,) = engine.accepted()
    assert (money(job), task["submits"]) == (("0.0000", task["amount"]), 1)
    assert "found at the engine by our own id" in {event.cause for event in job.events.all()}


def test_a_worker_that_was_killed_during_the_call_is_made_good_by_the_look_up(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, now_due: Due
) -> None:
    engine.fault("lost_answer", on="submit", times=1)
    submission.submit_due()
    # As the row is when the worker dies after the engine has accepted.
    AvatarJob.objects.filter(pk=ordered.pk).update(
        state=State.SUBMITTING, next_at=None, sent_at=clock.now() - paid_answers.abandoned_after()
    )
    sweeping.sweep()
    look_up(ordered, now_due)
    work(ordered, State.SUCCEEDED)
    assert [task["submits"] for task in engine.accepted()] == [1]


def test_an_order_that_never_arrived_ends_after_the_grace_and_not_before(
    never_arrived: AvatarJob, engine: SandboxEngine, now_due: Due
) -> None:
    for age in (timedelta(0), polling.NEVER_ARRIVED_GRACE - 10 * SECOND):
        grow_old(never_arrived, age)
        job = look_up(never_arrived, now_due)
        assert (job.state, money(job)) == (State.UNKNOWN, ("0.1680", "0.0000"))
        assert job.next_at
    grow_old(never_arrived, polling.NEVER_ARRIVED_GRACE + SECOND)
    job = look_up(never_arrived, now_due)
    assert (job.state, job.error_code) == (State.FAILED, "never_arrived")
    assert money(job) == ("0.0000", "0.0000")
    assert costs.money_of(job.project).bound == Decimal(0)
    assert job.next_at is None
    assert engine.accepted() == []
    assert answers_noted(job) == [look_ups.NOT_THERE], "said once, however often it was asked"


def test_the_same_clip_can_be_ordered_again_once_it_is_known(
    never_arrived: AvatarJob, engine: SandboxEngine, now_due: Due, work: Work, teammate: User
) -> None:
    grow_old(never_arrived, polling.NEVER_ARRIVED_GRACE + SECOND)
    look_up(never_arrived, now_due)
    work(order(never_arrived.clip, by=teammate), State.SUCCEEDED)
    assert len(engine.accepted()) == 1
    assert str(costs.money_of(never_arrived.project).bound) == engine.accepted()[0]["amount"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"name": "server_error"},
        {"name": "server_error", "when": "after"},
        {"name": "html", "status": 404},
        {"name": "html", "status": 502},
        {"name": "rate_limit"},
        {"name": "wrong_key"},
        {"name": "lost_answer"},
        {"name": "words", "words": {"queued": "lost", "processing": "gone", "completed": "?"}},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values() if isinstance(value, str)),
)
def test_nothing_is_concluded_from_a_look_up_that_went_wrong(
    ordered: AvatarJob, engine: SandboxEngine, now_due: Due, work: Work, trouble: dict[str, Any]
) -> None:
    engine.fault("lost_answer", on="submit", times=1)
    submission.submit_due()
    grow_old(ordered, polling.NEVER_ARRIVED_GRACE + SECOND)
    engine.fault(**trouble, on="read")
    for _ in range(2):
        job = look_up(ordered, now_due)
        # A task whose state nobody understands is there all the same.
        assert job.state == (State.RUNNING if trouble["name"] == "words" else State.UNKNOWN)
        assert money(job) == ("0.1680", "0.0000")
    assert all(said != look_ups.NOT_THERE for said in answers_noted(job))
    engine.clear()
    look_up(job, now_due)
    work(job, State.SUCCEEDED)
    assert [task["submits"] for task in engine.accepted()] == [1]


def test_an_engine_that_is_gone_is_asked_again_when_it_is_back(
    ordered: AvatarJob, engine: SandboxEngine, now_due: Due, work: Work, settings: Any,
    configure: Callable[..., None], kling: dict[str, str],
) -> None:  # fmt: skip
    engine.fault("lost_answer", on="submit", times=1)
    submission.submit_due()
    grow_old(ordered, polling.NEVER_ARRIVED_GRACE + SECOND)
    configure(**kling | {"KLING_URL": "http://127.0.0.1:9"})
    assert look_up(ordered, now_due).state == State.UNKNOWN
    configure(**kling)
    look_up(ordered, now_due)
    work(ordered, State.SUCCEEDED)


def test_a_task_of_somebody_else_is_never_found_by_our_id(
    never_arrived: AvatarJob, engine: SandboxEngine, now_due: Due
) -> None:
    engine.seed(5, face="kling", seconds=0)  # the account is busy with other things
    grow_old(never_arrived, polling.NEVER_ARRIVED_GRACE + SECOND)
    job = look_up(never_arrived, now_due)
    assert (job.state, job.handle) == (State.FAILED, "")


def test_a_person_who_was_faster_is_not_overruled(
    never_arrived: AvatarJob, engine: SandboxEngine, now_due: Due, teammate: User
) -> None:
    settling.it_does_not_exist(never_arrived, by=teammate, evidence="Not in the console.")
    before = money(never_arrived)
    grow_old(never_arrived, polling.NEVER_ARRIVED_GRACE + SECOND)
    job = look_up(never_arrived, now_due)
    assert (job.state, job.error_code, money(job)) == (State.FAILED, job.error_code, before)
    assert LedgerEntry.objects.filter(job=job).count() == 2


def test_a_lost_answer_waits_a_moment_before_it_is_looked_up(
    never_arrived: AvatarJob,
) -> None:
    """The engine may list an order only a moment after it took it."""
    assert never_arrived.next_at is not None
    assert never_arrived.next_at > timezone.now() - SECOND
    assert never_arrived.looks == 0
    assert polling.look_due() == 0
