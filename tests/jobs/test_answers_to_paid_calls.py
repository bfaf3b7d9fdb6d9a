"""The answer to a paid call is written down, however late, however long the database is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from jobs import clock, paid_answers, submission, sweeping
from jobs.engines.base import Response
from jobs.models import AvatarJob, LedgerEntry, State
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import queue, states

Work = Callable[..., AvatarJob]


def money(job: AvatarJob) -> tuple[float, float]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return float(totals.held), float(totals.spent)


def test_an_answer_that_was_given_up_for_lost_comes_after_all(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep is first, then the answer: the job runs under its handle, sent once."""

    call = submission._call

    def slowly(job: AvatarJob, *rest: Any) -> Response:
        response = call(job, *rest)
        long_ago = clock.now() - paid_answers.abandoned_after() - timedelta(seconds=1)
        AvatarJob.objects.filter(pk=job.pk).update(sent_at=long_ago)
        sweeping.sweep()
        connection.close()  # of the thread of this call
        return response

    monkeypatch.setattr(submission, "_call", slowly)
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.error_code) == (State.RUNNING, "")
    assert ordered.handle == engine.accepted()[0]["task_id"]
    assert [event.to_state for event in ordered.events.all()] == [
        "queued", "submitting", "unknown", "running"
    ]  # fmt: skip
    assert money(work(ordered, State.SUCCEEDED)) == (0, 0.168)
    assert len(engine.accepted()) == 1


@pytest.mark.parametrize("gone", [OperationalError, InterfaceError])
def test_a_handle_waits_for_the_database(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, monkeypatch: pytest.MonkeyPatch,
    gone: type[Exception],
) -> None:  # fmt: skip
    begin, troubles = paid_answers.begin_to_run, [gone("the server closed the connection")] * 3

    def not_yet(*args: Any, **said: Any) -> bool:
        if troubles:
            raise troubles.pop()
        return begin(*args, **said)

    monkeypatch.setattr(paid_answers, "begin_to_run", not_yet)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    submission.submit_due()
    assert troubles == []
    ordered.refresh_from_db()
    assert (ordered.state, ordered.handle) == (
        State.RUNNING, engine.accepted()[0]["task_id"]
    )  # fmt: skip
    assert len(engine.accepted()) == 1


def test_a_commit_whose_success_was_not_heard_is_not_made_twice(
    ordered: AvatarJob, engine: SandboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke between the commit and its acknowledgement."""
    begin, unheard = paid_answers.begin_to_run, [True]

    def commit_unheard(*args: Any, **said: Any) -> bool:
        before = AvatarJob.objects.get(pk=ordered.pk)
        if unheard and unheard.pop():
            begin(before, *args[1:], **said)
            raise OperationalError("the connection was lost")
        return begin(*args, **said)

    monkeypatch.setattr(paid_answers, "begin_to_run", commit_unheard)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    submission.submit_due()
    assert states([ordered]) == [State.RUNNING]
    assert [event.to_state for event in ordered.events.all()] == ["queued", "submitting", "running"]


def test_a_refusal_waits_for_the_database_too(
    clip: Clip, engine: SandboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was bought, and it is known: the job must not end as one that may be paid."""
    jobs = queue(clip, 4)
    engine.fault("rate_limit", times=1)
    settle, troubles = paid_answers.settle_error, [OperationalError("gone")] * 2

    def not_yet(*args: Any) -> None:
        if troubles:
            raise troubles.pop()
        settle(*args)

    monkeypatch.setattr(paid_answers, "settle_error", not_yet)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    submission.submit_due()
    assert sorted(states(jobs)) == [State.QUEUED] + [State.RUNNING] * 3
    assert len(engine.accepted()) == 3


def test_a_database_that_goes_away_between_two_intents_costs_no_answer(
    clip: Clip, engine: SandboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two calls are in the air when the third intent cannot be committed."""
    jobs = queue(clip, 4)
    intend, troubles = submission._commit_intent, [OperationalError("the connection was closed")]

    def third_fails(job: AvatarJob, lease: str) -> bool:
        if job.pk == jobs[2].pk and troubles:
            raise troubles.pop()
        return intend(job, lease)

    monkeypatch.setattr(submission, "_commit_intent", third_fails)
    submission.submit_due()
    assert troubles == []
    assert states(jobs) == [State.RUNNING, State.RUNNING, State.QUEUED, State.QUEUED]
    assert len(engine.accepted()) == 2
    AvatarJob.objects.filter(state=State.QUEUED).update(leased_until=clock.now())
    submission.submit_due()
    assert states(jobs) == [State.RUNNING] * 4
    assert len(engine.accepted()) == 4
