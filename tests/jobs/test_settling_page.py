"""Settling a job whose end the machine cannot know: the evidence, and the acts of a person."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import clock, costs, look_ups
from jobs.models import (
    AvatarJob,
    EntryKind,
    LedgerEntry,
    ReceivedCallback,
    State,
    Version,
)
from jobs.ordering import order
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import User
from tests.conftest import make_job, make_version
from tests.jobs.settling import lost, page, pay_again, settle

type As = Callable[[User], Client]


@pytest.fixture
def unknown(clip: Clip, teammate: User) -> AvatarJob:
    """The engine's answer was lost."""
    return lost(order(clip, by=teammate))


@pytest.fixture
def version(clip: Clip, teammate: User) -> Version:
    """v7: its number is out of the way of what a test orders."""
    return make_version(make_job(clip, teammate, number=7))


# -- The evidence ------------------------------------------------------------------------------


def test_the_evidence_names_the_order_and_opens_nothing(
    as_: As, unknown: AvatarJob, approver: User, settings: Any
) -> None:
    html = page(as_(approver), unknown)
    for fact in (
        str(unknown.pk), "Sandbox", f"POST {settings.SANDBOX_URL}/", "kling-avatar-v2-standard",
        "3.000 s, $0.17", "1111111111111111…", "3333333333333333…", "ReadTimeout after 60 s",
        "This engine cannot be asked for our reference", "This account sends none",
    ):  # fmt: skip
        assert fact in html, fact
    evidence = html[html.index('id="evidence-head"') : html.index('id="settle-head"')]
    assert settings.SANDBOX_KEY not in evidence
    assert "/…/" in evidence  # the signed part of an input's address is left out


def test_what_looking_up_showed_and_who_called_is_told_with_its_time(
    as_: As, unknown: AvatarJob, approver: User, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": an_account("fal"), "kling": an_account("kling")}
    AvatarJob.objects.filter(pk=unknown.pk).update(account="kling", engine="kling")
    look_ups.note(unknown.pk, look_ups.NOT_THERE)
    ReceivedCallback.objects.create(account="kling", event_id="1", job=unknown, handle="task_77")
    html = page(as_(approver), unknown)
    assert "The engine has no order with our id." in html
    assert "task_77" in html


def an_account(engine: str) -> AccountSettings:
    return AccountSettings(
        name=engine, engine=engine, label=engine.title(), url="https://engine.example",
        key="a-long-secret-key", webhook_secret="whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
        rates={"kling-avatar-v2-standard": Decimal("0.056")},
    )  # fmt: skip


def test_answers_that_alternate_are_written_once_each(unknown: AvatarJob) -> None:
    for said in (look_ups.NOT_THERE, look_ups.NOT_THERE, "no answer", look_ups.NOT_THERE):
        look_ups.note(unknown.pk, said)
    shown = unknown.events.filter(from_state=State.UNKNOWN).values_list("cause", flat=True)
    assert list(shown) == [look_ups.NOT_THERE, "no answer"]


def test_an_answer_that_comes_back_after_an_hour_is_written_again(unknown: AvatarJob) -> None:
    for said in (look_ups.NOT_THERE, "no answer"):
        look_ups.note(unknown.pk, said)
    before = clock.now() - look_ups.SAID_AGAIN_AFTER
    unknown.events.filter(cause=look_ups.NOT_THERE).update(at=before)
    for said in (look_ups.NOT_THERE, "no answer"):
        look_ups.note(unknown.pk, said)
    shown = unknown.events.filter(from_state=State.UNKNOWN).values_list("cause", flat=True)
    assert list(shown) == [look_ups.NOT_THERE, "no answer", look_ups.NOT_THERE]


def test_a_job_of_an_account_that_is_gone_can_still_be_settled(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    AvatarJob.objects.filter(pk=unknown.pk).update(account="kling-west", engine="kling")
    assert "This account is not configured any more" in page(as_(owner), unknown)
    settle(as_(owner), unknown, finding="gone", evidence="support says no")
    assert LedgerEntry.objects.totals().bound == 0


def test_a_page_that_shows_a_lost_answer_is_loaded_anew_once_the_engine_has_it(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    client, address = as_(owner), reverse("job", args=[unknown.pk])
    asked = {"HX-Request": "true"}
    AvatarJob.objects.filter(pk=unknown.pk).update(next_at=unknown.requested_at)
    assert "hx-trigger" in page(client, unknown)
    assert "HX-Refresh" not in client.get(address, {"seen": "unknown"}, headers=asked).headers
    AvatarJob.objects.filter(pk=unknown.pk).update(state=State.RUNNING, handle="task_1")
    answer = client.get(address, {"seen": "unknown"}, headers=asked)
    assert answer.headers["HX-Refresh"] == "true"


# -- Who may -----------------------------------------------------------------------------------


def test_approvers_release_money_and_admins_may_also_name_the_engines_id(
    as_: As, unknown: AvatarJob, teammate: User, owner: User, approver: User
) -> None:
    address = reverse("job_settle", args=[unknown.pk])
    assert address not in page(as_(teammate), unknown)
    assert "An approver or an admin settles this" in page(as_(teammate), unknown)
    assert "It exists, here is its id" not in page(as_(approver), unknown)
    assert "It does not exist, release the money" in page(as_(approver), unknown)
    assert "It exists, here is its id" in page(as_(owner), unknown)
    said = {"finding": "exists", "handle": "task_1", "evidence": "x"}
    assert as_(approver).post(address, said).status_code == 403
    assert as_(teammate).post(address, {"finding": "gone", "evidence": "x"}).status_code == 403
    unknown.refresh_from_db()
    assert unknown.state == State.UNKNOWN


@pytest.mark.parametrize("name", ["job_settle", "job_pay_again"])
def test_outsiders_find_nothing_to_settle(
    as_: As, unknown: AvatarJob, outsider: User, name: str
) -> None:
    said = {"finding": "gone", "evidence": "x", "price": "0.1680"}
    assert as_(outsider).post(reverse(name, args=[unknown.pk]), said).status_code == 404
    assert AvatarJob.objects.get().state == State.UNKNOWN


def test_a_finding_that_does_not_exist_settles_nothing(
    as_: As, unknown: AvatarJob, owner: User
) -> None:
    assert settle(as_(owner), unknown, finding="perhaps", evidence="x").status_code == 400
    assert AvatarJob.objects.get().state == State.UNKNOWN


def test_a_creator_does_not_pay_again(as_: As, unknown: AvatarJob, teammate: User) -> None:
    assert pay_again(as_(teammate), unknown).status_code == 403
    assert AvatarJob.objects.count() == 1


# -- It exists; it does not exist ----------------------------------------------------------------


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
