"""`manage.py doctor`: is everything there that the studio leans on? Each line says what to do."""

from __future__ import annotations

import json
import sys
import textwrap
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from studio.operations.doctor import examine_all, guarded, is_well, mail
from studio.operations.doctor.check import Check, Level
from studio.operations.quiet import quietly

NAME_WIDTH = max(len(level) for level in Level) + 2
CHECK_WIDTH = 30
LINE_WIDTH = 110


class Command(BaseCommand):
    """Prints ok, warning or problem for each check; exit code 1 if there is a problem."""

    help = "Check database, broker, workers, storage, public address, engines, clock, mail, disk."
    requires_system_checks = []  # what they would refuse is for the checks below to say

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--json", action="store_true", help="one JSON document, for machines")
        parser.add_argument("--mail", metavar="ADDRESS", help="also send one mail to this address")

    def handle(self, *args: Any, json: bool, mail: str | None, **options: Any) -> None:
        """Examine, print, and exit."""
        checks: list[Check] = []
        with quietly():
            for check in _all(send_mail_to=mail):
                checks.append(check)
                if not json:
                    self._write(check)
        if json:
            self._write_json(checks)
        else:
            self._sum_up(checks)
        if not is_well(checks):
            sys.exit(1)

    def _write(self, check: Check) -> None:
        style = {
            Level.OK: self.style.SUCCESS,
            Level.WARNING: self.style.WARNING,
            Level.PROBLEM: self.style.ERROR,
        }[check.level]
        indent = " " * (NAME_WIDTH + CHECK_WIDTH)
        found = textwrap.wrap(check.found, LINE_WIDTH - len(indent)) or [""]
        fix = textwrap.wrap(f"-> {check.fix}", LINE_WIDTH - len(indent)) if check.fix else []
        level = style(f"{check.level:<{NAME_WIDTH}}")
        self.stdout.write(f"{level}{check.name:<{CHECK_WIDTH}}{found[0]}")
        for line in (*found[1:], *fix):
            self.stdout.write(indent + line)

    def _sum_up(self, checks: list[Check]) -> None:
        counts = Counter(check.level for check in checks)
        self.stdout.write(
            f"\n{len(checks)} checks: {counts[Level.OK]} ok, {counts[Level.WARNING]} to look at, "
            f"{counts[Level.PROBLEM]} to mend."
        )

    def _write_json(self, checks: list[Check]) -> None:
        facts = {"ok": is_well(checks), "checks": [asdict(check) for check in checks]}
        self.stdout.write(json.dumps(facts, ensure_ascii=False))


def _all(*, send_mail_to: str | None) -> Iterator[Check]:
    yield from examine_all()
    if send_mail_to:
        yield from guarded("mail", lambda: [mail.send_to(send_mail_to)])
