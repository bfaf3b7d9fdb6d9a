"""Running `manage.py reconcile` in a test, and what it said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.core.management import call_command


@dataclass(frozen=True, slots=True)
class Report:
    """What was printed, the JSON line at its end, and the exit code."""

    text: str
    facts: dict[str, Any]
    code: int

    @property
    def kinds(self) -> dict[str, int]:
        """How many discrepancies of each kind were found."""
        kinds: dict[str, int] = self.facts["kinds"]
        return kinds

    @property
    def counts(self) -> tuple[int, int, int]:
        """Repaired, to repair, for a person."""
        return self.facts["repaired"], self.facts["to_repair"], self.facts["for_a_person"]


def reconcile(*options: str) -> Report:
    """The command with `--json` and these options."""
    out, code = StringIO(), 0
    try:
        call_command("reconcile", "--json", *options, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return Report(out.getvalue(), json.loads(out.getvalue().splitlines()[-1]), code)
