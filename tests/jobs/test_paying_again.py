"""Paying again for an order whose end nobody knows, and getting back what was not billed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jobs import costs, settling
from jobs.models import (
    AvatarJob,
    LedgerEntry,
    State,
)
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.jobs.settling import lost, page, pay_again, settle

type As = Callable[[User], Client]


@pytest.fixture
def unknown(clip: Clip, teammate: User) -> AvatarJob:
    """The engine's answer was lost."""
    return lost(order(clip, by=teammate))


@pytest.fixture(params=[State.FAILED, State.CANCELLED])
def billed(clip: Clip, teammate: User, request: pytest.FixtureRequest) -> AvatarJob:
    """It ended at the engine, which may bill what it had begun."""
    ordered = order(clip, by=teammate)
    costs.charge(ordered)
    AvatarJob.objects.filter(pk=ordered.pk).update(
        state=request.param, failure_is_billed=True, handle="task_1", next_at=None
    )
    ordered.refresh_from_db()
    return ordered


# -- Pay again -----------------------------------------------------------------------------------


def test_paying_again_is_one_more_order_with_the_first_one_still_open(
    as_: As, unknown: AvatarJob, approver: User
) -> None:
    html = page(as_(approver), unknown)
    assert "Pay again for $0.17" in html
    assert "probably paid" in html
    answer = pay_again(as_(approver), unknown)
    new = AvatarJob.objects.get(replaces=unknown)
    assert answer.redirect_chain[-1][0] == reverse("job", args=[new.pk])
    assert "v2 is ordered in place of v1; $0.17 is held for it" in answer.text
    unknown.refresh_from_db()
    assert unknown.state == State.UNKNOWN
    assert LedgerEntry.objects.totals().held == 2 * unknown.price_amount


def test_the_old_job_and_the_new_one_lead_to_each_other(
    as_: As, unknown: AvatarJob, approver: User, teammate: User
) -> None:
    new = settling.pay_again(unknown, by=approver)
    old_page, new_page = page(as_(approver), unknown), page(as_(teammate), new)
    assert f'id="job-replaced-by" href="{reverse("job", args=[new.pk])}"' in old_page
    assert f'id="job-replaces" href="{reverse("job", args=[unknown.pk])}"' in new_page
    assert "Pay again for" not in old_page


def test_the_second_person_is_led_to_the_job_of_the_first(
    as_: As, unknown: AvatarJob, approver: User, owner: User
) -> None:
    pay_again(as_(approver), unknown)
    answer = pay_again(as_(owner), unknown)
    assert "Mara had ordered v2 in place of v1 a moment before." in answer.text
    assert AvatarJob.objects.count() == 2


def test_another_price_than_the_button_named_orders_nothing(
    as_: As, unknown: AvatarJob, approver: User
) -> None:
    answer = pay_again(as_(approver), unknown, price="0.10")
    assert answer.status_code == 422
    assert "This costs $0.17 now, not $0.10: look again before you pay." in answer.text
    assert pay_again(as_(approver), unknown, price="").status_code == 422
    assert AvatarJob.objects.count() == 1


def test_a_budget_without_room_refuses_to_pay_again(
    as_: As, unknown: AvatarJob, approver: User, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(budget_amount=Decimal("0.20"))
    answer = pay_again(as_(approver), unknown)
    assert answer.status_code == 422
    assert "has $0.03 left" in answer.text
    assert AvatarJob.objects.count() == 1


def test_what_was_settled_meanwhile_is_not_paid_again(
    as_: As, unknown: AvatarJob, approver: User
) -> None:
    settling.it_does_not_exist(unknown, by=approver, evidence="list")
    answer = pay_again(as_(approver), unknown)
    assert answer.status_code == 422
    assert AvatarJob.objects.count() == 1


# -- Failed, and billed perhaps --------------------------------------------------------------------


def test_a_failure_that_was_not_billed_gives_its_money_back_in_plain_sight(
    as_: As, billed: AvatarJob, approver: User, teammate: User
) -> None:
    assert "Give the money back" not in page(as_(teammate), billed)
    assert "Give the money back" in page(as_(approver), billed)
    answer = settle(as_(approver), billed, finding="not_billed", evidence="not on the bill of May")
    assert LedgerEntry.objects.totals().bound == 0
    assert "not on the bill of May" in answer.text
    assert "Give the money back" not in answer.text


def test_money_is_given_back_once_and_only_with_evidence(
    as_: As, billed: AvatarJob, approver: User, teammate: User
) -> None:
    said = {"finding": "not_billed", "evidence": "bill of May"}
    assert settle(as_(teammate), billed, **said).status_code == 403
    assert settle(as_(approver), billed, **(said | {"evidence": ""})).status_code == 422
    assert LedgerEntry.objects.totals().spent == billed.price_amount
    assert settle(as_(approver), billed, **said).status_code == 200
    assert settle(as_(approver), billed, **said).status_code == 422
    assert LedgerEntry.objects.totals().bound == 0
