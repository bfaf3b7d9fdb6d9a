"""Money: held before the call, charged or released once, summed and never changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from jobs import costs
from jobs.models import AvatarJob, LedgerEntry, Money
from jobs.registry import EngineModel
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.conftest import make_job


def hold(job: AvatarJob, by: User) -> None:
    with transaction.atomic():
        costs.hold(job, by=by)


@pytest.mark.parametrize(
    ("seconds", "rate", "amount"),
    [
        ("18.5", "0.112", "2.0720"),
        ("3.000", "0.056", "0.1680"),
        ("7.777", "0.056", "0.4355"),
        ("0.001", "0.056", "0.0001"),
    ],
)
def test_a_price_is_seconds_times_rate_to_a_hundredth_of_a_cent(
    seconds: str, rate: str, amount: str
) -> None:
    model = EngineModel("m", "M", "", Decimal(rate), "USD")
    assert costs.price(model, Decimal(seconds)).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("2.072", "USD", "$2.07"),
        ("2.075", "USD", "$2.08"),
        ("1234.5", "EUR", "€1,234.50"),
        ("-3", "USD", "−$3.00"),
        ("2", "CHF", "2.00 CHF"),
    ],
)
def test_an_amount_reads_like_money(amount: str, currency: str, shown: str) -> None:
    assert costs.show(Decimal(amount), currency) == shown


def test_a_hold_binds_and_a_charge_spends(job: AvatarJob, project: Project, teammate: User) -> None:
    hold(job, teammate)
    assert costs.money_of(project).held == job.price_amount
    costs.charge(job)
    money = costs.money_of(project)
    assert (money.held, money.spent) == (Decimal(0), job.price_amount)


def test_a_release_leaves_nothing_bound(job: AvatarJob, project: Project, teammate: User) -> None:
    hold(job, teammate)
    costs.release(job)
    assert costs.money_of(project).bound == 0


def test_a_job_is_held_once(job: AvatarJob, teammate: User) -> None:
    hold(job, teammate)
    with pytest.raises(IntegrityError):
        hold(job, teammate)


def test_what_was_charged_cannot_be_released_too(job: AvatarJob, teammate: User) -> None:
    hold(job, teammate)
    costs.charge(job)
    with pytest.raises(IntegrityError), transaction.atomic():
        costs.release(job)


def test_the_budget_refuses_the_first_cent_too_much(
    job: AvatarJob, project: Project, teammate: User
) -> None:
    project.budget_amount = Decimal("0.16")
    project.save()
    with pytest.raises(costs.OverBudget, match=r"costs \$0.17, .* has \$0.16 left"):
        hold(job, teammate)
    assert not LedgerEntry.objects.exists()


def test_the_ledger_cannot_be_rewritten(job: AvatarJob, teammate: User) -> None:
    hold(job, teammate)
    entry = LedgerEntry.objects.get()
    entry.held_amount = Decimal(0)
    for rewrite in (
        entry.save,
        entry.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(held_amount=0),
    ):
        with pytest.raises(TypeError, match="only grows"):
            rewrite()


def test_many_small_amounts_add_up_to_the_last_digit(
    clip: Clip, project: Project, teammate: User
) -> None:
    for number in range(1, 31):
        job = make_job(clip, teammate, number, price_amount=Decimal("0.4517"))
        hold(job, teammate)
        costs.charge(job)
    assert repr(costs.money_of(project)) == repr(Money(Decimal("0.0000"), Decimal("13.5510")))
    by_clip = LedgerEntry.objects.all().totals_by("job__clip")
    assert repr(by_clip[clip.pk]) == repr(Money(Decimal("0.0000"), Decimal("13.5510")))
