"""What the engine says after a job was cancelled, overdue or lost still counts, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import callbacks, clock, costs, outcomes, polling, settling, submission, sweeping
from jobs.engines.base import Phase, Sighting
from jobs.models import AvatarJob, EntryKind, LedgerEntry, ReceivedCallback, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import move_time, queue, run_at_engine, states, wait_until

Work = Callable[..., AvatarJob]
FAILED = Sighting(phase=Phase.FAILED, failure_code="moderation")
BILLED = Sighting(phase=Phase.FAILED, failure_code="moderation", may_be_billed=True)


def kinds(job: AvatarJob) -> list[str]:
    """What was written to the ledger for the job, in order."""
    return list(LedgerEntry.objects.filter(job=job).values_list("kind", flat=True))


def money(job: AvatarJob) -> tuple[float, float]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return float(totals.held), float(totals.spent)


def leased(job: AvatarJob) -> str:
    """As a worker that has just claimed it; the name of its lease."""
    AvatarJob.objects.filter(pk=job.pk).update(
        lease="mine", leased_until=clock.now() + timedelta(minutes=1)
    )
    job.refresh_from_db()
    return "mine"


@pytest.fixture
def at_engine(clip: Clip, engine: SandboxEngine) -> AvatarJob:
    """A job that renders at the engine, and goes on doing so for an hour."""
    (job,) = queue(clip, 1)
    engine.fault("slow_task", seconds=3600, times=1)
    submission.submit_due()
    job.refresh_from_db()
    return job


def cancelled(job: AvatarJob) -> AvatarJob:
    """As a person leaves it who cancelled it where the engine could: followed until it ended."""
    assert job.advance(State.CANCELLED, cause="cancelled at the engine", next_at=clock.now())
    return job


def call_back(job: AvatarJob) -> None:
    """The engine says once more that something has changed."""
    received = ReceivedCallback.objects.create(
        account=job.account, event_id="once more", job=job, handle=job.handle
    )
    callbacks._act_on(job, received)


def test_an_overdue_job_that_the_engine_finishes_is_fetched_and_charged(
    clip: Clip, engine: SandboxEngine, work: Work
) -> None:
    (job,) = queue(clip, 1)
    submission.submit_due()
    job.refresh_from_db()
    assert job.deadline_at
    sweeping.mark_overdue(job.deadline_at + timedelta(seconds=1))
    assert states([job]) == [State.STALLED]
    job.refresh_from_db()
    assert job.error_code == "overdue"
    move_time([job], clock.now())
    wait_until_finished(engine, job)
    polling.look_due()
    assert states([job]) == [State.FETCHING]
    assert money(work(job, State.SUCCEEDED)) == (0, 0.168)
    assert not AvatarJob.objects.get(pk=job.pk).error_code


def wait_until_finished(engine: SandboxEngine, job: AvatarJob) -> None:
    until = time.monotonic() + 120
    while not any(
        task["task_id"] == job.handle and task["finished_at"] for task in engine.accepted()
    ):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_cancelled_job_that_the_engine_finishes_is_fetched_and_charged(
    clip: Clip, engine: SandboxEngine, work: Work
) -> None:
    (job,) = queue(clip, 1)
    submission.submit_due()
    job.refresh_from_db()
    wait_until_finished(engine, job)
    cancelled(job)
    polling.look_due()
    assert states([job]) == [State.FETCHING]
    assert kinds(job) == [EntryKind.HOLD, EntryKind.CHARGE]
    assert money(work(job, State.SUCCEEDED)) == (0, 0.168)


def test_a_cancelled_job_that_the_engine_ends_is_released_and_let_go(
    clip: Clip, engine: SandboxEngine
) -> None:
    (job,) = queue(clip, 1)
    engine.fault("fail", fail="vendor_down")
    submission.submit_due()
    job.refresh_from_db()
    wait_until_finished(engine, job)
    cancelled(job)
    polling.look_due()
    job.refresh_from_db()
    assert (job.state, job.next_at, job.lease) == (State.CANCELLED, None, "")
    assert money(job) == (0, 0)
    assert engine.bill()["tasks"][-1]["refunded"]


def test_what_was_billed_of_an_order_taken_for_lost_counts_as_spent_once(
    at_engine: AvatarJob, teammate: User
) -> None:
    """Its money was free before the engine was known to have it; then it ran, and was cancelled."""
    costs.release(at_engine, by=teammate, note="The engine does not know the order.")
    AvatarJob.objects.filter(pk=at_engine.pk).update(accepted_at=clock.now())
    at_engine.refresh_from_db()
    job = cancelled(at_engine)
    for _ in range(2):
        assert outcomes.end(job, BILLED, lease=leased(job))
    assert money(job) == (0, 0.168)
    assert kinds(job) == [EntryKind.HOLD, EntryKind.RELEASE, EntryKind.ADJUST]


def still_followed(job: AvatarJob) -> bool:
    return job.next_at is not None and job.next_at > clock.now()


def test_a_cancelled_job_still_rendering_is_followed_until_its_deadline(
    at_engine: AvatarJob, engine: SandboxEngine
) -> None:
    job = cancelled(at_engine)
    polling.look_due()
    job.refresh_from_db()
    assert still_followed(job)
    assert money(job) == (0.168, 0)
    AvatarJob.objects.update(deadline_at=clock.now() - timedelta(seconds=1), next_at=clock.now())
    polling.look_due()
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not still_followed(job)
    assert money(job) == (0, 0)


def test_a_cancelled_job_that_the_engine_bills_all_the_same_counts_as_spent(
    at_engine: AvatarJob,
) -> None:
    job = cancelled(at_engine)
    assert outcomes.end(job, BILLED, lease=leased(job))
    job.refresh_from_db()
    assert (job.state, job.failure_is_billed, job.next_at) == (State.CANCELLED, True, None)
    assert money(job) == (0, 0.168)


def test_a_cancelled_job_that_the_engine_does_not_know_is_released_after_its_deadline(
    at_engine: AvatarJob, engine: SandboxEngine
) -> None:
    job = cancelled(at_engine)
    engine.fault("not_yet")
    polling.look_due()
    job.refresh_from_db()
    assert still_followed(job), "it may know it in a moment"
    assert money(job) == (0.168, 0)
    AvatarJob.objects.update(deadline_at=clock.now() - timedelta(seconds=1), next_at=clock.now())
    polling.look_due()
    job.refresh_from_db()
    assert (job.next_at, money(job)) == (None, (0, 0))


def test_a_charge_after_the_release_is_an_adjustment(
    at_engine: AvatarJob, no_nudges: list[str]
) -> None:
    """The engine said that it had stopped, calls back, and has finished all the same."""
    job = cancelled(at_engine)
    assert outcomes.let_go(job, lease=leased(job))
    call_back(job)
    assert no_nudges[-1] == "jobs.tasks.look_due"
    done = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
    assert outcomes.finish({job.pk: done}, lease=leased(job)) == 1
    assert kinds(job) == [EntryKind.HOLD, EntryKind.RELEASE, EntryKind.ADJUST]
    assert money(job) == (0, 0.168)


def test_a_job_let_go_is_not_released_again_when_the_engine_calls_back(
    at_engine: AvatarJob, engine: SandboxEngine, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other jobs of the account are looked at as ever."""
    job = cancelled(at_engine)
    assert outcomes.let_go(job, lease=leased(job))
    (other,) = queue(clip, 1)
    submission.submit_due()
    other.refresh_from_db()
    wait_until_finished(engine, other)
    call_back(job)
    move_time([other], clock.now())
    engine.fault("not_yet", times=1)  # it strikes the one that is due longer: the cancelled one
    a_minute_ago = clock.now() - timedelta(minutes=1)
    AvatarJob.objects.filter(pk=job.pk).update(next_at=a_minute_ago, deadline_at=a_minute_ago)
    monkeypatch.setattr(polling, "CONCURRENCY", 1)  # in order, so that the fault strikes as said
    polling.look_due()
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not still_followed(job)
    assert money(job) == (0, 0)
    assert kinds(job) == [EntryKind.HOLD, EntryKind.RELEASE]
    assert states([other]) == [State.FETCHING]


