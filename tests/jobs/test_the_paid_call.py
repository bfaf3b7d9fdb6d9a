"""The paid call is made at most once, whatever the engine answers. The engine counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import costs, outcomes, paid_answers, polling, settling, submission, sweeping
from jobs.engines.base import Phase, Sighting
from jobs.models import AvatarJob, LedgerEntry, State
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine

Work = Callable[..., AvatarJob]


def money(job: AvatarJob) -> tuple[float, float]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return float(totals.held), float(totals.spent)


def test_a_job_becomes_a_version_and_its_hold_a_charge(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    job = work(ordered, State.SUCCEEDED)
    assert [event.to_state for event in job.events.all()] == [
        "queued", "submitting", "running", "fetching", "succeeded"
    ]  # fmt: skip
    assert money(job) == (0, 0.168)
    assert [task["amount"] for task in engine.accepted()] == ["0.1680"]
    version = job.version
    assert abs(version.duration_seconds - job.duration_seconds) < 0.1
    assert (version.number, len(version.sha256)) == (1, 64)
    assert version.frames == round(version.duration_seconds * 25)


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ({"name": "rate_limit", "retry_after": 30}, State.QUEUED, "rate_limited"),
        ({"name": "rate_limit"}, State.QUEUED, "rate_limited"),
        ({"name": "wrong_key"}, State.QUEUED, "wrong_key"),
        ({"name": "no_credit"}, State.QUEUED, "out_of_credit"),
        ({"name": "server_error", "when": "before"}, State.UNKNOWN, ""),
        ({"name": "server_error", "when": "after"}, State.UNKNOWN, ""),
        ({"name": "html"}, State.UNKNOWN, ""),
        ({"name": "lost_answer"}, State.UNKNOWN, ""),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_each_answer_leads_to_what_it_proves(
    ordered: AvatarJob, engine: SandboxEngine, fault: dict[str, Any], state: State, code: str
) -> None:
    engine.fault(**fault)
    submission.submit_due()
    ordered.refresh_from_db()
    assert ordered.state == state
    assert money(ordered) == (0.168, 0)
    assert ordered.error_message
    if code:
        assert ordered.error_code == code


def test_a_job_whose_answer_was_lost_is_never_sent_again(
    ordered: AvatarJob, engine: SandboxEngine
) -> None:
    engine.fault("lost_answer", times=1)
    for _ in range(5):
        AvatarJob.objects.filter(pk=ordered.pk).update(next_at=timezone.now())
        submission.submit_due()
        submission.submit_due()
    ordered.refresh_from_db()
    assert ordered.state == State.UNKNOWN
    assert len(engine.accepted()) == 1


def test_a_wait_that_the_engine_asked_for_is_kept(
    ordered: AvatarJob, engine: SandboxEngine
) -> None:
    engine.fault("rate_limit", retry_after=120, times=1)
    submission.submit_due()
    submission.submit_due()
    ordered.refresh_from_db()
    assert ordered.tries == 1
    assert ordered.next_at is not None
    assert ordered.next_at > timezone.now() + timedelta(seconds=100)


def test_an_engine_that_is_down_costs_nothing_and_is_tried_again(
    ordered: AvatarJob, engine: SandboxEngine, settings: Any, work: Work,
    now_due: Callable[[AvatarJob], None],
) -> None:  # fmt: skip
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.tries) == (State.QUEUED, 1)
    settings.SANDBOX_URL = engine.url
    now_due(ordered)
    assert work(ordered, State.SUCCEEDED).tries == 2
    assert len(engine.accepted()) == 1


@pytest.mark.parametrize("kind", ["moderation", "face_not_found", "vendor_timeout", "unnamed"])
def test_a_job_that_fails_at_the_engine_frees_the_money_and_says_why(
    ordered: AvatarJob, engine: SandboxEngine, project: Project, work: Work, kind: str
) -> None:
    engine.fault("fail", fail=kind)
    job = work(ordered, State.FAILED)
    assert costs.money_of(project).bound == 0
    assert job.error_message.endswith(".")


def test_a_worker_killed_during_the_call_leaves_a_job_to_settle(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, work: Work
) -> None:
    engine.fault("lost_answer", times=1)
    submission.submit_due()
    handle = engine.accepted()[0]["task_id"]
    # As the row is when the worker dies after the engine has accepted.
    AvatarJob.objects.filter(pk=ordered.pk).update(state=State.SUBMITTING)
    paid_answers.give_up_abandoned(timezone.now())
    ordered.refresh_from_db()
    assert ordered.state == State.SUBMITTING, "its call may still be in the air"
    paid_answers.give_up_abandoned(timezone.now() + paid_answers.abandoned_after())
    ordered.refresh_from_db()
    assert ordered.state == State.UNKNOWN
    settling.it_exists(ordered, handle=handle, by=teammate, evidence="It is in the console.")
    job = work(ordered, State.SUCCEEDED)
    assert money(job) == (0, 0.168)
    assert len(engine.accepted()) == 1


def test_settling_as_not_bought_frees_the_money(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine
) -> None:
    engine.fault("server_error", when="before")
    submission.submit_due()
    ordered.refresh_from_db()
    settling.it_does_not_exist(ordered, by=teammate, evidence="Not in the console.")
    assert (ordered.state, money(ordered)) == (State.FAILED, (0, 0))
    with pytest.raises(settling.NotSettled, match="a moment ago"):
        settling.it_does_not_exist(ordered, by=teammate, evidence="Twice.")


@pytest.mark.parametrize("shape", ["W", "G", "O", "D", "seed"])
def test_every_envelope_of_the_gateway_is_read(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, shape: str
) -> None:
    engine.fault("envelope", shape=shape, on="all")
    assert work(ordered, State.SUCCEEDED).version.number == 1


def test_looking_survives_errors_and_web_pages(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    for fault in ("server_error", "html", "rate_limit", "lost_answer"):
        engine.fault(fault, on="read", times=1)
    work(ordered, State.SUCCEEDED)
    assert len(engine.accepted()) == 1


def test_a_job_past_its_deadline_is_stalled_and_still_fetched_when_it_comes(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, now_due: Callable[[AvatarJob], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(polling, "STALLED_LOOK_SECONDS", 0.1)
    engine.fault("not_yet", times=1)
    submission.submit_due()
    polling.look_due()
    ordered.refresh_from_db()
    assert ordered.deadline_at is not None
    sweeping.mark_overdue(ordered.deadline_at + timedelta(seconds=1))
    ordered.refresh_from_db()
    assert ordered.state == State.STALLED
    now_due(ordered)
    assert work(ordered, State.SUCCEEDED).version


def test_a_poller_come_late_moves_nothing(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    submission.submit_due()
    late = AvatarJob.objects.get(pk=ordered.pk)
    work(ordered, State.SUCCEEDED)
    sighting = Sighting(phase=Phase.FAILED, failure_code="moderation")
    outcomes.end(late, sighting, lease="a lease that has passed")
    ordered.refresh_from_db()
    assert (ordered.state, money(ordered)) == (State.SUCCEEDED, (0, 0.168))
