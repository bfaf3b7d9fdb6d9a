"""Reconcile: rows that nothing would ever move again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jobs import costs
from jobs.models import AvatarJob, JobEvent, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job
from tests.studio.operations.reconciled import reconcile

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


def held_job(clip: Clip, by: User, number: int = 1, **fields: Any) -> AvatarJob:
    """A job whose money is held, as an order leaves it."""
    job = make_job(clip, by, number, **fields)
    with transaction.atomic():
        costs.hold(job, by=by)
    return job


@pytest.fixture
def abandoned(clip: Clip, teammate: User) -> AvatarJob:
    """Sent an hour ago by a worker that died, and never swept."""
    sent = timezone.now() - AN_HOUR
    return held_job(clip, teammate, state=State.SUBMITTING, sent_at=sent, next_at=None)


def test_a_studio_in_order_is_in_order(clip: Clip, teammate: User) -> None:
    held_job(clip, teammate)
    report = reconcile()
    assert (report.code, report.counts, report.kinds) == (0, (0, 0, 0), {})
    assert report.facts["jobs"] == 1
    assert report.facts["money"] == {"USD": {"held": "0.1680", "spent": "0.0000"}}
    assert "USD: $0.17 held, $0.00 spent." in report.text


def test_an_abandoned_call_is_named_and_nothing_is_written(abandoned: AvatarJob) -> None:
    report = reconcile()
    assert (report.code, report.counts) == (1, (0, 1, 0))
    assert str(abandoned.pk) in report.text
    abandoned.refresh_from_db()
    assert abandoned.state == State.SUBMITTING
    assert not JobEvent.objects.exists()


def test_an_abandoned_call_becomes_unknown_with_its_event_and_a_person_settles_it(
    abandoned: AvatarJob,
) -> None:
    report = reconcile("--repair")
    abandoned.refresh_from_db()
    assert abandoned.state == State.UNKNOWN
    assert JobEvent.objects.get(job=abandoned).cause == "interrupted"
    assert report.kinds == {"call abandoned": 1, "needs settling": 1}
    assert (report.code, report.counts) == (1, (1, 0, 1))
    assert f"/jobs/{abandoned.pk}/" in report.text, "a person is told where"


def test_a_call_that_is_in_the_air_is_left_alone(clip: Clip, teammate: User) -> None:
    held_job(clip, teammate, state=State.SUBMITTING, sent_at=timezone.now(), next_at=None)
    assert reconcile("--repair").counts == (0, 0, 0)


@pytest.mark.parametrize(
    ("lost", "kind"),
    [
        ({"next_at": None}, "no next step"),
        ({"next_at": timezone.now() + timedelta(days=400)}, "step too far ahead"),
        ({"leased_until": timezone.now() + timedelta(days=400), "lease": "x"},
         "step too far ahead"),
    ],
    ids=["none", "far", "leased"],
)  # fmt: skip
def test_a_job_that_lost_its_time_is_due_now(
    clip: Clip, teammate: User, lost: dict[str, Any], kind: str
) -> None:
    job = held_job(clip, teammate, **lost)
    assert reconcile().kinds == {kind: 1}
    assert reconcile("--repair").counts == (1, 0, 0)
    assert AvatarJob.objects.due(timezone.now(), State.QUEUED).get() == job
    assert reconcile().code == 0


def test_a_dead_workers_claim_is_removed(clip: Clip, teammate: User) -> None:
    job = held_job(clip, teammate, lease="dead", leased_until=timezone.now() - AN_HOUR)
    report = reconcile("--repair")
    job.refresh_from_db()
    assert report.kinds == {"lease long past": 1}
    assert (job.lease, job.leased_until, report.code) == ("", None, 0)


def test_one_task_for_two_jobs_is_for_a_person(clip: Clip, teammate: User) -> None:
    far = timezone.now() + timedelta(minutes=5)
    for number, account in enumerate(("kling-east", "kling-west"), start=1):
        held_job(
            clip, teammate, number, state=State.RUNNING, handle="task_1", engine="kling",
            account=account, next_at=far,
        )  # fmt: skip
    report = reconcile("--repair")
    assert report.kinds["handle twice"] == 1
    assert report.kinds["account gone"] == 2, "neither account is configured"
    assert (report.code, report.counts) == (1, (0, 0, 3))
