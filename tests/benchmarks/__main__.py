"""`make bench`: measure, print the tables, and end with one JSON line for machines."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


def main() -> None:
    """Measure what was asked for; exit 1 with a sentence where that is impossible."""
    given = _arguments()
    if not Path("/proc/self/stat").exists():
        sys.exit("The benchmark counts processor time in /proc, which this system does not have.")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        # Before anything of the studio is imported: its settings are read then, and the data of a
        # studio that runs from this clone is none of our business.
        os.environ["DATA_DIR"] = name
        text, line = _measured(given, Path(name))
    if given.write:
        from tests.benchmarks.table import write_between_marks

        write_between_marks(DOCUMENT, text)
    sys.stdout.write(f"\n{text}\n{line}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small numbers: proves that it works, not how fast"
    )
    parser.add_argument(
        "--only", choices=("naive", "follow", "click", "film"), action="append",
        help="measure this part only; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--write", action="store_true", help=f"put the tables into docs/{DOCUMENT.name}"
    )
    given = parser.parse_args()
    if given.write and (given.quick or given.only):
        parser.error("--write goes with the whole benchmark: without --quick and --only")
    return given


def _measured(given: argparse.Namespace, folder: Path) -> tuple[str, str]:
    """The tables and the JSON line."""
    import pytest

    from studio.operations.processes import ProcessDied, interrupted_by_signals
    from tests.benchmarks import machine, plan, services, table

    chosen = plan.QUICK if given.quick else plan.FULL
    try:
        with interrupted_by_signals(), services.started(folder) as servers:
            results = plan.measure(chosen, given.only or plan.PARTS, servers)
            where = machine.described(servers)
    except KeyboardInterrupt:
        sys.exit("Stopped. Nothing was left running.")
    except (ProcessDied, pytest.skip.Exception, pytest.fail.Exception) as refused:
        sys.exit(str(refused))
    text = table.report(results, where, f"{datetime.now(UTC):%B %Y}")
    return text, json.dumps(results.as_json())


if __name__ == "__main__":
    main()
