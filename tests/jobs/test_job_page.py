"""The page of one attempt: what happened, what it cost, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, JobEvent, LedgerEntry, State, Version
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
        "Next to be sent", "Ordered; its price is held, by Theo", "Ines, look 1",
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
    assert "Cancelled before it was sent. Nothing was charged." in answer.text
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