def test_a_lost_video_asked_for_again_is_not_charged_twice(
    at_engine: AvatarJob, teammate: User
) -> None:
    """Charged by an adjustment, lost, found by a person, finished once more: still one price."""
    job = cancelled(at_engine)
    outcomes.let_go(job, lease=leased(job))
    done = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
    for _ in range(2):
        assert outcomes.finish({job.pk: done}, lease=leased(job)) == 1
        job.refresh_from_db()
        assert job.advance(State.LOST, cause="result_gone", next_at=None)
        assert money(job) == (0, 0.168)
        settling.it_exists(job, handle=job.handle, by=teammate, evidence="In the console.")


def test_a_lost_video_whose_money_was_released_before_can_be_settled_as_not_bought(
    at_engine: AvatarJob, teammate: User
) -> None:
    job = cancelled(at_engine)
    outcomes.let_go(job, lease=leased(job))
    done = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
    outcomes.finish({job.pk: done}, lease=leased(job))
    job.refresh_from_db()
    job.advance(State.LOST, cause="result_gone", next_at=None)
    settling.it_does_not_exist(job, by=teammate, evidence="Support gave it back.")
    assert money(job) == (0, 0)


@pytest.mark.parametrize("sighting", [FAILED, Sighting(phase=Phase.EXPIRED)], ids=str)
def test_a_charged_job_that_the_engine_drops_later_stays_charged_for_a_person(
    at_engine: AvatarJob, teammate: User, sighting: Sighting
) -> None:
    """It was finished, its file was lost, a person had it looked at again: now it has failed."""
    job = at_engine
    done = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
    outcomes.finish({job.pk: done}, lease=leased(job))
    job.refresh_from_db()
    job.advance(State.LOST, cause="result_gone", next_at=None)
    settling.it_exists(job, handle=job.handle, by=teammate, evidence="In the console.")
    assert outcomes.end(job, sighting, lease=leased(job))
    job.refresh_from_db()
    assert (job.state, job.failure_is_billed, money(job)) == (State.FAILED, True, (0, 0.168))
    settling.not_billed(job, by=teammate, evidence="Not on the bill.")
    assert money(job) == (0, 0)


def test_a_release_and_a_charge_never_stand_side_by_side(at_engine: AvatarJob) -> None:
    """Whatever comes after whatever: the ledger's rule is never even tried."""
    job = at_engine
    costs.charge(job)
    costs.charge(job)
    costs.charge_many([job])
    assert kinds(job) == [EntryKind.HOLD, EntryKind.CHARGE]
    assert not costs.is_open(job)
    assert costs.is_charged(job)


def test_many_cancelled_jobs_finish_among_running_ones(clip: Clip, engine: SandboxEngine) -> None:
    """One pass, three states, each with its own event."""
    jobs = queue(clip, 3)
    run_at_engine(jobs, engine.seed(3, seconds=0))
    AvatarJob.objects.filter(pk=jobs[1].pk).update(state=State.CANCELLED)
    AvatarJob.objects.filter(pk=jobs[2].pk).update(state=State.STALLED)
    wait_until(lambda: all(task["status"] == "completed" for task in engine.accepted()))
    polling.look_due()
    assert states(jobs) == [State.FETCHING] * 3
    assert [job.events.get().from_state for job in jobs] == ["running", "cancelled", "stalled"]
    assert [kinds(job) for job in jobs] == [[EntryKind.HOLD, EntryKind.CHARGE]] * 3
