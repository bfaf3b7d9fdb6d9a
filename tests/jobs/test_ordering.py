"""The click: one job for one button, refused before any money moves where it cannot work."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jobs import cancelling, costs, offers, ordering
from jobs.models import AvatarJob, LedgerEntry, State
from jobs.ordering import AlreadyOrdered, NotOrdered
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.conftest import make_job, make_version


def nothing_happened() -> bool:
    return not AvatarJob.objects.exists() and not LedgerEntry.objects.exists()


def test_an_order_is_a_queued_job_with_its_money_held(
    clip: Clip, project: Project, teammate: User
) -> None:
    job = ordering.order(clip, by=teammate, number=1)
    assert job.state == State.QUEUED
    assert (job.duration_seconds, job.price_amount) == (Decimal("3.000"), Decimal("0.1680"))
    assert costs.money_of(project).held == Decimal("0.1680")
    assert [event.cause for event in job.events.all()] == ["ordered"]


@pytest.mark.django_db(transaction=True)
def test_the_workers_are_nudged_once_the_order_is_committed(
    clip: Clip, teammate: User, no_nudges: list[str]
) -> None:
    ordering.order(clip, by=teammate)
    assert no_nudges == ["jobs.tasks.submit_due"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_undo_the_order(
    clip: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("jobs.nudges.current_app.send_task", down)
    assert ordering.order(clip, by=teammate).state == State.QUEUED


def test_the_snapshot_does_not_follow_the_clip(clip: Clip, teammate: User) -> None:
    job = ordering.order(clip, by=teammate)
    clip.choose({"camera": "slow push-in"}, by=teammate, seen_revision=clip.revision)
    job.refresh_from_db()
    assert "static camera" in job.prompt_text
    assert job.prompt_slots["camera"] == "medium shot, static camera"


def test_the_same_button_twice_is_one_job(clip: Clip, teammate: User, owner: User) -> None:
    first = ordering.order(clip, by=teammate, number=1)
    with pytest.raises(AlreadyOrdered) as found:
        ordering.order(clip, by=owner, number=1)
    assert found.value.job == first
    assert AvatarJob.objects.count() == LedgerEntry.objects.count() == 1


def test_an_order_that_comes_in_between_is_found_as_the_same_one(
    clip: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = offers.next_number
    first: list[AvatarJob] = []

    def overtaken(clip: Clip) -> int:
        if not first:
            monkeypatch.setattr("jobs.ordering.next_number", count)
            first.append(ordering.order(clip, by=teammate, number=1))
        return count(clip)

    monkeypatch.setattr("jobs.ordering.next_number", overtaken)
    with pytest.raises(AlreadyOrdered) as found:
        ordering.order(clip, by=teammate, number=1)
    assert found.value.job == first[0]


def test_a_button_from_yesterday_orders_nothing(clip: Clip, teammate: User) -> None:
    with pytest.raises(NotOrdered, match="look again before you pay"):
        ordering.order(clip, by=teammate, number=7)
    assert nothing_happened()


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"look": None}, "No look is chosen"),
        ({"take": None}, "No audio take is chosen"),
        ({"style": "", "motion": "", "camera": "", "atmosphere": ""}, "prompt is"),
        ({"engine_model": "kling-avatar-v9"}, "not on offer"),
    ],
    ids=["no look", "no take", "blank prompt", "unknown model"],
)
def test_what_cannot_work_is_refused_before_money_moves(
    clip: Clip, teammate: User, broken: dict[str, object], sentence: str
) -> None:
    for name, value in broken.items():
        setattr(clip, name, value)
    with pytest.raises(NotOrdered, match=sentence):
        ordering.order(clip, by=teammate)
    assert nothing_happened()


def test_a_take_longer_than_the_engine_takes_is_refused(clip: Clip, teammate: User) -> None:
    assert clip.take
    clip.take.duration_seconds = Decimal(1200)
    with pytest.raises(NotOrdered) as refusal:
        ordering.order(clip, by=teammate)
    assert [finding.id for finding in refusal.value.findings] == ["audio.length"]
    assert nothing_happened()


def test_the_budget_refuses_before_the_engine_is_called(
    clip: Clip, project: Project, teammate: User
) -> None:
    project.budget_amount = Decimal("0.30")
    project.save()
    ordering.order(clip, by=teammate)
    with pytest.raises(NotOrdered, match=r"the budget has \$0.13 left"):
        ordering.order(clip, by=teammate)
    assert AvatarJob.objects.count() == 1


def test_cancelling_what_was_not_sent_frees_the_money(
    clip: Clip, project: Project, teammate: User
) -> None:
    job = ordering.order(clip, by=teammate)
    cancelling.cancel(job, by=teammate)
    assert job.state == State.CANCELLED
    assert costs.money_of(project).bound == 0


def test_what_was_sent_cannot_be_cancelled(clip: Clip, teammate: User) -> None:
    job = make_job(clip, teammate, state=State.RUNNING, handle="task_1")
    with pytest.raises(cancelling.NotCancelled, match="had left the queue"):
        cancelling.cancel(job, by=teammate)
    job.refresh_from_db()
    assert job.state == State.RUNNING


def test_the_next_version_says_what_changed(clip: Clip, teammate: User) -> None:
    first = make_version(make_job(clip, teammate, prompt_slots=clip.prompt_slots()))
    clip.choose(
        {"camera": "slow push-in", "engine_model": "kling-avatar-v2-pro"},
        by=teammate,
        seen_revision=clip.revision,
    )
    second = ordering.order(clip, by=teammate)
    assert (second.number, second.based_on) == (2, first)
    assert second.changes == ["camera", "model pro"]


def test_another_try_with_the_same_inputs_says_so(clip: Clip, teammate: User) -> None:
    make_version(make_job(clip, teammate))
    assert ordering.order(clip, by=teammate).changes == ["same inputs"]
