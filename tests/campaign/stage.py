"""A running studio in the hands of a scenario: what it can do to it, and what it can see."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.campaign.auditing import UNSETTLED, JobRow, Task, Verdict, audit, tasks_by_job
from tests.campaign.setting_up import Studio
from tests.campaign.supervisor import Supervisor

AT_REST = UNSETTLED | {"succeeded", "failed", "cancelled"}
STEP_SECONDS = 0.1
#: A quick campaign's minutes are this much shorter.
QUICK_SHARE = 0.1


class Stage:
    """A running studio in the hands of a scenario.

    A scenario is a generator: it does something to the stage and yields the seconds until it
    wants to do the next thing; meanwhile the supervisor restarts what was killed.
    """

    def __init__(
        self, studio: Studio, supervisor: Supervisor, *, seed: int, jobs: int, quick: bool
    ) -> None:
        self.studio = studio
        self.supervisor = supervisor
        self.engine = studio.engine
        self.seed = seed
        self.chance = random.Random(seed)
        self.jobs = jobs
        self.quick = quick
        self.crashes = 0
        self.notes: list[str] = []
        self._ordering: subprocess.Popen[bytes] | None = None

    def order(self, *, over_seconds: float, environment: Mapping[str, str]) -> None:
        """Begin to order all jobs, in a process of its own."""
        log = (self.studio.logs / "ordering.log").open("ab")
        self._ordering = self.studio.begin(
            "order", str(over_seconds), output=log, environment=environment
        )

    def fault(self, name: str, **values: Any) -> None:
        """Switch a fault of the engine on; its chances follow the seed."""
        self.engine.fault(name, seed=self.seed, **values)

    def crash(self, name: str) -> None:
        """Kill it without a warning; "broker" loses all its messages."""
        if name == "broker":
            self.studio.stack.empty_broker(self.supervisor)
        else:
            self.supervisor.kill(name)
        self.crashes += 1

    def length(self, seconds: float) -> float:
        """How long a trouble of `seconds` lasts here: shorter in a quick campaign."""
        return seconds * QUICK_SHARE if self.quick else seconds

    @property
    def disk(self) -> Path:
        """Where the small disk is mounted, in a scenario that has one."""
        return self.studio.disk

    def free_bytes(self) -> int:
        """Room on the studio's disk."""
        return shutil.disk_usage(self.disk).free

    def counts(self) -> dict[str, int]:
        """The jobs per state, as they were half a second ago."""
        file = self.studio.counts
        counts: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        return counts

    @property
    def is_at_rest(self) -> bool:
        """Whether everything is ordered and the machine has nothing left to do by itself."""
        if self._ordering is not None:
            if self._ordering.poll() is None:
                return False
            if self._ordering.returncode:
                raise RuntimeError((self.studio.logs / "ordering.log").read_text()[-2000:])
        counts = self.counts()
        return counts.keys() <= AT_REST and sum(counts.values()) >= self.jobs

    def play(self, scenario: Iterator[float]) -> None:
        """Let the scenario run to its end."""
        for seconds in scenario:
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Let time pass, while the supervisor does its work."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.supervisor.tend()
            time.sleep(min(STEP_SECONDS, left))

    def wait_for_rest(self, seconds: float, *, all_finished: bool = False) -> None:
        """Until the machine has nothing left to do, but no longer than `seconds`.

        `all_finished`: what the machine can settle by itself, without a person, it is to settle.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.is_at_rest and not (all_finished and UNSETTLED & self.counts().keys()):
                return
            self.wait(2 * STEP_SECONDS)
        if not self.is_at_rest:
            self.notes.append(f"not at rest after {seconds:.0f} s: {self.counts()}")

    def count(self) -> tuple[Verdict, list[JobRow], list[Task]]:
        """Our rows against the engine's bill."""
        jobs = [JobRow.read(row) for row in json.loads(self.studio.inside("rows"))]
        tasks = [Task.read(row) for row in self.engine.bill()["tasks"]]
        return audit(jobs, tasks, ordered=self.jobs), jobs, tasks

    def settle(self, jobs: list[JobRow], tasks: list[Task]) -> None:
        """As a person does: look every unsettled job up in the bill and say what is there."""
        found = tasks_by_job(jobs, tasks)
        evidence = [
            {"job": job.id, "handle": found[job.id][0].id if job.id in found else ""}
            for job in jobs
            if job.state in UNSETTLED
        ]
        if evidence:
            self.studio.inside("settle", given=json.dumps(evidence))
            self.studio.counts.unlink()  # until they have seen it
            self.wait(1.0)
