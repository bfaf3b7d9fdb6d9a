"""Taking an order back, before it is sent and at the engine. The engine counts what it bills."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import cancelling, clock, costs, polling, submission
from jobs.models import AvatarJob, EntryKind, LedgerEntry, State, Version
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.calling import by_fal, call

Work = Callable[..., AvatarJob]
Due = Callable[[AvatarJob], None]
As = Callable[[User], Client]


@pytest.fixture
def at_fal(fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine) -> AvatarJob:
    """A job that fal has in its queue or renders, for a minute at least; its calls are refused."""
    engine.fault("slow_task", seconds=60, times=1)
    engine.fault("callback_forged")
    return sent(order(clip, by=teammate))


def sent(job: AvatarJob) -> AvatarJob:
    submission.submit_due()
    job.refresh_from_db()
    assert job.state == State.RUNNING
    return job


def look(job: AvatarJob, now_due: Due) -> AvatarJob:
    now_due(job)
    polling.look_due()
    job.refresh_from_db()
    return job


def money(job: AvatarJob) -> tuple[str, str]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return str(totals.held), str(totals.spent)


def billed(engine: SandboxEngine) -> Decimal:
    """What the engine asks for, all in all."""
    return sum(
        (Decimal(task["amount"]) for task in engine.accepted() if not task["refunded"]), Decimal(0)
    )


def test_a_task_in_the_engine_s_queue_is_cancelled_and_costs_nothing(
    at_fal: AvatarJob, teammate: User, engine: SandboxEngine, now_due: Due
) -> None:
    assert cancelling.can_cancel(at_fal)
    cancelling.cancel(at_fal, by=teammate)
    assert at_fal.state == State.CANCELLED
    assert money(at_fal) == ("0.1686", "0.0000"), "held until the engine says that it has ended"
    job = look(at_fal, now_due)
    assert (job.state, job.next_at, job.failure_is_billed) == (State.CANCELLED, None, False)
    assert money(job) == ("0.0000", "0.0000")
    (task,) = engine.accepted()
    assert (task["status"], task["refunded"]) == ("failed", True)
    assert costs.money_of(job.project).bound == billed(engine) == 0
    assert [event.by for event in job.events.filter(to_state=State.CANCELLED)] == [teammate]


def test_a_cancelled_job_is_looked_at_soon(at_fal: AvatarJob, teammate: User) -> None:
    cancelling.cancel(at_fal, by=teammate)
    at_fal.refresh_from_db()
    assert at_fal.next_at is not None
    assert at_fal.next_at <= clock.now() + timedelta(seconds=10)


def test_a_call_after_the_money_was_let_go_changes_no_money(
    at_fal: AvatarJob, teammate: User, now_due: Due, engine_folder: Path
) -> None:
    cancelling.cancel(at_fal, by=teammate)
    look(at_fal, now_due)
    entries = list(LedgerEntry.objects.values())
    task = at_fal.handle.rpartition("/")[2]
    for status in ("ERROR", "OK"):
        said = by_fal(task, key=engine_folder / "sandbox" / "webhook-ed25519", status=status)
        assert call("fal", at_fal, *said) == 200
        polling.look_due()
    at_fal.refresh_from_db()
    assert (at_fal.state, at_fal.next_at) == (State.CANCELLED, None)
    assert list(LedgerEntry.objects.values()) == entries


def test_too_late_is_said_and_the_job_goes_on(
    fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work, settings: Any
) -> None:
    settings.POLL_SECONDS = 3600
    engine.fault("callback_forged")
    job = sent(order(clip, by=teammate))
    until_it_has_ended(engine)
    with pytest.raises(cancelling.NotCancelled) as refusal:
        cancelling.cancel(job, by=teammate)
    assert refusal.value.sentence == (
        f"{job} had ended at the engine already: it is asked what came of it."
    )
    job.refresh_from_db()
    assert (job.state, money(job)) == (State.RUNNING, ("0.1686", "0.0000"))
    assert job.next_at is not None
    assert job.next_at <= clock.now(), "not in an hour"
    assert work(job, State.SUCCEEDED).version.number == 1
    assert costs.money_of(job.project).bound == billed(engine) == Decimal("0.1686")


def until_it_has_ended(engine: SandboxEngine) -> None:
    wait = threading.Event()
    for _ in range(2_400):
        if all(task["finished_at"] for task in engine.accepted()):
            return
        wait.wait(0.05)
    raise AssertionError(engine.accepted())


def test_the_late_answer_wins_over_a_cancel_that_the_engine_accepted(
    fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(polling, "CANCELLED_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(cancelling, "LOOK_AFTER", timedelta(0))
    engine.fault("slow_task", seconds=10, times=1)
    engine.fault("cancel_too_late", times=1)
    job = sent(order(clip, by=teammate))
    cancelling.cancel(job, by=teammate)
    assert (job.state, money(job)) == (State.CANCELLED, ("0.1686", "0.0000"))
    done = work(job, State.SUCCEEDED)
    assert done.version.number == 1
    assert Version.objects.filter(clip=clip).count() == 1
    (task,) = engine.accepted()
    assert (task["status"], task["refunded"]) == ("completed", False)
    assert money(done) == ("0.0000", task["amount"])
    assert costs.money_of(done.project).bound == billed(engine)


def test_an_answer_that_comes_after_the_money_was_let_go_is_charged_in_plain_sight(
    fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work, now_due: Due,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(polling, "CANCELLED_LOOK_SECONDS", 3600)
    engine.fault("slow_task", seconds=15, times=1)
    engine.fault("cancel_too_late", times=1)
    engine.fault("not_yet", times=1)  # fal says that there is no such task, and is wrong
    job = sent(order(clip, by=teammate))
    cancelling.cancel(job, by=teammate)
    AvatarJob.objects.filter(pk=job.pk).update(deadline_at=clock.now() - timedelta(seconds=1))
    job = look(job, now_due)
    assert (job.next_at, money(job)) == (None, ("0.0000", "0.0000"))
    # Nobody looks any more; but the engine calls when it has finished.
    done = work(job, State.SUCCEEDED)
    assert done.version.number == 1
    kinds = [entry.kind for entry in LedgerEntry.objects.filter(job=job).order_by("id")]
    assert kinds == [EntryKind.HOLD, EntryKind.RELEASE, EntryKind.ADJUST]
    assert costs.money_of(done.project).bound == billed(engine) == Decimal("0.1686")


@pytest.mark.parametrize("fault", ["server_error", "html", "lost_answer", "wrong_key"])
def test_a_cancel_that_the_engine_does_not_take_leaves_the_job_as_it_was(
    at_fal: AvatarJob, teammate: User, engine: SandboxEngine, fault: str, now_due: Due
) -> None:
    engine.fault(fault, on="cancel", times=1)
    with pytest.raises(cancelling.NotCancelled, match="did not cancel"):
        cancelling.cancel(at_fal, by=teammate)
    assert look(at_fal, now_due).state == State.RUNNING
    assert money(at_fal) == ("0.1686", "0.0000")
    cancelling.cancel(at_fal, by=teammate)  # and it can be tried again
    assert at_fal.state == State.CANCELLED


def test_a_gateway_cannot_cancel_what_it_renders(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, as_: As, work: Work
) -> None:
    page = reverse("job", args=[ordered.pk])
    button = reverse("job_cancel", args=[ordered.pk])
    assert button in as_(teammate).get(page).text
    job = sent(ordered)
    assert not cancelling.can_cancel(job)
    assert button not in as_(teammate).get(page).text
    with pytest.raises(cancelling.NotCancelled, match="was not cancelled"):
        cancelling.cancel(job, by=teammate)
    work(job, State.SUCCEEDED)
    assert costs.money_of(job.project).bound == billed(engine)


def test_what_fal_renders_can_be_cancelled_on_its_page(
    at_fal: AvatarJob, teammate: User, as_: As
) -> None:
    button = reverse("job_cancel", args=[at_fal.pk])
    assert button in as_(teammate).get(reverse("job", args=[at_fal.pk])).text
    said = as_(teammate).post(button, follow=True).text
    at_fal.refresh_from_db()
    assert at_fal.state == State.CANCELLED
    assert "Cancelled" in said
