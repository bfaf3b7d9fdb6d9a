"""What happens to a studio while its 500 jobs run. Each scenario plays on a stage.

A scenario yields the seconds until it wants to act again. Where it ends, the faults are over;
everything must then come to rest by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.campaign import faults
from tests.campaign.stacks import EMBEDDED, SERVERS
from tests.campaign.stage import Stage

Play = Callable[[Stage], Iterator[float]]
BOTH = (EMBEDDED, SERVERS)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of trouble, and what a run of it needs."""

    name: str
    says: str
    play: Play
    stacks: tuple[str, ...] = BOTH
    seeds: int = 1
    #: Longest time from the end of the trouble until everything is at rest.
    rest_seconds: float = 240.0
    #: No answer may be lost here: nothing is left for a person to settle.
    leaves_nothing: bool = False
    #: Room for videos beside what is there at the start; None: the machine's own disk.
    disk_bytes: int | None = None
    #: Second processes, by name: "beat2".
    further: tuple[str, ...] = ()
    #: Further variables of the studio and the engine.
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Says which program is missing on this machine; empty if none is.
    missing: Callable[[], str] = lambda: ""
    in_quick: bool = False


ALL = (
    Scenario(
        "kills",
        "kill -9 of worker, fetcher, beat, web or broker, 12 times, at random moments",
        faults.kills,
        seeds=10,
        in_quick=True,
    ),
    Scenario(
        "engine_down",
        "the engine is gone for minutes",
        faults.engine_down,
        rest_seconds=420,
    ),
    Scenario("database_gone", "the database is gone for a minute", faults.database_gone),
    Scenario("broker_emptied", "the broker is emptied 6 times", faults.broker_emptied),
    Scenario(
        "engine_odd",
        "the engine answers 429, 500, HTML, slowly, half or not at all",
        faults.engine_odd,
        rest_seconds=300,
    ),
    Scenario(
        "clock_step",
        "a host's clock is an hour fast, then steps two hours forward and back again",
        faults.clock_step,
        missing=faults.missing_clock,
    ),
    Scenario(
        "disk_full",
        "the disk is full for a while",
        faults.disk_full,
        disk_bytes=6_000_000,
        missing=faults.missing_mount,
        rest_seconds=300,
    ),
    Scenario(
        "result_expired",
        "a third of the results' addresses are dead before they are fetched",
        faults.result_expired,
    ),
    Scenario(
        "two_schedulers",
        "two schedulers, two workers, two fetchers, with 6 kills among them",
        faults.two_of_each,
        further=("beat2", "worker2", "fetcher2"),
    ),
    Scenario(
        "deploy",
        "all stopped by SIGTERM in the middle, migrate, all started",
        faults.deploy,
        leaves_nothing=True,
        in_quick=True,
    ),
    Scenario(
        "callbacks",
        "callbacks five times, before the answer to the order, and forged; some answers lost",
        faults.callbacks,
        environment=faults.CALLBACKS,
        leaves_nothing=True,
    ),
    Scenario(
        "brief",
        "the worker is killed with all its calls in the air",
        faults.brief,
        seeds=0,  # for the tests, and on request: --seed
    ),
    Scenario(
        "sigterm",
        "SIGTERM to the whole process group of worker or fetcher, 10 times",
        faults.sigterm,
        leaves_nothing=True,
    ),
)


def scenario(name: str) -> Scenario:
    """The scenario called `name`; KeyError if there is none."""
    return {one.name: one for one in ALL}[name]
