"""`make campaign`: every scenario, on both stacks, and what the engine counted.

--quick: a minute or two. --only NAME (several): these scenarios. --seed N: this seed alone.
--jobs N: per run. --at-once N: runs side by side. --keep: throw no run's folder away.
--write: put the rows of these scenarios into docs/campaign.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from studio.operations.processes import ROOT, die_with_parent
from tests.campaign import report
from tests.campaign.one import Order
from tests.campaign.outcome import Outcome, total
from tests.campaign.scenarios import ALL, Scenario
from tests.campaign.setting_up import make_template
from tests.campaign.stacks import missing
from tests.services.programs import call

STEP_SECONDS = 0.2
#: A run that is not over by then has hung.
LONGEST_RUN_SECONDS = 1_500.0


@dataclass(slots=True)
class Running:
    """A run under way."""

    scenario: Scenario
    order: Order
    process: subprocess.Popen[str]
    until: float


def main() -> int:
    """Run the campaign; 0 if every promise was kept."""
    wanted = _arguments()
    with _folder(keep=wanted.keep) as folder:
        orders = list(_orders(wanted, folder))
        for stack in sorted({order.stack for _, order in orders}):
            make_template(stack, folder / "templates" / _slug(stack), jobs=wanted.jobs)
        results = _made(orders, at_once=wanted.at_once, keep=wanted.keep, write=wanted.write)
    rows = report.rows(results)
    sys.stdout.write("\n".join(["", *report.table(rows), ""]) + "\n")
    sys.stdout.write(json.dumps(total(outcome for _, _, outcome in results).as_json()) + "\n")
    return 1 if any(row.faults for row in rows) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=[one.name for one in ALL])
    parser.add_argument("--stack", help="part of a stack's name")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", type=int, help="at most so many per scenario and stack")
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    if wanted.write and (wanted.quick or wanted.seed is not None):
        parser.error("--write goes with whole scenarios: without --quick and --seed")
    return wanted


def _orders(wanted: argparse.Namespace, folder: Path) -> Iterator[tuple[Scenario, Order]]:
    """Which runs to make: the long ones first, so that none is left alone at the end."""
    chosen = [
        one
        for one in sorted(ALL, key=lambda one: -one.rest_seconds)
        if (one.name in wanted.only if wanted.only else one.in_quick or not wanted.quick)
    ]
    for one in chosen:
        for stack in one.stacks:
            if wanted.stack and wanted.stack.lower() not in stack.lower():
                continue
            if lacking := missing(stack) or one.missing():
                _say(f"NOT RUN  {one.name} on {stack}: this machine has not {lacking}")
                continue
            count = 1 if wanted.quick else min(one.seeds, wanted.seeds or one.seeds)
            for seed in [wanted.seed] if wanted.seed is not None else range(1, count + 1):
                name = f"{one.name}-{_slug(stack)}-{seed}"
                template = folder / "templates" / _slug(stack)
                yield one, Order(
                    one.name, stack, seed, wanted.jobs, wanted.quick, str(template),
                    str(folder / "runs" / name),
                )  # fmt: skip


def _made(
    orders: list[tuple[Scenario, Order]], *, at_once: int, keep: bool, write: bool
) -> list[tuple[Scenario, Order, Outcome]]:
    """Make the runs, a few side by side."""
    waiting, running = list(orders), list[Running]()
    results = []
    while waiting or running:
        while waiting and len(running) < at_once:
            running.append(_begin(*waiting.pop(0)))
        time.sleep(STEP_SECONDS)
        for one in [one for one in running if _is_over(one)]:
            running.remove(one)
            outcome = _outcome(one)
            if outcome is None:
                waiting.append(
                    (one.scenario, replace(one.order, folder=f"{one.order.folder}-again"))
                )
                continue
            results.append((one.scenario, one.order, outcome))
            if write:  # a campaign that is broken off has its table all the same
                report.write(report.rows(results))
            _say(report.line(one.scenario, one.order, outcome))
            if not keep and not outcome.faults(leaves_nothing=one.scenario.leaves_nothing):
                call("rm", "-rf", one.order.folder)
    return results


def _begin(scenario: Scenario, order: Order) -> Running:
    folder = Path(order.folder)
    folder.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.one", json.dumps(asdict(order))],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        stderr=(folder / "run.log").open("w"), preexec_fn=die_with_parent(),  # noqa: PLW1509
    )  # fmt: skip
    return Running(scenario, order, process, time.monotonic() + LONGEST_RUN_SECONDS)


def _is_over(one: Running) -> bool:
    if one.process.poll() is None and time.monotonic() > one.until:
        one.process.terminate()
    return one.process.poll() is not None


def _outcome(one: Running) -> Outcome | None:
    """What the run counted; None if the harness itself broke, which may happen once to a run."""
    said, _ = one.process.communicate()
    if not one.process.returncode:
        return Outcome.read(json.loads(said))
    log = (Path(one.order.folder) / "run.log").read_text(errors="replace")
    _say(f"The run {one.order} broke ({one.process.returncode}):\n{log[-3000:]}")
    if one.order.folder.endswith("-again"):
        sys.exit("It broke twice.")
    return None


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """A folder that PostgreSQL's user may pass through; it stays where a run went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))
    folder.chmod(0o755)
    yield folder
    left = list((folder / "runs").glob("*")) if (folder / "runs").exists() else []
    if keep or left:
        _say(f"Kept for a look: {folder}")
    else:
        call("rm", "-rf", folder)


def _slug(stack: str) -> str:
    return stack.partition(",")[0].lower()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
