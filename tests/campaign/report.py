"""What a person reads of a campaign: a line per run, a table, and the table in docs/campaign.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal
from pathlib import Path

from studio.operations.processes import ROOT
from tests.campaign.one import Order
from tests.campaign.outcome import Outcome, Total, total
from tests.campaign.scenarios import ALL, Scenario

Result = tuple[Scenario, Order, Outcome]
PAGE = ROOT / "docs" / "campaign.md"
BEGIN, END = "<!-- campaign: written by `make campaign` -->", "<!-- end of campaign -->"
COLUMNS = (
    *("trouble", "services", "runs", "jobs", "kills", "accepted by the engine", "paid twice"),
    *("lost", "money off", "unsettled, then settled", "failed unbilled"),
)
FAULTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario on one stack."""

    says: str
    stack: str
    sums: Total
    faults: list[str]

    def __str__(self) -> str:
        sums = self.sums
        cells = (
            self.says, self.stack, sums.runs, sums.jobs, sums.crashes, sums.accepted,
            sums.paid_twice, sums.lost, cents(sums.money_off), sums.unsettled, sums.refused,
        )  # fmt: skip
        return _cells(cells)


def rows(results: Iterable[Result]) -> list[Row]:
    """The runs, summed per scenario and stack, in the order in which scenarios are listed."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result[0].name, result[1].stack), []).append(result)
    place = [one.name for one in ALL]
    ordered = sorted(groups.items(), key=lambda item: (place.index(item[0][0]), item[0][1]))
    return [_row(group) for _, group in ordered]


def _row(group: list[Result]) -> Row:
    scenario, order, _ = group[0]
    outcomes = [outcome for _, _, outcome in group]
    faults = [
        fault for one in outcomes for fault in one.faults(leaves_nothing=scenario.leaves_nothing)
    ]
    return Row(scenario.says, order.stack, total(outcomes), faults)


def cents(amount: Decimal) -> Decimal:
    """To the cent, upwards: not even a hundredth of a cent passes for nothing."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_UP)


def line(scenario: Scenario, order: Order, outcome: Outcome) -> str:
    """One run, and below it whatever broke a promise."""
    rest, faults = outcome.at_rest, outcome.faults(leaves_nothing=scenario.leaves_nothing)
    states = ", ".join(f"{count} {state}" for state, count in sorted(rest.states.items()))
    died = ", ".join(f"{name} {count}x" for name, count in outcome.ended_by_itself.items())
    head = (
        f"{'BROKEN' if faults else 'kept  '}  {scenario.name} on {order.stack}, seed {order.seed}: "
        f"{outcome.seconds:.0f} s, {outcome.crashes} kills, accepted {rest.accepted}, {states}"
    )
    lines = [
        f"{head}; ended by itself: {died}" if died else head,
        *(f"        note: {note}" for note in outcome.notes),
        *(f"        {fault}" for fault in faults[:FAULTS_SHOWN]),
    ]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"        and {len(faults) - FAULTS_SHOWN} more; folder: {order.folder}")
    return "\n".join(lines)


def table(rows: list[Row]) -> list[str]:
    """The table in Markdown."""
    return [_cells(COLUMNS), _cells(["---"] * len(COLUMNS)), *(str(row) for row in rows)]


def machine() -> str:
    """The machine in half a sentence."""
    model = _value("/proc/cpuinfo", "model name") or platform.machine()
    memory = _value("/proc/meminfo", "MemTotal").partition(" ")[0] or "0"
    return (
        f"{os.cpu_count()} cores of {model}, {int(memory) / 1024**2:.0f} GiB, {platform.system()} "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}"
    )


def _cells(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _value(file: str, name: str) -> str:
    """What the kernel says of `name` in one of its lists; empty on other systems."""
    lines = Path(file).read_text().splitlines() if Path(file).exists() else []
    values = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(values, "")


def write(rows: list[Row]) -> None:
    """Put the rows into the table of docs/campaign.md, with machine and day.

    Rows of troubles that were not made this time stay as they are.
    """
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    page = PAGE.read_text()
    lines = merged(page, rows)
    PAGE.write_text(between_markers(page, [f"{day}, on {machine()}.", "", *lines]))


def merged(page: str, rows: list[Row]) -> list[str]:
    """The table of the page with these rows in their places."""
    there = page.partition(BEGIN)[2].partition(END)[0].splitlines()
    known = {_key(line): line for line in there if line.startswith("| ")}
    known |= {_key(str(row)): str(row) for row in rows}
    order = [(one.says, stack) for one in ALL for stack in sorted(one.stacks)]
    return [*table([]), *(known[key] for key in order if key in known)]


def _key(line: str) -> tuple[str, str]:
    """Trouble and services of one line of the table."""
    cells = [cell.strip() for cell in line.split("|")]
    return cells[1], cells[2]


def between_markers(page: str, lines: list[str]) -> str:
    """The page with `lines` in place of what stood between the markers; ValueError without them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page needs the lines {BEGIN} and {END}.")
    return "\n".join([before + begin, "", *lines, "", end + after])
