"""The money: each job's entries against its state, and the entries against the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from jobs import costs
from jobs.models import AvatarJob, EntryKind, LedgerEntry
from jobs.models.ledger import STEP, ZERO
from studio.operations.reconciling.discrepancy import Discrepancy, name_of
from studio.operations.reconciling.money import Sums, Verdict, verdict
from studio.projects.models import Project

#: Reconciling loads so many jobs at a time.
CHUNK = 2000
#: All that a verdict depends on.
JUDGED_BY = ("state", "price_amount", "currency", "next_at", "failure_is_billed")
#: A job has a hold and an end.
MOST_ENTRIES = 2


def entries_of_jobs() -> Iterator[Discrepancy]:
    """Every job against the sums of its entries."""
    sums = _sums(LedgerEntry.objects.all())
    suspects = [
        job.pk
        for job in AvatarJob.objects.order_by().only(*JUDGED_BY).iterator(chunk_size=CHUNK)
        if verdict(job, sums.get(job.pk, Sums()))
    ]
    for pk in suspects:
        # Once more, row and entries at the same moment: the machine went on working.
        job, wrong = _judged(pk)
        if wrong:
            yield Discrepancy(
                wrong.kind, name_of(job), wrong.found, wrong.remedy, repair=_repair(pk, wrong)
            )


def misplaced_entries() -> Iterator[Discrepancy]:
    """Entries that name another project, organisation or currency than their job."""
    right = Q(
        project=F("job__clip__project"),
        organisation=F("job__clip__project__organisation"),
        currency=F("job__currency"),
    )
    for entry in LedgerEntry.objects.exclude(right).select_related("job"):
        yield Discrepancy(
            "entry misplaced",
            name_of(entry.job),
            f"Entry {entry.pk} ({entry}) counts in another project, organisation or currency.",
            "Entries are never changed: a person decides which project bears it.",
        )


def overdrawn_projects() -> Iterator[Discrepancy]:
    """Projects that have bound more than their budget: ordering refuses that."""
    totals = LedgerEntry.objects.totals_by("project")
    for project in Project.objects.exclude(budget_amount=None):
        money = totals.get(project.pk)
        if money and project.budget_amount is not None and money.bound > project.budget_amount:
            yield Discrepancy(
                "budget passed",
                f"project “{project}”",
                f"{money.bound} is held and spent, {project.budget_amount} was allowed.",
                "Raise its budget, or find out who lowered it.",
            )


COMPARISONS = (entries_of_jobs, misplaced_entries, overdrawn_projects)


def _sums(entries: Any) -> dict[UUID, Sums]:
    ends = Q(kind__in=[EntryKind.CHARGE, EntryKind.RELEASE])
    rows = entries.order_by().values("job").annotate(
        h=Sum("held_amount"), s=Sum("spent_amount"),
        holds=Count("pk", filter=Q(kind=EntryKind.HOLD)), ends=Count("pk", filter=ends),
        by_people=Count("pk", filter=Q(kind=EntryKind.ADJUST, by__isnull=False)),
    )  # fmt: skip
    return {
        row["job"]: Sums(
            # SQLite adds in binary floats, which leaves dust behind.
            held=row["h"].quantize(STEP) + ZERO,
            spent=row["s"].quantize(STEP) + ZERO,
            holds=row["holds"],
            ends=row["ends"],
            by_people=row["by_people"],
        )
        for row in rows
    }


def _judged(pk: UUID) -> tuple[AvatarJob, Verdict | None]:
    with transaction.atomic():
        job = AvatarJob.objects.select_for_update().get(pk=pk)
        return job, verdict(job, _sums(LedgerEntry.objects.filter(job=job)).get(pk, Sums()))


def _repair(pk: UUID, seen: Verdict) -> Callable[[], bool] | None:
    """Appends what is missing until nothing is: a job without a hold may need two entries."""
    if seen.mend is None:
        return None

    def repair() -> bool:
        try:
            with transaction.atomic():
                for _ in range(MOST_ENTRIES):
                    job, wrong = _judged(pk)
                    if wrong is None or wrong.mend is None:
                        return wrong is None
                    wrong.mend(job)
                return _judged(pk)[1] is None
        except costs.OverBudget:
            return False

    return repair
