"""A job that is overdue: cancelled where the engine can, given up elsewhere; late answers win."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jobs import cancelling, clock, outcomes, polling, settling, submission, sweeping
from jobs.engines.base import Phase, Sighting
from jobs.models import AvatarJob, LedgerEntry, State
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import wait_until

type As = Callable[[User], Client]
type Work = Callable[..., AvatarJob]


def overdue(job: AvatarJob) -> AvatarJob:
    """Sent, and its deadline has passed."""
    submission.submit_due()
    AvatarJob.objects.filter(pk=job.pk).update(deadline_at=clock.now() - timedelta(seconds=1))
    sweeping.mark_overdue(clock.now())
    job.refresh_from_db()
    assert job.state == State.STALLED
    return job


@pytest.fixture
def at_fal(fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine) -> AvatarJob:
    """fal has it in its queue or renders it for a minute, and can cancel it."""
    engine.fault("slow_task", seconds=60, times=1)
    engine.fault("callback_forged")
    return overdue(order(clip, by=teammate))


@pytest.fixture
def at_gateway(ordered: AvatarJob, engine: SandboxEngine) -> AvatarJob:
    """The gateway has it, and knows no cancel."""
    engine.fault("slow_task", seconds=3600, times=1)
    return overdue(ordered)


def money(job: AvatarJob) -> tuple[str, str]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return str(totals.held), str(totals.spent)


def look(job: AvatarJob) -> AvatarJob:
    AvatarJob.objects.filter(pk=job.pk).update(next_at=clock.now())
    polling.look_due()
    job.refresh_from_db()
    return job


# -- Where the engine can cancel -----------------------------------------------------------------


def test_the_engine_is_asked_to_stop_what_is_overdue_and_lets_the_money_go(
    at_fal: AvatarJob, as_: As, teammate: User, engine: SandboxEngine
) -> None:
    address = reverse("job", args=[at_fal.pk])
    assert reverse("job_cancel", args=[at_fal.pk]) in as_(teammate).get(address).text
    as_(teammate).post(reverse("job_cancel", args=[at_fal.pk]))
    at_fal.refresh_from_db()
    assert (at_fal.state, money(at_fal)) == (State.CANCELLED, ("0.1686", "0.0000"))
    states = [event.to_state for event in at_fal.events.order_by("id")]
    assert states[-3:] == ["stalled", "running", "cancelled"], "its answer, then its cancel"
    job = look(at_fal)
    assert (job.next_at, money(job)) == (None, ("0.0000", "0.0000"))
    assert engine.accepted()[0]["refunded"]
    assert "it has it still" in as_(teammate).get(address).text


def test_what_is_cancelled_late_has_time_again_to_end_before_its_money_is_free(
    at_fal: AvatarJob, teammate: User, engine: SandboxEngine
) -> None:
    engine.fault("cancel_too_late", times=1)
    cancelling.cancel(at_fal, by=teammate)
    job = look(at_fal)
    assert job.next_at, "it renders on"
    assert money(job) == ("0.1686", "0.0000")


def test_a_cancel_that_the_engine_does_not_take_leaves_it_overdue(
    at_fal: AvatarJob, teammate: User, engine: SandboxEngine
) -> None:
    engine.fault("server_error", on="cancel", times=1)
    with pytest.raises(cancelling.NotCancelled, match="did not cancel"):
        cancelling.cancel(at_fal, by=teammate)
    at_fal.refresh_from_db()
    assert (at_fal.state, money(at_fal)) == (State.STALLED, ("0.1686", "0.0000"))


def test_nobody_stops_waiting_for_what_can_be_cancelled(at_fal: AvatarJob, teammate: User) -> None:
    with pytest.raises(cancelling.NotCancelled):
        cancelling.stop_waiting(at_fal, by=teammate)


# -- Where it cannot -----------------------------------------------------------------------------


def test_a_job_that_nobody_waits_for_is_on_no_desk_and_its_money_stays_held(
    at_gateway: AvatarJob, as_: As, teammate: User, owner: User
) -> None:
    desk = reverse("desk", args=[at_gateway.organisation.slug])
    assert str(at_gateway.pk) in as_(owner).get(desk).text
    button = reverse("job_stop_waiting", args=[at_gateway.pk])
    said = as_(teammate).post(button, follow=True).text
    assert "nobody waits for it" in said
    assert f"should it come, it is fetched and charged, by {teammate.name}" in said
    assert button not in said
    assert str(at_gateway.pk) not in as_(owner).get(desk).text
    at_gateway.refresh_from_db()
    assert (at_gateway.state, at_gateway.put_aside_by) == (State.STALLED, teammate)
    assert money(at_gateway) == ("0.1680", "0.0000")
    assert look(at_gateway).next_at, "it is still looked at"


def test_the_late_answer_wins_over_those_who_stopped_waiting(
    ordered: AvatarJob, teammate: User, work: Work, engine: SandboxEngine
) -> None:
    job = overdue(ordered)
    cancelling.stop_waiting(job, by=teammate)
    wait_until(lambda: engine.accepted()[0]["status"] == "completed")
    AvatarJob.objects.update(next_at=clock.now())
    done = work(job, State.SUCCEEDED)
    assert (done.put_aside_at, done.put_aside_by) == (None, None)
    assert money(done) == ("0.0000", engine.accepted()[0]["amount"])


def test_a_late_failure_is_on_the_desk_again(at_gateway: AvatarJob, teammate: User) -> None:
    cancelling.stop_waiting(at_gateway, by=teammate)
    AvatarJob.objects.update(lease="mine")
    at_gateway.refresh_from_db()
    failed = Sighting(phase=Phase.FAILED, failure_code="moderation")
    assert outcomes.end(at_gateway, failed, lease="mine")
    at_gateway.refresh_from_db()
    assert (at_gateway.state, at_gateway.put_aside_at) == (State.FAILED, None)
    assert money(at_gateway) == ("0.0000", "0.0000")


def test_what_renders_in_time_is_waited_for(
    ordered: AvatarJob, as_: As, teammate: User, engine: SandboxEngine
) -> None:
    engine.fault("slow_task", seconds=3600, times=1)
    submission.submit_due()
    button = reverse("job_stop_waiting", args=[ordered.pk])
    assert button not in as_(teammate).get(reverse("job", args=[ordered.pk])).text
    as_(teammate).post(button)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.put_aside_at) == (State.RUNNING, None)


def test_creators_stop_waiting_viewers_and_outsiders_do_not(
    at_gateway: AvatarJob, as_: As, viewer: User, outsider: User
) -> None:
    button = reverse("job_stop_waiting", args=[at_gateway.pk])
    assert button not in as_(viewer).get(reverse("job", args=[at_gateway.pk])).text
    assert as_(viewer).post(button).status_code == 403
    assert as_(outsider).post(button).status_code == 404
    at_gateway.refresh_from_db()
    assert at_gateway.put_aside_at is None


def test_whoever_has_it_followed_again_waits_for_it_again(
    at_gateway: AvatarJob, teammate: User
) -> None:
    cancelling.stop_waiting(at_gateway, by=teammate)
    settling.it_exists(at_gateway, handle="", by=teammate, evidence="In the engine's list.")
    AvatarJob.objects.filter(pk=at_gateway.pk).update(deadline_at=clock.now())
    sweeping.mark_overdue(clock.now())
    assert at_gateway in AvatarJob.objects.unsettled()
