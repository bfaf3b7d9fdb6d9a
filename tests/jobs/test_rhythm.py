"""When a job is looked at: when its result is likely, then close, and slower when it is late."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import timedelta
from statistics import quantiles
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from jobs import rhythm
from jobs.models import AvatarJob, State
from jobs.rhythm import Pace, next_look_seconds, plan_seconds
from studio.clips.models import Clip
from tests.conftest import STANDARD
from tests.jobs.crowds import queue

STEP = 5.0


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    shortest, longest = sorted(draw(st.tuples(st.floats(0.01, 5), st.floats(0.01, 5))))
    return Pace(shortest, longest)


AGES, SECONDS = st.floats(0, 10_000), st.floats(2, 300)


def step(age: float, seconds: float, pace: Pace | None, step_seconds: float = STEP) -> float:
    return next_look_seconds(
        age_seconds=age, duration_seconds=seconds, pace=pace, step_seconds=step_seconds
    )


@given(AGES, SECONDS)
def test_an_engine_without_a_history_is_looked_at_in_even_steps(age: float, seconds: float) -> None:
    assert step(age, seconds, None) == STEP


@given(SECONDS, paces())
def test_the_first_look_is_never_later_than_the_shortest_time_seen(
    seconds: float, pace: Pace
) -> None:
    """Jitter included; but for engines that are faster than one step."""
    shortest = pace.shortest * plan_seconds(seconds)
    latest = step(0, seconds, pace) * (1 + rhythm.JITTER)
    assert latest <= max(shortest, STEP * (1 + rhythm.JITTER))


@given(SECONDS, paces())
def test_the_first_look_is_not_long_before_either(seconds: float, pace: Pace) -> None:
    shortest = pace.shortest * plan_seconds(seconds)
    assert step(0, seconds, pace) * (1 - rhythm.JITTER) >= 0.7 * shortest


@given(st.floats(0, 1), SECONDS, paces())
def test_while_the_result_is_likely_looks_are_close(
    part: float, seconds: float, pace: Pace
) -> None:
    plan = plan_seconds(seconds)
    share = pace.shortest + part * (pace.longest - pace.shortest)
    age = min(share, pace.longest) * plan
    assert step(age, seconds, pace) == STEP


@given(st.floats(0, 1), SECONDS, paces())
def test_a_look_before_the_time_leads_to_the_next_at_the_time(
    part: float, seconds: float, pace: Pace
) -> None:
    first = pace.shortest * plan_seconds(seconds) * rhythm.BEFORE_THE_FIRST
    age = max(0.0, part * (first - STEP))
    assume(age + STEP <= first)
    assert age + step(age, seconds, pace) == pytest.approx(first)


@given(SECONDS, paces(), st.floats(0, 1000), st.floats(0, 1000))
def test_late_looks_back_off_up_to_a_minute(
    seconds: float, pace: Pace, late: float, later: float
) -> None:
    end = max(pace.longest * rhythm.LATE_FACTOR, rhythm.LATE_PLANS) * plan_seconds(seconds)
    early, slow = sorted((late, later))
    assert STEP <= step(end + early, seconds, pace) <= step(end + slow, seconds, pace)
    assert step(end + slow, seconds, pace) <= rhythm.LATE_MOST_SECONDS
    assert step(end + 1000, seconds, pace) == rhythm.LATE_MOST_SECONDS


@given(AGES, SECONDS, paces(), st.floats(0.1, 300))
def test_no_look_comes_sooner_than_a_step(
    age: float, seconds: float, pace: Pace, step_seconds: float
) -> None:
    assert step(age, seconds, pace, step_seconds) >= step_seconds


@given(st.floats(0.1, 1000))
def test_jitter_is_a_tenth(seconds: float) -> None:
    assert 0.9 * seconds <= rhythm.jittered(seconds) <= 1.1 * seconds


def took(jobs: list[AvatarJob], shares: list[float], **fields: Any) -> None:
    """The jobs were done after these shares of the plan, one finished after the other."""
    begun = timezone.now() - timedelta(days=10)
    for place, (job, share) in enumerate(zip(jobs, shares, strict=True)):
        accepted = begun + timedelta(hours=place)
        seconds = share * plan_seconds(float(job.duration_seconds))
        AvatarJob.objects.filter(pk=job.pk).update(
            **{"state": State.FETCHING, "handle": f"task_{job.number}", "accepted_at": accepted}
            | {"done_at": accepted + timedelta(seconds=seconds), "next_at": None}
            | fields
        )


def test_the_pace_is_that_of_the_last_fifty(clip: Clip) -> None:
    jobs = queue(clip, 60)
    took(jobs, [9.0] * 10 + [0.5] * 25 + [2.0] * 25)
    pace = rhythm.pace_of("sandbox", STANDARD)
    assert pace
    assert pace.shortest == pytest.approx(0.5)
    assert pace.longest == pytest.approx(2.0)


@pytest.mark.parametrize("count", [rhythm.ENOUGH, rhythm.HISTORY])
def test_one_that_was_stuck_and_one_that_was_refused_at_once_are_no_pace(count: int) -> None:
    usual = [0.8 + place / 1000 for place in range(count - 2)]
    pace = Pace.of([0.001, *usual, 40.0])
    assert pace
    assert 0.8 <= pace.shortest <= pace.longest <= 0.9


@pytest.mark.parametrize("seed", range(20))
def test_hardly_any_job_is_done_long_before_its_first_look(seed: int) -> None:
    chance = random.Random(seed)

    def seconds_at_the_engine() -> float:
        return chance.uniform(60, 300)

    plan = plan_seconds(10)
    pace = Pace.of([seconds_at_the_engine() / plan for _ in range(rhythm.HISTORY)])
    first = next_look_seconds(age_seconds=0, duration_seconds=10, pace=pace, step_seconds=5)
    late = sum(first - seconds_at_the_engine() > 5 for _ in range(2000))
    assert late < 2000 * 0.03, "95 of 100 are to be seen within the step"


def test_ten_finished_jobs_make_a_history_nine_do_not(clip: Clip) -> None:
    jobs = queue(clip, 10)
    took(jobs[:9], [1.0] * 9)
    assert rhythm.pace_of("sandbox", STANDARD) is None
    took(jobs[9:], [1.0])
    assert rhythm.pace_of("sandbox", STANDARD) is None, "remembered for half a minute"
    rhythm._pace_of.cache_clear()
    assert rhythm.pace_of("sandbox", STANDARD)


def test_accounts_models_and_failures_have_no_part_in_it(clip: Clip) -> None:
    jobs = queue(clip, 40)
    took(jobs[:10], [1.0] * 10, account="west")
    took(jobs[10:20], [1.0] * 10, engine_model="kling-avatar-v2-pro")
    took(jobs[20:30], [1.0] * 10, state=State.FAILED, done_at=None)
    assert rhythm.pace_of("sandbox", STANDARD) is None


def test_the_first_look_at_a_job_comes_by_what_the_engine_took(clip: Clip, settings: Any) -> None:
    settings.POLL_SECONDS = STEP
    jobs = queue(clip, 11)
    took(jobs[:10], [0.4 + place / 10 for place in range(10)])
    shortest = 0.5 * plan_seconds(float(jobs[10].duration_seconds))
    assert 0.7 * shortest < rhythm.first_look_seconds(jobs[10]) <= shortest


#: (when it is done, how long the clip is): a queue's minutes and a long tail, as engines take.
Task = tuple[float, float]


def a_days_work(chance: random.Random, count: int = 1500) -> list[Task]:
    tasks = []
    for _ in range(count):
        seconds = chance.uniform(3, 60)
        share = 0.6 + chance.lognormvariate(-1.0, 0.5)
        tasks.append((share * plan_seconds(seconds), seconds))
    return tasks


def follow(tasks: list[Task], look_again: Callable[[float, float], float]) -> tuple[int, float]:
    """All looks that it took to notice every end, and the 95th percentile of the lag."""
    looks, lags = 0, []
    queue = [(look_again(0, seconds), done, seconds) for done, seconds in tasks]
    heapq.heapify(queue)
    while queue:
        age, done, seconds = heapq.heappop(queue)
        looks += 1
        if age >= done:
            lags.append(age - done)
        else:
            heapq.heappush(queue, (age + look_again(age, seconds), done, seconds))
    return looks, quantiles(lags, n=20)[-1]


@pytest.mark.parametrize("seed", range(3))
def test_it_takes_fewer_looks_than_even_steps_and_sees_the_end_as_soon(seed: int) -> None:
    chance = random.Random(seed)
    known = [done / plan_seconds(seconds) for done, seconds in a_days_work(chance, rhythm.HISTORY)]
    pace = Pace.of(known)
    tasks = a_days_work(chance)

    def adapted(age: float, seconds: float) -> float:
        return step(age, seconds, pace) * chance.uniform(1 - rhythm.JITTER, 1 + rhythm.JITTER)

    looks, lag = follow(tasks, adapted)
    even_looks, even_lag = follow(tasks, lambda age, seconds: STEP)
    assert looks <= 0.8 * even_looks
    assert lag <= 1.1 * STEP
    assert even_lag <= STEP
