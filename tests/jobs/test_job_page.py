"""The page of one attempt: what happened, what it cost, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import costs
from jobs.models import AvatarJob, EntryKind, JobEvent, LedgerEntry, State, Version
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job, make_version

type As = Callable[[User], Client]


@pytest.fixture
def ordered(clip: Clip, teammate: User) -> AvatarJob:
    return order(clip, by=teammate)


@pytest.fixture
def unknown(ordered: AvatarJob) -> AvatarJob:
    """The engine's answer was lost."""
    AvatarJob.objects.filter(pk=ordered.pk).update(
        state=State.UNKNOWN,
        next_at=None,
        error_code="timeout",
        error_message="The engine did not answer in time. It may have taken the job.",
        error_detail="ReadTimeout after 60 s",
    )
    JobEvent.objects.create(
        job=ordered, from_state=State.SUBMITTING, to_state=State.UNKNOWN, cause="timeout",
        detail={"answer": {"secret": "only for admins"}},
    )  # fmt: skip
    ordered.refresh_from_db()
    return ordered


@pytest.fixture
def version(clip: Clip, teammate: User) -> Version:
    """v7: its number is out of the way of what a test orders."""
    return make_version(make_job(clip, teammate, number=7))


def page(client: Client, job: AvatarJob, **headers: str) -> str:
    return client.get(reverse("job", args=[job.pk]), headers=headers).text


def test_the_page_tells_state_inputs_events_and_money(
    as_: As, ordered: AvatarJob, viewer: User
) -> None:
    html = page(as_(viewer), ordered)
    for fact in (
        "Waiting to be sent", "Ordered; its price is held, by Theo", "Ines, look 1",
        "Friendly presenter", "Held before the call", "$0.17", "0.056 USD per second",
    ):  # fmt: skip
        assert fact in html


def test_a_busy_job_is_followed_and_a_finished_one_is_not(
    as_: As, ordered: AvatarJob, version: Version, teammate: User
) -> None:
    part = page(as_(teammate), ordered, HX_Request="true")
    assert "<html" not in part
    assert "hx-trigger" in part
    finished = page(as_(teammate), version.job)
    assert "hx-trigger" not in finished
    assert reverse("review", args=[version.pk]) in finished


def test_a_waiting_job_is_cancelled_at_no_cost(as_: As, ordered: AvatarJob, teammate: User) -> None:
    answer = as_(teammate).post(reverse("job_cancel", args=[ordered.pk]), follow=True)
    assert "is cancelled. Nothing was charged." in answer.text
    assert LedgerEntry.objects.totals().bound == 0


def test_a_job_that_was_sent_meanwhile_is_not_cancelled(
    as_: As, ordered: AvatarJob, teammate: User
) -> None:
    AvatarJob.objects.update(state=State.RUNNING, handle="task_1")
    answer = as_(teammate).post(reverse("job_cancel", args=[ordered.pk]), follow=True)
    assert "had left the queue" in answer.text
    assert LedgerEntry.objects.totals().held == ordered.price_amount


def test_the_engines_own_words_are_kept_as_detail_and_its_answer_for_admins(
    as_: As, unknown: AvatarJob, teammate: User, owner: User
) -> None:
    for_creator = page(as_(teammate), unknown)
    assert "It may have taken the job." in for_creator
    assert "ReadTimeout after 60 s" in for_creator
    assert "only for admins" not in for_creator
    assert "only for admins" in page(as_(owner), unknown)


def test_only_admins_get_the_forms_to_settle(
    as_: As, unknown: AvatarJob, teammate: User, owner: User, approver: User
) -> None:
    address = reverse("job_settle", args=[unknown.pk])
    assert address not in page(as_(teammate), unknown)
    assert "An admin settles this" in page(as_(teammate), unknown)
    assert address in page(as_(owner), unknown)
    assert as_(approver).post(address, {"finding": "gone", "evidence": "x"}).status_code == 403


def settle(client: Client, job: AvatarJob, **said: Any) -> Any:
    return client.post(reverse("job_settle", args=[job.pk]), said, follow=True)


def test_a_job_that_exists_is_followed_under_its_id(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    settle(as_(owner), unknown, finding="exists", handle=" task_9 ", evidence="gateway list")
    unknown.refresh_from_db()
    assert (unknown.state, unknown.handle) == (State.RUNNING, "task_9")
    assert unknown.events.filter(to_state=State.RUNNING, by=owner).exists()
    assert LedgerEntry.objects.totals().held == unknown.price_amount


def test_a_job_that_does_not_exist_frees_its_money_and_names_the_price_of_trying_again(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    answer = settle(as_(owner), unknown, finding="gone", evidence="gateway log of 3 Nov")
    unknown.refresh_from_db()
    assert unknown.state == State.FAILED
    assert LedgerEntry.objects.totals().bound == 0
    assert "gateway log of 3 Nov" in answer.text
    assert "Open the clip to try again" in answer.text


def test_a_charged_job_that_was_not_billed_is_refunded_in_plain_sight(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    costs.charge(unknown)
    AvatarJob.objects.update(state=State.LOST)
    answer = settle(as_(owner), unknown, finding="gone", evidence="refunded by support")
    assert LedgerEntry.objects.filter(kind=EntryKind.ADJUST).exists()
    assert "−$0.17" in answer.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"finding": "exists", "handle": "", "evidence": "list"}, "Give the id under which"),
        ({"finding": "exists", "handle": "t", "evidence": " "}, "Say where you looked"),
        ({"finding": "gone", "evidence": ""}, "Say where you looked"),
    ],
)
def test_settling_without_evidence_is_refused_beside_the_field(
    as_: As, unknown: AvatarJob, owner: User, said: Any, sentence: str
) -> None:
    answer = settle(as_(owner), unknown, **said)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 1
    unknown.refresh_from_db()
    assert unknown.state == State.UNKNOWN


def test_an_id_that_another_job_has_is_refused(
    as_: As, unknown: AvatarJob, version: Version, owner: User
) -> None:
    answer = settle(
        as_(owner), unknown, finding="exists", handle=version.job.handle, evidence="list"
    )
    assert "Another job of this studio already has that id." in answer.text


def test_what_somebody_else_settled_first_is_said(as_: As, unknown: AvatarJob, owner: User) -> None:
    AvatarJob.objects.update(state=State.FAILED)
    answer = settle(as_(owner), unknown, finding="gone", evidence="list")
    assert answer.status_code == 422
    assert LedgerEntry.objects.totals().held == unknown.price_amount
