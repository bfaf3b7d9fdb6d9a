"""One run of one scenario, in a process of its own; its outcome as JSON on stdout.

python -m tests.campaign.one '{"scenario": …, "stack": …, "seed": …, "jobs": …, "quick": …,
                               "template": …, "folder": …}'
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.campaign.outcome import Outcome
from tests.campaign.scenarios import Scenario, scenario
from tests.campaign.setting_up import Studio, copy_template
from tests.campaign.stage import Stage
from tests.services.programs import call

#: After a person has settled what was open, the machine needs no longer than this.
SETTLED_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Order:
    """Which run to make."""

    scenario: str
    stack: str
    seed: int
    jobs: int
    quick: bool
    template: str
    folder: str


def make(order: Order) -> Outcome:
    """Copy the template, start everything, play the scenario, count, settle, count again."""
    chosen = scenario(order.scenario)
    studio = Studio(order.stack, Path(order.folder), chosen.environment)
    template = Path(order.template)
    begun = time.monotonic()
    with _disk(chosen, studio, template):
        copy_template(template, studio.folder)
        with studio.supervisor(*chosen.further) as supervisor:
            stage = Stage(studio, supervisor, seed=order.seed, jobs=order.jobs, quick=order.quick)
            studio.start(supervisor)
            outcome = _played(stage, chosen)
            outcome.ended_by_itself = dict(supervisor.ended_by_itself)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _played(stage: Stage, chosen: Scenario) -> Outcome:
    stage.play(chosen.play(stage))
    stage.engine.clear()
    stage.wait_for_rest(chosen.rest_seconds, all_finished=chosen.leaves_nothing)
    at_rest, jobs, tasks = stage.count()
    stage.settle(jobs, tasks)
    stage.wait_for_rest(SETTLED_SECONDS)
    settled, _, _ = stage.count()
    return Outcome(at_rest=at_rest, settled=settled, crashes=stage.crashes, notes=stage.notes)


@contextmanager
def _disk(chosen: Scenario, studio: Studio, template: Path) -> Iterator[None]:
    """A small disk of the studio's own, where the scenario wants one."""
    if chosen.disk_bytes is None:
        yield
        return
    there = template / studio.disk.relative_to(studio.folder)
    used = sum(file.stat().st_size for file in there.rglob("*") if file.is_file())
    studio.disk.mkdir(parents=True)
    call("mount", "-t", "tmpfs", "-o", f"size={used + chosen.disk_bytes}", "tmpfs", studio.disk)
    try:
        yield
    finally:
        call("umount", "--lazy", studio.disk)


def main() -> None:
    """Make the run that the argument orders. Ended from outside, it leaves nothing behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    outcome = make(Order(**json.loads(sys.argv[1])))
    sys.stdout.write(json.dumps(asdict(outcome), default=str) + "\n")


if __name__ == "__main__":
    main()
