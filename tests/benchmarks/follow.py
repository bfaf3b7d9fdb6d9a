"""Following jobs in flight: what the studio and the naive design reach, and what it costs them."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.operations.processes import PROGRAMS, Processes, Program
from tests.benchmarks import accounting, rows, services
from tests.benchmarks.figures import Count, Following, Window, lags
from tests.benchmarks.services import POLL_SECONDS, POSTGRES_AND_REDIS, Services
from tests.engine import SandboxEngine


@dataclass(frozen=True, slots=True)
class Design:
    """How one design is started, and where its rows are.

    `workers` are counted as the cost of following; `poller` is the one whose memory has a target.
    """

    name: str
    filling: str
    table: str
    is_followed: str
    workers: Mapping[str, Program]
    poller: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: until it runs evenly, of measuring, and for what finished last to be noticed."""

    warm_up: float = 20
    window: float = 50
    tail: float = 10


START_SECONDS = 60.0
_CELERY = (sys.executable, "-m", "celery", "-A")
_QUIET = ("--without-gossip", "--without-mingle")
STUDIO = Design(
    name="studio",
    filling="studio",
    table="jobs_avatarjob",
    is_followed="state = 'running'",
    workers={
        "poller": Program(
            (*_CELERY, "studio", "worker", "-Q", "look", "--loglevel", "INFO", *_QUIET)
        ),
        "beat": PROGRAMS["beat"],
    },
    poller="poller",
)
NAIVE_PROCESSES = 8
NAIVE = Design(
    name=f"one task per job, prefork {NAIVE_PROCESSES}",
    filling="naive",
    table="naive_job",
    is_followed="done_at is null",
    workers={
        "naive": Program(
            (*_CELERY, "tests.benchmarks.naive", "worker", "--loglevel", "WARNING", *_QUIET,
             "--pool", "prefork", "--concurrency", str(NAIVE_PROCESSES))
        ),
    },
)  # fmt: skip


def follow(
    design: Design, in_flight: int, servers: Services, *, on: str, times: Times
) -> Following:
    """Run one design with so many jobs in flight and measure it in a steady window."""
    environment = servers.fresh(on)
    logs = Path(environment["DATA_DIR"]) / "logs"
    filling = ("-m", "tests.benchmarks.filling", design.filling, str(in_flight))
    keeper = {"keeper": Program((sys.executable, *filling, "--keep"))}
    with Processes({"sandbox"}, env=environment, logs=logs) as engine:
        services.run(environment, *filling)
        with Processes(env=environment, logs=logs, programs={**design.workers, **keeper}) as ours:
            groups = {
                "workers": [ours.running[name].pid for name in design.workers],
                "database": servers.database_pids() if on == POSTGRES_AND_REDIS else [],
                "engine": [engine.running["sandbox"].pid],
            }
            window = _measured(design, ours, groups, environment, times)
    services.remove(environment)
    return Following(design.name, on, in_flight, POLL_SECONDS, window)


def _measured(
    design: Design,
    ours: Processes,
    groups: Mapping[str, Sequence[int]],
    environment: Mapping[str, str],
    times: Times,
) -> Window:
    """One steady window, and the tail in which the last jobs that finished in it are noticed."""
    with rows.opened(environment["DATABASE_URL"]) as table:
        _until_looking(table, design, ours)
        _steady(ours, times.warm_up)
        before, since = _count(table, design, groups), time.time()
        _steady(ours, times.window)
        after, until = _count(table, design, groups), time.time()
        memory = accounting.memory_bytes(groups["workers"])
        _steady(ours, times.tail)
        poller = accounting.peak_bytes(ours.running[design.poller].pid) if design.poller else 0
        done, read_at = _done(table, design), time.time()
    finished = _finished(environment)
    return Window(
        before=before,
        after=after,
        lags=lags(finished, done, since=since, until=until, read_at=read_at),
        memory_bytes=memory,
        poller_bytes=poller,
    )


def _until_looking(table: rows.Rows, design: Design, processes: Processes) -> None:
    """Wait for the first look: how long a worker takes to start is not the question."""
    until = time.monotonic() + START_SECONDS
    while not table.one(f"select sum(looks) from {design.table}"):
        processes.check()
        if time.monotonic() > until:
            raise TimeoutError(f"{design.name}: no look within {START_SECONDS:.0f} s")
        time.sleep(0.2)


def _steady(processes: Processes, seconds: float) -> None:
    """Wait, and notice at once when one of them dies."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        processes.check()
        time.sleep(min(0.5, left))


def _count(table: rows.Rows, design: Design, groups: Mapping[str, Sequence[int]]) -> Count:
    in_flight = f"sum(case when {design.is_followed} then 1 else 0 end)"
    ((looks, running),) = table.all(f"select sum(looks), {in_flight} from {design.table}")
    cpu = {name: accounting.cpu_seconds(pids) for name, pids in groups.items()}
    return Count(time.monotonic(), looks, running, cpu)


def _done(table: rows.Rows, design: Design) -> dict[str, float]:
    query = f"select handle, done_at from {design.table} where done_at is not null"
    return {handle: rows.seconds(at) for handle, at in table.all(query)}


def _finished(environment: Mapping[str, str]) -> dict[str, float]:
    """When the engine was done with each task that it is done with, by its own clock."""
    tasks = SandboxEngine(environment["SANDBOX_URL"]).bill()["tasks"]
    return {task["task_id"]: task["finished_at"] for task in tasks if task["finished_at"]}
