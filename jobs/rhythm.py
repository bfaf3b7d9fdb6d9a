"""When to look at a job next, learnt from what its engine took for others.

The first look comes when the result is likely, then looks are close, and late ones back off. An
engine without a history is looked at in even steps.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.conf import settings

from jobs.models import AvatarJob

#: Planning figure for an engine that nothing is known of: three minutes and then some per second
#: of video, as measured on the engine's own queue.
PLAN_BASE_SECONDS = 180
PLAN_SECONDS_PER_SECOND = 12

HISTORY = 50
#: So many finished jobs make a history.
ENOUGH = 10
REMEMBERED_SECONDS = 30
#: One in so many is an exception at the long end: jobs that were stuck for an hour say nothing
#: about the others.
LONG_EXCEPTIONS = 10
#: At the short end there is one, whatever the history's length: whoever is done before the first
#: look waits for it, and nine of ten seen in time are too few.
SHORT_EXCEPTIONS = 1
#: The first look comes this much before the shortest usual time: a faster one is noticed, and the
#: history can learn it.
BEFORE_THE_FIRST = 0.8
#: Late is past the longest usual time and half as much again, and past twice the plan: those that
#: have finished lately are the faster ones, as long as slower ones are still out. Then the steps
#: grow with the delay, up to this.
LATE_FACTOR = 1.5
LATE_PLANS = 2.0
LATE_SHARE = 0.2
LATE_MOST_SECONDS = 60.0
JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """The shortest and the longest that usually was taken lately, as shares of `plan_seconds`."""

    shortest: float
    longest: float

    @classmethod
    def of(cls, shares: Sequence[float]) -> Pace | None:
        """The pace of so many finished jobs, but for the exceptions; None for too few of them."""
        if len(shares) < ENOUGH:
            return None
        ordered, stuck = sorted(shares), len(shares) // LONG_EXCEPTIONS
        return cls(ordered[SHORT_EXCEPTIONS], ordered[-1 - stuck])


def plan_seconds(duration_seconds: float) -> float:
    """How long an engine is planned to take for so many seconds of video."""
    return PLAN_BASE_SECONDS + PLAN_SECONDS_PER_SECOND * duration_seconds


def next_look_seconds(
    *, age_seconds: float, duration_seconds: float, pace: Pace | None, step_seconds: float
) -> float:
    """Seconds until the next look at a job that the engine accepted `age_seconds` ago.

    `step_seconds`: the step of close looks. Without jitter; see `jittered`.
    """
    if pace is None:
        return step_seconds
    plan = plan_seconds(duration_seconds)
    first = pace.shortest * plan * BEFORE_THE_FIRST
    late = age_seconds - max(pace.longest * LATE_FACTOR, LATE_PLANS) * plan
    if age_seconds < first:
        return max(step_seconds, first - age_seconds)
    if late > 0:
        return min(max(step_seconds, LATE_MOST_SECONDS), step_seconds + late * LATE_SHARE)
    return step_seconds


def jittered(seconds: float) -> float:
    """A little more or less, so that jobs sent together do not stay together."""
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)


def pace_of(account: str, engine_model: str) -> Pace | None:
    """What the account's engine took lately for this model; None where too little is known.

    Remembered for half a minute by each process.
    """
    return _pace_of(account, engine_model, int(monotonic() // REMEMBERED_SECONDS))


@lru_cache(maxsize=64)
def _pace_of(account: str, engine_model: str, _moment: int) -> Pace | None:
    finished = (
        AvatarJob.objects.filter(
            account=account,
            engine_model=engine_model,
            done_at__isnull=False,
            accepted_at__isnull=False,
        )
        .order_by("-done_at")
        .values_list("accepted_at", "done_at", "duration_seconds")[:HISTORY]
    )
    shares = [
        (done - accepted).total_seconds() / plan_seconds(float(seconds))
        for accepted, done, seconds in finished
        if done and accepted
    ]
    return Pace.of(shares)


def first_look_seconds(job: AvatarJob) -> float:
    """Seconds from acceptance to the first look at the job."""
    return jittered(
        next_look_seconds(
            age_seconds=0,
            duration_seconds=float(job.duration_seconds),
            pace=pace_of(job.account, job.engine_model),
            step_seconds=settings.POLL_SECONDS,
        )
    )
