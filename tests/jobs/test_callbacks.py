"""Engines call when something has changed. That only makes the studio look sooner."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import clock, fetching, polling, settling, submission, sweeping
from jobs.models import AvatarJob, EntryKind, LedgerEntry, ReceivedCallback, State, Version
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.jobs.calling import another_clip, by_fal, by_kling, call, calls_about, everything

Work = Callable[..., AvatarJob]
BOTH = ["kling", "fal"]


def look_once(job: AvatarJob) -> AvatarJob:
    """One pass of a worker over what is due."""
    polling.look_due()
    fetching.fetch_due()
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("calling_account", "calls"), [("kling", 3), ("fal", 1)], indirect=["calling_account"]
)
def test_a_call_of_the_engine_makes_the_studio_look_at_once(
    ordered_quietly: AvatarJob, engine: SandboxEngine, no_nudges: list[str], calls: int
) -> None:
    engine.fault("slow_task", seconds=1)
    no_nudges.clear()
    submission.submit_due()
    ordered_quietly.refresh_from_db()
    assert (ordered_quietly.state, ordered_quietly.looks) == (State.RUNNING, 0)
    assert ordered_quietly.next_at is not None
    assert set(calls_about(engine, ordered_quietly.handle, many=calls)) == {200}
    ordered_quietly.refresh_from_db()
    assert ordered_quietly.next_at <= clock.now(), "not in an hour"
    assert "jobs.tasks.look_due" in no_nudges
    assert look_once(ordered_quietly).state == State.SUCCEEDED


@pytest.mark.parametrize(
    ("calling_account", "rows"), [("kling", 3), ("fal", 1)], indirect=["calling_account"]
)
def test_the_same_call_five_times_counts_once(
    ordered_quietly: AvatarJob, engine: SandboxEngine, work: Work, rows: int
) -> None:
    engine.fault("callback_times", count=5)
    engine.fault("slow_task", seconds=0.5)
    submission.submit_due()
    ordered_quietly.refresh_from_db()
    assert calls_about(engine, ordered_quietly.handle, many=5 * rows) == [200] * 5 * rows
    job = work(ordered_quietly, State.SUCCEEDED)
    assert ReceivedCallback.objects.filter(job=job).count() == rows
    assert LedgerEntry.objects.filter(job=job, kind=EntryKind.CHARGE).count() == 1
    assert Version.objects.filter(job=job).count() == 1
    assert job.looks <= rows
    assert len(engine.accepted()) == 1


def test_a_repeated_call_after_the_end_changes_nothing(
    running: AvatarJob, work: Work, settings: Any
) -> None:
    settings.POLL_SECONDS = 0.1
    said = by_kling(running.handle)
    assert call("kling", running, *said) == 200
    work(running, State.SUCCEEDED)
    before = everything()
    assert [call("kling", running, *said) for _ in range(5)] == [200] * 5
    assert everything() == before


@pytest.mark.parametrize("calling_account", BOTH, indirect=True)
def test_a_call_before_the_answer_to_the_order_loses_nothing(
    ordered_quietly: AvatarJob, engine: SandboxEngine
) -> None:
    engine.fault("callback_early")
    submission.submit_due()
    ordered_quietly.refresh_from_db()
    assert calls_about(engine, ordered_quietly.handle, many=1)[0] == 200
    first = ReceivedCallback.objects.filter(job=ordered_quietly).first()
    assert first and ordered_quietly.accepted_at
    assert first.received_at < ordered_quietly.accepted_at
    assert ordered_quietly.state == State.RUNNING
    assert ordered_quietly.next_at is not None
    assert ordered_quietly.next_at <= clock.now(), (
        "the call came too early to be acted on, not in vain"
    )
    assert len(engine.accepted()) == 1


def test_a_call_before_the_answer_changes_nothing_by_itself(
    ordered_quietly: AvatarJob, settings: Any
) -> None:
    AvatarJob.objects.filter(pk=ordered_quietly.pk).update(
        state=State.SUBMITTING, sent_at=timezone.now(), next_at=None
    )
    before = AvatarJob.objects.values().get(pk=ordered_quietly.pk)
    assert call("kling", ordered_quietly, *by_kling("1234")) == 200
    assert AvatarJob.objects.values().get(pk=ordered_quietly.pk) == before


def test_the_answer_to_the_order_may_be_written_down_while_a_call_about_it_is_read(
    ordered_quietly: AvatarJob, no_nudges: list[str]
) -> None:
    rows = AvatarJob.objects.filter(pk=ordered_quietly.pk)
    rows.update(state=State.SUBMITTING, sent_at=timezone.now(), next_at=None)
    said: list[str] = []

    def answered_meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        """Between the first reading of the job and whatever comes next."""
        is_first = any(AvatarJob._meta.db_table in one for one in said) and "written" not in said
        if is_first:
            said.append("written")
            in_an_hour = clock.now() + timedelta(hours=1)
            rows.update(state=State.RUNNING, handle="1234", next_at=in_an_hour)
        said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(answered_meanwhile):
        assert call("kling", ordered_quietly, *by_kling("1234")) == 200
    assert "written" in said
    ordered_quietly.refresh_from_db()
    assert ordered_quietly.next_at
    assert ordered_quietly.next_at <= clock.now(), "not in an hour"
    assert "jobs.tasks.look_due" in no_nudges


def test_what_a_call_says_about_the_task_is_not_believed(
    ordered_quietly: AvatarJob, engine: SandboxEngine
) -> None:
    engine.fault("slow_task", seconds=60)
    submission.submit_due()
    ordered_quietly.refresh_from_db()
    url = f"{engine.url}/media/other.mp4"
    videos = {"videos": [{"id": "1", "url": url, "duration": "3"}]}
    said = by_kling(
        ordered_quietly.handle, event_id="done", task_status="succeed", task_result=videos
    )
    assert call("kling", ordered_quietly, *said) == 200
    assert look_once(ordered_quietly).state == State.RUNNING
    assert not ordered_quietly.result_urls


# Lost answers


@pytest.mark.parametrize("early", [True, False], ids=["while it was sent", "later"])
def test_a_call_finds_the_order_whose_answer_was_lost(
    fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work, early: bool
) -> None:
    job = order(clip, by=teammate)
    engine.fault("lost_answer", times=1, on="submit")
    if early:
        engine.fault("callback_early", times=1)
    else:
        engine.fault("slow_task", seconds=10, times=1)
    submission.submit_due()
    (task,) = engine.accepted()
    job.refresh_from_db()
    assert job.state == State.UNKNOWN
    assert calls_about(engine, task["task_id"], many=1) == [200]
    sweeping.sweep()
    job.refresh_from_db()
    assert (job.state, job.handle.rpartition("/")[2]) == (State.RUNNING, task["task_id"])
    assert job.error_code == ""
    work(job, State.SUCCEEDED)
    assert [task["submits"] for task in engine.accepted()] == [1]
    assert str(LedgerEntry.objects.filter(job=job).totals().spent) == "0.1686"


@pytest.fixture
def lost(fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine) -> AvatarJob:
    """Nobody knows whether fal has this order."""
    job = order(clip, by=teammate)
    AvatarJob.objects.filter(pk=job.pk).update(
        state=State.UNKNOWN, sent_at=timezone.now(), next_at=None
    )
    job.refresh_from_db()
    return job


def test_a_task_that_our_own_account_does_not_see_is_never_taken_for_ours(
    lost: AvatarJob, fal_key: Path
) -> None:
    # fal signs for all its customers with the same keys.
    assert call("fal", lost, *by_fal(str(uuid.uuid4()), key=fal_key)) == 200
    for _ in range(2):
        sweeping.sweep()
    lost.refresh_from_db()
    assert (lost.state, lost.handle) == (State.UNKNOWN, "")


def test_a_task_of_another_job_is_never_taken_for_ours(
    lost: AvatarJob, engine: SandboxEngine, fal_key: Path, project: Project, teammate: User
) -> None:
    other = order(another_clip(project, lost, teammate), by=teammate)
    submission.submit_due()
    other.refresh_from_db()
    assert other.state == State.RUNNING
    before = everything()
    assert call("fal", lost, *by_fal(other.handle.rpartition("/")[2], key=fal_key)) == 401
    assert everything() == before


def test_a_task_that_a_person_gave_to_another_job_meanwhile_stays_there(
    lost: AvatarJob, engine: SandboxEngine, fal_key: Path, project: Project, teammate: User
) -> None:
    (task,) = engine.seed(1, face="fal", seconds=0, audio_seconds=3)
    engine.fault("server_error", on="read", times=1)
    assert call("fal", lost, *by_fal(task, key=fal_key)) == 200
    other = order(another_clip(project, lost, teammate), by=teammate)
    AvatarJob.objects.filter(pk=other.pk).update(state=State.UNKNOWN, next_at=None)
    other.refresh_from_db()
    settling.it_exists(other, handle=task, by=teammate, evidence="It is in the console.")
    sweeping.sweep()
    lost.refresh_from_db()
    assert (lost.state, lost.handle) == (State.UNKNOWN, "")


def test_a_task_that_cannot_be_seen_just_now_is_asked_for_again(
    lost: AvatarJob, engine: SandboxEngine, fal_key: Path, clip: Clip, work: Work
) -> None:
    (task,) = engine.seed(1, face="fal", seconds=0, audio_seconds=3)
    engine.fault("server_error", on="read", times=1)
    assert call("fal", lost, *by_fal(task, key=fal_key)) == 200
    lost.refresh_from_db()
    assert lost.state == State.UNKNOWN, "an error proves nothing"
    sweeping.sweep()
    lost.refresh_from_db()
    assert (lost.state, lost.handle.rpartition("/")[2]) == (State.RUNNING, task)
