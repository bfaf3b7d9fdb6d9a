"""The record of money. It only grows; every total is a sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Never

from django.db import models
from django.db.models import Q, Sum

from jobs.models.job import AvatarJob
from studio.organisations.models import Organisation, User
from studio.projects.models import Project

ZERO = Decimal(0)
#: Amounts are kept to a hundredth of a cent.
STEP = Decimal("0.0001")


class EntryKind(models.TextChoices):
    """Why money moved."""

    HOLD = "hold", "Held before the call"
    CHARGE = "charge", "Charged by the engine"
    RELEASE = "release", "Released: nothing was bought"
    ADJUST = "adjust", "Adjusted by a person"


@dataclass(frozen=True, slots=True)
class Money:
    """What a project, an organisation or a clip has bound and spent, in the studio's currency."""

    held: Decimal
    spent: Decimal

    @property
    def bound(self) -> Decimal:
        """Held and spent together: what counts against a budget."""
        return self.held + self.spent


def _exact(total: Decimal | None) -> Decimal:
    """A sum as it is on paper: SQLite adds in binary floats, which leaves dust behind."""
    return (total or ZERO).quantize(STEP) + ZERO  # adding zero turns -0 into 0


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    """Entries; they can be added and summed, and nothing else."""

    def totals(self) -> Money:
        """The sums of these entries."""
        sums = self.aggregate(held=Sum("held_amount"), spent=Sum("spent_amount"))
        return Money(held=_exact(sums["held"]), spent=_exact(sums["spent"]))

    def totals_by(self, field: str) -> dict[Any, Money]:
        """The sums per value of `field`, such as "project" or "job__clip", in one query."""
        rows = self.order_by().values(field).annotate(h=Sum("held_amount"), s=Sum("spent_amount"))
        return {row[field]: Money(held=_exact(row["h"]), spent=_exact(row["s"])) for row in rows}

    def update(self, **kwargs: Any) -> Never:
        """Refused: the ledger only grows."""
        raise TypeError("The ledger only grows: write an adjustment instead.")

    def delete(self) -> Never:
        """Refused: the ledger only grows."""
        raise TypeError("The ledger only grows: write an adjustment instead.")


class LedgerEntry(models.Model):
    """One movement of money of a job.

    Two signed columns make totals plain sums: a hold adds to `held_amount`; a charge moves it to
    `spent_amount` (by what was really charged); a release takes it back.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ledger")
    project = models.ForeignKey(Project, models.PROTECT, related_name="ledger")
    job = models.ForeignKey(AvatarJob, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=8, choices=EntryKind)
    held_amount = models.DecimalField(max_digits=12, decimal_places=4, default=ZERO)
    spent_amount = models.DecimalField(max_digits=12, decimal_places=4, default=ZERO)
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind=EntryKind.HOLD), name="ledger_one_hold_per_job"
            ),
            # Charged or released, once: never both.
            models.UniqueConstraint(
                fields=["job"],
                condition=Q(kind__in=[EntryKind.CHARGE, EntryKind.RELEASE]),
                name="ledger_hold_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.HOLD, held_amount__gte=0, spent_amount=0)
                | Q(kind=EntryKind.CHARGE, held_amount__lte=0, spent_amount__gte=0)
                | Q(kind=EntryKind.RELEASE, held_amount__lte=0, spent_amount=0)
                | Q(kind=EntryKind.ADJUST, held_amount=0),
                name="ledger_kinds_have_their_signs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.held_amount or self.spent_amount} {self.currency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; an existing one cannot be changed."""
        if not self._state.adding:
            raise TypeError("The ledger only grows: write an adjustment instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refused: the ledger only grows."""
        raise TypeError("The ledger only grows: write an adjustment instead.")
