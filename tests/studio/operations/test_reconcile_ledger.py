"""Reconcile: what is missing in the ledger is appended, what is unclear is for a person."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction

from jobs import costs
from jobs.models import AvatarJob, EntryKind, LedgerEntry, Money, State
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.conftest import make_job, make_version
from tests.studio.operations.reconciled import reconcile

pytestmark = pytest.mark.django_db
NOTHING, PRICE = Decimal(0), Decimal("0.1680")


@pytest.fixture
def held(clip: Clip, teammate: User) -> AvatarJob:
    """A queued job whose money is held."""
    job = make_job(clip, teammate)
    with transaction.atomic():
        costs.hold(job, by=teammate)
    return job


def put(job: AvatarJob, state: State, **fields: object) -> None:
    """The state as a row, behind the back of the machine and its ledger."""
    AvatarJob.objects.filter(pk=job.pk).update(
        state=state, handle=f"task_{job.pk}", next_at=None, **fields
    )
    job.refresh_from_db()


def lose_entry(job: AvatarJob, kind: EntryKind) -> None:
    """A row that somebody deleted in the database itself; Django's models refuse to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM jobs_ledgerentry WHERE job_id = %s AND kind = %s",
            [LedgerEntry._meta.get_field("job").get_db_prep_value(job.pk, connection), kind],
        )
        assert cursor.rowcount == 1


def money(job: AvatarJob) -> Money:
    return LedgerEntry.objects.filter(job=job).totals()


def kinds(job: AvatarJob) -> list[str]:
    return list(LedgerEntry.objects.filter(job=job).values_list("kind", flat=True))


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_money_that_is_held_for_ever_is_released(held: AvatarJob, state: State) -> None:
    put(held, state)
    before = reconcile()
    assert (before.kinds, before.code) == ({"hold without end": 1}, 1)
    assert kinds(held) == ["hold"], "without --repair nothing is written"
    assert reconcile("--repair").counts == (1, 0, 0)
    assert money(held) == Money(NOTHING, NOTHING)
    assert "reconcile" in LedgerEntry.objects.get(kind=EntryKind.RELEASE).note
    assert reconcile().code == 0


def test_a_finished_job_whose_charge_was_deleted_is_charged_again(held: AvatarJob) -> None:
    make_version(held)
    costs.charge(held)
    assert reconcile().code == 0
    lose_entry(held, EntryKind.CHARGE)
    report = reconcile("--repair")
    assert (report.kinds, report.code) == ({"charge missing": 1}, 0)
    assert money(held) == Money(NOTHING, PRICE)


def test_a_billed_failure_is_charged_not_released(held: AvatarJob) -> None:
    put(held, State.FAILED, failure_is_billed=True)
    assert reconcile("--repair").kinds == {"charge missing": 1}
    assert money(held) == Money(NOTHING, PRICE)


def test_a_release_of_a_finished_job_is_answered_by_an_adjustment(held: AvatarJob) -> None:
    make_version(held)
    costs.release(held)
    report = reconcile("--repair")
    assert (report.kinds, report.code) == ({"released but delivered": 1}, 0)
    assert kinds(held) == ["hold", "release", "adjust"]
    assert money(held) == Money(NOTHING, PRICE)


def test_a_deleted_hold_is_held_again(held: AvatarJob) -> None:
    lose_entry(held, EntryKind.HOLD)
    assert reconcile("--repair").counts == (1, 0, 0)
    assert money(held) == Money(PRICE, NOTHING)
    assert LedgerEntry.objects.get().by == held.requested_by


def test_a_finished_job_without_any_entry_gets_both(held: AvatarJob) -> None:
    make_version(held)
    lose_entry(held, EntryKind.HOLD)
    assert reconcile("--repair").code == 0
    assert kinds(held) == ["hold", "charge"]


def test_a_hold_that_the_budget_forbids_is_for_a_person(held: AvatarJob, project: Project) -> None:
    lose_entry(held, EntryKind.HOLD)
    Project.objects.filter(pk=project.pk).update(budget_amount=Decimal("0.10"))
    report = reconcile("--repair")
    assert (report.counts, report.code) == ((0, 0, 1), 1)
    assert money(held) == Money(NOTHING, NOTHING)


def test_money_released_while_the_job_runs_is_for_a_person(held: AvatarJob) -> None:
    costs.release(held)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"released too early": 1}, (0, 0, 1))
    assert kinds(held) == ["hold", "release"]


def test_sums_that_fit_no_price_are_for_a_person(held: AvatarJob) -> None:
    make_version(held)
    costs.charge(held)
    AvatarJob.objects.filter(pk=held.pk).update(price_amount=Decimal(9))
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"sums do not fit": 1}, (0, 0, 1))
    assert len(kinds(held)) == 2


def test_a_refund_by_a_person_is_in_order(held: AvatarJob, approver: User) -> None:
    costs.charge(held)
    costs.refund(held, by=approver, note="The engine gave it back.")
    put(held, State.FAILED)
    assert reconcile().code == 0


def test_an_entry_of_another_project_is_for_a_person(
    held: AvatarJob, studio_org: Organisation, teammate: User
) -> None:
    other = Project.objects.create(organisation=studio_org, name="Other", created_by=teammate)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_ledgerentry SET project_id = %s", [
            Project._meta.pk.get_db_prep_value(other.pk, connection)])  # fmt: skip
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"entry misplaced": 1}, (0, 0, 1))


def test_a_budget_that_was_lowered_below_what_is_bound_is_named(
    held: AvatarJob, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(budget_amount=Decimal("0.10"))
    report = reconcile()
    assert (report.kinds, report.code) == ({"budget passed": 1}, 1)
