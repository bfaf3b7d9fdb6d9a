"""The money rule: hold before the call, charge what was bought, release what was not.

A budget is a promise: with the project's row locked, held and spent money together never pass
it. Prices are kept to a hundredth of a cent, so that sums equal the engine's bill to the cent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from jobs.models import AvatarJob, EntryKind, LedgerEntry, Money
from jobs.models.ledger import STEP
from jobs.registry import EngineModel
from studio import money
from studio.organisations.models import User
from studio.projects.models import Project

#: How amounts and rates are written, where prices are spoken of anyway.
show, show_rate = money.show, money.show_rate


class OverBudget(Exception):
    """The project has not enough left; `sentence` says what is missing."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Price:
    """What a job will cost: `rate_amount` per second times the measured seconds."""

    seconds: Decimal
    rate_amount: Decimal
    amount: Decimal
    currency: str


def price(model: EngineModel, seconds: Decimal) -> Price:
    """The price of `seconds` of video on `model`."""
    amount = (seconds * model.rate_amount).quantize(STEP, rounding=ROUND_HALF_UP)
    return Price(seconds, model.rate_amount, amount, model.currency)


def money_of(project: Project) -> Money:
    """What the project has held and spent."""
    return LedgerEntry.objects.filter(project=project).totals()


def left_of(project: Project) -> Decimal | None:
    """What may still be bound, or None where there is no budget."""
    if project.budget_amount is None:
        return None
    return project.budget_amount - money_of(project).bound


def hold(job: AvatarJob, *, by: User, note: str = "") -> None:
    """Bind the job's price. Call inside the transaction that makes the job.

    Raises OverBudget, so that the transaction leaves nothing behind.
    """
    assert transaction.get_connection().in_atomic_block
    project = Project.objects.select_for_update(no_key=True).get(pk=job.project.pk)
    left = left_of(project)
    if left is not None and job.price_amount > left:
        raise OverBudget(
            f"This costs {show(job.price_amount, job.currency)}, and the budget of “{project}” "
            f"has {show(left, job.currency)} left. Raise the budget or shorten the take; "
            "nothing was sent."
        )
    _write(job, EntryKind.HOLD, held=job.price_amount, by=by, note=note)


def charge(job: AvatarJob, *, note: str = "") -> None:
    """The engine has delivered: what was held is spent. Once, however often it is called.

    If the money was released or given back before (a cancelled job that the engine finished all
    the same), the charge is an adjustment, in plain sight.
    """
    if LedgerEntry.objects.filter(job=job).totals().spent > 0:
        return
    if not is_open(job):
        late = "Finished by the engine after the money was free again."
        _write(job, EntryKind.ADJUST, spent=job.price_amount, note=note or late)
        return
    _write(job, EntryKind.CHARGE, held=-job.price_amount, spent=job.price_amount, note=note)


def charge_many(jobs: Collection[AvatarJob]) -> None:
    """The same for many jobs at once."""
    ended = LedgerEntry.objects.filter(job__in=jobs, kind__in=[EntryKind.CHARGE, EntryKind.RELEASE])
    special = set(ended.values_list("job_id", flat=True))
    LedgerEntry.objects.bulk_create(
        _entry(job, EntryKind.CHARGE, held=-job.price_amount, spent=job.price_amount)
        for job in jobs
        if job.pk not in special
    )
    for job in jobs:
        if job.pk in special:
            charge(job)


def release(job: AvatarJob, *, by: User | None = None, note: str = "") -> None:
    """Nothing was bought: what was held is free again. Once, however often it is called.

    A job whose order was taken for one that never arrived had its money back before it ran.
    """
    if LedgerEntry.objects.filter(job=job, kind=EntryKind.RELEASE).exists():
        return
    _write(job, EntryKind.RELEASE, held=-job.price_amount, by=by, note=note)


def refund(job: AvatarJob, *, by: User, note: str) -> None:
    """A person has evidence that a charged job was not billed: a correction, in plain sight."""
    _write(job, EntryKind.ADJUST, spent=-job.price_amount, by=by, note=note)


def is_charged(job: AvatarJob) -> bool:
    """Whether the job's price was charged already."""
    charged = Q(kind=EntryKind.CHARGE) | Q(kind=EntryKind.ADJUST, spent_amount__gt=0)
    return LedgerEntry.objects.filter(charged, job=job).exists()


def was_freed_before_it_ran(job: AvatarJob) -> bool:
    """Whether its money was let go while nobody knew that the engine had the order."""
    released = LedgerEntry.objects.filter(job=job, kind=EntryKind.RELEASE)
    return job.accepted_at is not None and released.filter(at__lt=job.accepted_at).exists()


def is_open(job: AvatarJob) -> bool:
    """Whether the job's price is neither charged nor released yet."""
    ends = [EntryKind.CHARGE, EntryKind.RELEASE]
    return not LedgerEntry.objects.filter(job=job, kind__in=ends).exists()


def _write(job: AvatarJob, kind: EntryKind, **said: Any) -> None:
    _entry(job, kind, **said).save(force_insert=True)


def _entry(
    job: AvatarJob,
    kind: EntryKind,
    *,
    held: Decimal = Decimal(0),
    spent: Decimal = Decimal(0),
    by: User | None = None,
    note: str = "",
) -> LedgerEntry:
    return LedgerEntry(
        organisation=job.organisation,
        project=job.project,
        job=job,
        kind=kind,
        held_amount=held,
        spent_amount=spent,
        currency=job.currency,
        by=by,
        note=note[:300],
    )
