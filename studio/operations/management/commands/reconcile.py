"""`manage.py reconcile`: do rows, storage and engines say the same? What does not, is mended."""

from __future__ import annotations

import json as json_lines
import sys
import textwrap
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from jobs import costs
from jobs.models import AvatarJob, LedgerEntry, Money
from studio.operations.quiet import quietly
from studio.operations.reconciling import COMPARISONS, DEEP, Result, reconcile
from studio.operations.reconciling.discrepancy import Standing

STANDING_WIDTH = max(len(standing) for standing in Standing) + 2
KIND_WIDTH = 24
LINE_WIDTH = 110


class Command(BaseCommand):
    """Prints every discrepancy; exit code 1 while one is left."""

    help = "Compare rows, ledger, storage and engines; repair what a machine may with --repair."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--repair", action="store_true", help="mend; else nothing is written")
        parser.add_argument("--deep", action="store_true", help="also read and hash every file")
        parser.add_argument(
            "--delete-orphans", action="store_true",
            help="delete stored files older than a day that no row names",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="end with one JSON line")

    def handle(
        self,
        *args: Any,
        repair: bool,
        deep: bool,
        delete_orphans: bool,
        json: bool,
        **options: Any,
    ) -> None:
        """Compare, print, and exit."""
        comparisons = (*COMPARISONS, *DEEP) if deep else COMPARISONS
        results: list[Result] = []
        with quietly():
            for result in reconcile(comparisons, repair=repair, delete_orphans=delete_orphans):
                results.append(result)
                self._write(result)
        money = LedgerEntry.objects.totals_by("currency")
        self._sum_up(results, money)
        if json:
            self.stdout.write(json_lines.dumps(_facts(results, money)))
        if any(result.standing is not Standing.REPAIRED for result in results):
            sys.exit(1)

    def _write(self, result: Result) -> None:
        style = {
            Standing.REPAIRED: self.style.SUCCESS,
            Standing.CAN_BE_REPAIRED: self.style.WARNING,
            Standing.FOR_A_PERSON: self.style.ERROR,
        }[result.standing]
        found = result.discrepancy
        standing = style(f"{result.standing:<{STANDING_WIDTH}}")
        self.stdout.write(f"{standing}{found.kind:<{KIND_WIDTH}}{found.subject}")
        indent = " " * (STANDING_WIDTH + KIND_WIDTH)
        for text in (found.found, f"-> {found.remedy}"):
            # A path or an address stays in one piece, to be copied.
            for line in textwrap.wrap(
                text, LINE_WIDTH - len(indent), break_long_words=False, break_on_hyphens=False
            ):
                self.stdout.write(indent + line)

    def _sum_up(self, results: list[Result], money: dict[str, Money]) -> None:
        counts = Counter(result.standing for result in results)
        if results:
            self.stdout.write("")
        self.stdout.write(f"{AvatarJob.objects.count()} jobs compared.")
        for currency, sums in sorted(money.items()):
            held, spent = (costs.show(amount, currency) for amount in (sums.held, sums.spent))
            self.stdout.write(f"{currency}: {held} held, {spent} spent.")
        self.stdout.write(
            f"{counts[Standing.REPAIRED]} repaired, "
            f"{counts[Standing.CAN_BE_REPAIRED]} to repair (--repair, --delete-orphans), "
            f"{counts[Standing.FOR_A_PERSON]} for a person."
        )


def _facts(results: list[Result], money: dict[str, Money]) -> dict[str, Any]:
    """For machines."""
    counts = Counter(result.standing for result in results)
    return {
        "jobs": AvatarJob.objects.count(),
        "repaired": counts[Standing.REPAIRED],
        "to_repair": counts[Standing.CAN_BE_REPAIRED],
        "for_a_person": counts[Standing.FOR_A_PERSON],
        "kinds": dict(Counter(result.discrepancy.kind for result in results)),
        "money": {
            currency: {"held": str(sums.held), "spent": str(sums.spent)}
            for currency, sums in money.items()
        },
    }
