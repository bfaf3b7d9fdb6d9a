"""What a person does about a job on its way: cancel it, move it in the line; and its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import cancelling, ordering, outcomes, paid_answers, submission
from jobs.engines.base import Phase, Sighting
from jobs.history import steps_of
from jobs.models import AvatarJob, LedgerEntry, Priority, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job
from tests.engine import SandboxEngine
from tests.jobs.test_outlook import FAL

type As = Callable[[User], Client]


@pytest.fixture
def ordered(clip: Clip, teammate: User) -> AvatarJob:
    return ordering.order(clip, by=teammate)


@pytest.fixture
def at_fal(clip: Clip, teammate: User, settings: Any) -> AvatarJob:
    """Running at an engine that has a cancel."""
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    settings.DEFAULT_ACCOUNT = "fal"
    job = ordering.order(clip, by=teammate)
    AvatarJob.objects.filter(pk=job.pk).update(
        state=State.RUNNING, handle="task_1", accepted_at=timezone.now()
    )
    job.refresh_from_db()
    return job


def page(client: Client, job: AvatarJob) -> str:
    return client.get(reverse("job", args=[job.pk])).text


def prioritise(client: Client, job: AvatarJob, priority: Any, **said: str) -> Any:
    address = reverse("job_priority", args=[job.pk])
    return client.post(address, {"priority": priority, **said}, follow=True)


def sentences(job: AvatarJob) -> list[str]:
    return [step.sentence for step in steps_of(job)]


# -- Cancel --------------------------------------------------------------------------------------


def test_a_running_job_can_be_cancelled_from_every_page_where_the_engine_can(
    as_: As, at_fal: AvatarJob, teammate: User, viewer: User
) -> None:
    address = reverse("job_cancel", args=[at_fal.pk])
    for shown in (
        reverse("job", args=[at_fal.pk]),
        reverse("storyboard", args=[at_fal.clip.project_id]),
        reverse("clip", args=[at_fal.clip_id]),
    ):
        html = as_(teammate).get(shown).text
        assert address in html, shown
        assert "Cancel v1 at the engine?" in html
        assert "If it finishes all the same, the video is fetched and charged." in html
        assert address not in as_(viewer).get(shown).text


def test_no_cancel_is_offered_where_the_engine_has_none(
    as_: As, clip: Clip, teammate: User
) -> None:
    job = make_job(clip, teammate, state=State.RUNNING, handle="task_1")
    for shown in (reverse("job", args=[job.pk]), reverse("storyboard", args=[clip.project_id])):
        assert reverse("job_cancel", args=[job.pk]) not in as_(teammate).get(shown).text


def test_a_job_cancelled_at_the_engine_keeps_its_money_until_the_engine_lets_go(
    as_: As, engine: SandboxEngine, clip: Clip, teammate: User, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": replace(FAL, url=engine.url, key=engine.key)}
    settings.DEFAULT_ACCOUNT = "fal"
    engine.fault("slow_task", times=1)
    job = ordering.order(clip, by=teammate)
    submission.submit_due()
    answer = as_(teammate).post(reverse("job_cancel", args=[job.pk]), follow=True)
    assert "Cancelled; the engine may still finish it" in answer.text
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert LedgerEntry.objects.totals().held == job.price_amount
    assert "Cancelled at the engine; its price stays held" in sentences(job)[-1]


# -- Priority ------------------------------------------------------------------------------------


def test_a_creator_lets_a_job_wait_and_takes_that_back(
    as_: As, ordered: AvatarJob, teammate: User
) -> None:
    client = as_(teammate)
    assert "Can wait" in page(client, ordered)
    answer = prioritise(client, ordered, 0)
    assert "Welcome v1: can wait. Next to be sent." in answer.text
    ordered.refresh_from_db()
    assert ordered.priority == Priority.CAN_WAIT
    prioritise(client, ordered, 1)
    assert sentences(ordered)[1:] == [
        "Can wait from now on: after the normal ones", "Normal from now on",
    ]  # fmt: skip
    assert steps_of(ordered)[1].who == teammate.name


def test_urgent_is_an_approvers_word_to_give_and_to_take_back(
    as_: As, ordered: AvatarJob, teammate: User, approver: User
) -> None:
    assert 'value="2"' not in page(as_(teammate), ordered)
    assert prioritise(as_(teammate), ordered, 2).status_code == 403
    assert prioritise(as_(approver), ordered, 2).status_code == 200
    ordered.refresh_from_db()
    assert ordered.priority == Priority.URGENT
    assert "Urgent, within the organisation" in page(as_(teammate), ordered)
    assert prioritise(as_(teammate), ordered, 1).status_code == 403
    ordered.refresh_from_db()
    assert ordered.priority == Priority.URGENT


def test_outsiders_and_viewers_move_nothing(
    as_: As, ordered: AvatarJob, outsider: User, viewer: User
) -> None:
    assert prioritise(as_(outsider), ordered, 0).status_code == 404
    assert prioritise(as_(viewer), ordered, 0).status_code == 403
    assert "job-priority" not in page(as_(viewer), ordered)
    ordered.refresh_from_db()
    assert ordered.priority == Priority.NORMAL


@pytest.mark.parametrize("priority", ["3", "high", ""])
def test_a_priority_that_does_not_exist_is_refused(
    as_: As, ordered: AvatarJob, approver: User, priority: str
) -> None:
    assert prioritise(as_(approver), ordered, priority).status_code == 400


def test_what_was_sent_meanwhile_is_not_moved(as_: As, ordered: AvatarJob, teammate: User) -> None:
    AvatarJob.objects.update(state=State.RUNNING, handle="task_1")
    assert "had left the queue a moment before" in prioritise(as_(teammate), ordered, 0).text
    ordered.refresh_from_db()
    assert ordered.priority == Priority.NORMAL


def test_the_storyboard_shows_and_changes_what_is_not_normal(
    as_: As, ordered: AvatarJob, teammate: User, approver: User
) -> None:
    board = reverse("storyboard", args=[ordered.clip.project_id])
    assert "v1: can wait" in as_(teammate).get(board).text
    assert "v1: urgent" not in as_(teammate).get(board).text
    assert "v1: urgent" in as_(approver).get(board).text
    answer = prioritise(as_(approver), ordered, 2, next=board)
    assert answer.redirect_chain[-1][0] == board
    assert '<span class="strong">urgent</span>' in answer.text
    # Only approvers take it back.
    assert reverse("job_priority", args=[ordered.pk]) not in as_(teammate).get(board).text


# -- History -------------------------------------------------------------------------------------


def test_the_history_tells_how_a_lost_answer_was_found(ordered: AvatarJob) -> None:
    ordered.advance(State.SUBMITTING, cause="sending", sent_at=timezone.now())
    ordered.advance(State.UNKNOWN, cause="no_answer")
    paid_answers.found(ordered, "task_1", cause="the engine called back")
    assert sentences(ordered)[-1] == "The engine called back: taken after all"
    assert steps_of(ordered)[-1].cause == ""


def test_the_history_tells_that_a_cancelled_job_was_finished_all_the_same(
    at_fal: AvatarJob, teammate: User
) -> None:
    at_fal.advance(State.CANCELLED, cause="cancelled at the engine", by=teammate)
    AvatarJob.objects.filter(pk=at_fal.pk).update(lease="mine")
    done = Sighting(phase=Phase.SUCCEEDED, result_urls=("x",))
    outcomes.finish({at_fal.pk: done}, lease="mine")
    assert sentences(at_fal)[-1] == (
        "Finished at the engine all the same, and charged; bringing the video home"
    )


@pytest.mark.parametrize(
    ("may_be_billed", "words"),
    [
        (False, "Failed at the engine; the money is free again"),
        (True, "Failed at the engine, which bills it, or may: its price counts as spent"),
    ],
)
def test_the_history_tells_whether_a_failure_cost_something(
    at_fal: AvatarJob, may_be_billed: bool, words: str
) -> None:
    AvatarJob.objects.filter(pk=at_fal.pk).update(lease="mine")
    sighting = Sighting(phase=Phase.FAILED, may_be_billed=may_be_billed)
    outcomes.end(at_fal, sighting, lease="mine")
    assert sentences(at_fal)[-1] == words


def test_the_page_names_the_account_beside_the_model(
    as_: As, at_fal: AvatarJob, viewer: User
) -> None:
    assert "Standard, at fal" in page(as_(viewer), at_fal)


def test_a_refused_cancel_is_said_with_the_engines_reason(
    as_: As, at_fal: AvatarJob, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(job: AvatarJob, *, by: User) -> None:
        raise cancelling.NotCancelled("The engine had finished it already: it is being fetched.")

    monkeypatch.setattr(cancelling, "cancel", too_late)
    answer = as_(teammate).post(reverse("job_cancel", args=[at_fal.pk]), follow=True)
    assert "had finished it already" in answer.text
