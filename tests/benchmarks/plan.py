"""What one run of the benchmark measures, and how much of it."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass

from tests.benchmarks.figures import Results
from tests.benchmarks.follow import NAIVE, STUDIO, Times, follow
from tests.benchmarks.services import POSTGRES_AND_REDIS, SQLITE_AND_EMBEDDED, Services
from tests.benchmarks.waiting import click_to_accepted, completed_to_playable

PARTS = ("naive", "follow", "click", "film")


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs in flight, and how often people wait.

    Ours: `few`, as `many` as is promised, and the `most`, to see what is reached. The naive design
    gets more than it can follow, so that it too shows what it reaches.
    """

    few: int
    many: int
    most: int
    naive: int
    times: Times
    clicks: int
    films: int


FULL = Plan(1_000, 10_000, 18_000, naive=5_000, times=Times(20, 50, 10), clicks=30, films=8)
QUICK = Plan(100, 500, 600, naive=200, times=Times(6, 10, 6), clicks=4, films=2)


def measure(plan: Plan, parts: Collection[str], servers: Services) -> Results:
    """One part after another: nothing else of ours runs meanwhile."""
    results = Results(promised=plan.many)
    if "naive" in parts:
        _say(f"the naive design, {plan.naive:,} in flight")
        results.naive = follow(NAIVE, plan.naive, servers, on=POSTGRES_AND_REDIS, times=plan.times)
    for in_flight, on in (
        (plan.few, POSTGRES_AND_REDIS),
        (plan.many, POSTGRES_AND_REDIS),
        (plan.most, POSTGRES_AND_REDIS),
        (plan.many, SQLITE_AND_EMBEDDED),
    ):
        if "follow" in parts:
            _say(f"the studio, {in_flight:,} in flight on {on}")
            results.ours.append(follow(STUDIO, in_flight, servers, on=on, times=plan.times))
    if "click" in parts:
        _say(f"from the click to the engine's yes, {plan.clicks} times")
        results.waits.append(click_to_accepted(servers, plan.clicks))
    if "film" in parts:
        _say(f"from done at the engine to playable, {plan.films} times")
        results.waits += completed_to_playable(servers, plan.films)
    return results


def _say(what: str) -> None:
    sys.stderr.write(f"Measuring {what} ...\n")
    sys.stderr.flush()
