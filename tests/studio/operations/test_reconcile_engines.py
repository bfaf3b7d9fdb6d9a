"""Reconcile: the rows against a real engine, task by task; what was bought is counted there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import ordering, polling, registry, submission
from jobs.models import AvatarJob, EngineAccount, LedgerEntry, State
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.operations.reconciling import rates
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.jobs.crowds import queue
from tests.services.programs import free_port
from tests.studio.operations.reconciled import reconcile

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[..., AvatarJob]


@pytest.fixture
def finished_there(ordered: AvatarJob, engine: SandboxEngine) -> AvatarJob:
    """Sent, and finished at the engine, while nobody looks."""
    AvatarJob.objects.update(next_at=timezone.now())
    submission.submit_due()
    ordered.refresh_from_db()
    assert ordered.state == State.RUNNING
    until = time.monotonic() + 120
    while engine.accepted()[0]["status"] != "completed":
        assert time.monotonic() < until
        time.sleep(0.05)
    return ordered


@pytest.fixture
def at_kling(engine: SandboxEngine, project: Project, settings: Any) -> None:
    """The project's orders go to an engine that finds a task by our own id."""
    settings.ENGINE_ACCOUNTS = {
        "kling": AccountSettings(
            name="kling", engine="kling", label="Kling", url=engine.url, key=engine.key,
            rates=registry.SANDBOX_RATES,
        )
    }  # fmt: skip
    Project.objects.filter(pk=project.pk).update(engine_account="kling")
    project.refresh_from_db()


@pytest.mark.usefixtures("at_kling")
def test_a_lost_answer_is_found_by_our_own_id(
    clip: Clip, teammate: User, engine: SandboxEngine
) -> None:
    job = ordering.order(clip, by=teammate)
    submission.submit_due()
    job.refresh_from_db()
    assert (job.state, job.account) == (State.RUNNING, "kling"), job.error_message
    handle = job.handle
    put(job, state=State.UNKNOWN, handle="", next_at=None)
    report = reconcile("--repair")
    job.refresh_from_db()
    assert (report.kinds, report.code) == ({"found at the engine": 1}, 0)
    assert (job.state, job.handle) == (State.RUNNING, handle)
    assert len(engine.accepted()) == 1, "asking is free, and nothing was sent again"


@pytest.mark.usefixtures("at_kling")
def test_an_order_that_never_arrived_is_looked_up_again_and_not_given_up_by_reconcile(
    clip: Clip, teammate: User, engine: SandboxEngine
) -> None:
    job = ordering.order(clip, by=teammate)
    put(job, state=State.UNKNOWN, sent_at=timezone.now(), next_at=None)
    assert reconcile("--repair").kinds == {"never arrived": 1}
    job.refresh_from_db()
    assert job.state == State.UNKNOWN
    assert job.next_at is not None
    assert not engine.accepted()


def put(job: AvatarJob, **fields: Any) -> None:
    AvatarJob.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()


def in_(minutes: float) -> Any:
    return timezone.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize("state", [State.RUNNING, State.STALLED])
def test_a_job_that_the_engine_finished_and_nobody_looks_at_is_looked_at_now(
    finished_there: AvatarJob, engine: SandboxEngine, work: Work, state: State
) -> None:
    put(finished_there, state=state, next_at=in_(9))
    report = reconcile()
    assert (report.kinds, report.counts) == ({"ended at the engine": 1}, (0, 1, 0))
    assert reconcile("--repair").counts == (1, 0, 0)
    work(finished_there, State.SUCCEEDED)
    assert reconcile("--deep").kinds.keys() <= {"file changed"}, "the cast's hashes are made up"
    assert len(engine.accepted()) == 1


def test_a_job_that_is_looked_at_in_a_moment_needs_no_repair(finished_there: AvatarJob) -> None:
    put(finished_there, next_at=in_(0.1))
    assert reconcile().code == 0


def test_a_job_that_is_due_for_long_shows_that_no_worker_looks(finished_there: AvatarJob) -> None:
    put(finished_there, next_at=in_(-30))
    report = reconcile("--repair")
    assert report.counts == (0, 0, 1)
    assert "doctor" in report.text


def test_a_lost_video_with_a_new_address_is_fetched_and_charged_once(
    finished_there: AvatarJob, work: Work
) -> None:
    put(finished_there, state=State.LOST, next_at=None, done_at=timezone.now(),
        result_urls=["http://127.0.0.1:1/expired.mp4"])  # fmt: skip
    report = reconcile("--repair")
    # Its charge was never written, because the row was put there by hand.
    assert report.kinds == {"video can be had": 1}
    work(finished_there, State.SUCCEEDED)
    assert LedgerEntry.objects.totals().spent == finished_there.price_amount
    assert LedgerEntry.objects.totals().held == 0


def test_a_lost_video_without_a_new_address_is_for_a_person(finished_there: AvatarJob) -> None:
    put(finished_there, next_at=timezone.now())
    polling.look_due()
    finished_there.refresh_from_db()
    assert finished_there.state == State.FETCHING
    put(finished_there, state=State.LOST, next_at=None)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"needs settling": 1}, (0, 0, 1))


def test_an_unknown_job_whose_handle_is_known_is_followed(
    finished_there: AvatarJob, work: Work, engine: SandboxEngine
) -> None:
    put(finished_there, state=State.UNKNOWN, next_at=None)
    assert reconcile("--repair").kinds == {"found at the engine": 1}
    work(finished_there, State.SUCCEEDED)
    assert len(engine.accepted()) == 1


def test_an_unknown_job_that_the_engine_cannot_look_up_is_for_a_person(
    finished_there: AvatarJob,
) -> None:
    put(finished_there, state=State.UNKNOWN, handle="", next_at=None)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"needs settling": 1}, (0, 0, 1))
    finished_there.refresh_from_db()
    assert finished_there.state == State.UNKNOWN


def test_a_task_that_the_engine_does_not_know_is_for_a_person(finished_there: AvatarJob) -> None:
    put(finished_there, handle="task_of_another_account", accepted_at=in_(-30), next_at=in_(5))
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"not at the engine": 1}, (0, 0, 1))


def test_an_engine_that_is_down_is_said_once(finished_there: AvatarJob, settings: Any) -> None:
    settings.SANDBOX_URL = f"http://127.0.0.1:{free_port()}"
    put(finished_there, next_at=in_(5))
    report = reconcile("--repair")
    assert (report.kinds, report.code) == ({"not compared": 1}, 1)
    assert "1 jobs could not be compared" in report.text


def test_reconciling_shares_the_rate_of_looks_with_the_machine(
    at_kling: None, clip: Clip, engine: SandboxEngine, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Sixty in a minute: one a second, and the machine has just taken the first ten seconds'."""
    account = replace(settings.ENGINE_ACCOUNTS["kling"], looks_per_minute=60)
    settings.ENGINE_ACCOUNTS = {"kling": account}
    jobs = queue(clip, 3, account="kling")
    waited: list[float] = []

    def a_second_passes(seconds: float) -> None:
        waited.append(seconds)
        row = EngineAccount.objects.get(name="kling")
        assert row.look_clock
        EngineAccount.objects.update(look_clock=row.look_clock - timedelta(seconds=seconds))

    monkeypatch.setattr(time, "sleep", a_second_passes)
    begin = timezone.now() + timedelta(seconds=10)
    EngineAccount.objects.update_or_create(name="kling", defaults={"look_clock": begin})
    batches = [list(batch) for batch in rates.batches("kling", jobs)]
    assert [job for batch in batches for job in batch] == jobs
    assert all(len(batch) == 1 for batch in batches)
    assert len(waited) >= 10
