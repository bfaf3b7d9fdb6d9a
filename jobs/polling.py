"""Looking at what the engine is doing: safe to repeat, done for many jobs at once."""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import costs, registry
from jobs.engines import http, reasons
from jobs.engines.base import Engine, EngineError, Phase, Sighting
from jobs.leases import claim, holding
from jobs.models import NO_PROBLEM, AvatarJob, Problem, State
from jobs.nudges import nudge

log = logging.getLogger(__name__)

OVERDUE = Problem(
    "overdue",
    "The engine has not finished in the time it should need. It is still asked from time to "
    "time, and the video is fetched if it comes after all.",
)
BATCH = 200
LEASE_SECONDS = 90.0
CONCURRENCY = 40
#: An engine may not know a task that it accepted a moment ago.
UNKNOWN_TASK_GRACE = timedelta(seconds=60)
#: Overdue jobs are looked at slowly and for long: the engine may finish, and bill, late.
STALLED_LOOK_SECONDS = 600.0


def look_due(*, limit: int = BATCH) -> int:
    """Ask the engines about every job whose time has come; how many were asked."""
    lease, jobs = claim(State.RUNNING, State.STALLED, limit=limit, seconds=LEASE_SECONDS)
    by_engine: dict[str, list[AvatarJob]] = defaultdict(list)
    for job in jobs:
        by_engine[job.engine].append(job)
    for name, group in by_engine.items():
        _look_at(name, group, lease)
    return len(jobs)


def mark_overdue(now: datetime) -> int:
    """Rendering past the deadline: `stalled`, which a person sees and the machine still watches."""
    overdue = AvatarJob.objects.filter(state=State.RUNNING, deadline_at__lt=now)
    return sum(
        job.advance(
            State.STALLED,
            cause="deadline passed",
            problem=OVERDUE,
            next_at=now + timedelta(seconds=STALLED_LOOK_SECONDS),
        )
        for job in overdue
    )


def _look_at(name: str, jobs: list[AvatarJob], lease: str) -> None:
    try:
        engine = registry.engine(name)
    except registry.NoSuchEngine as problem:
        for job in jobs:
            _look_again(job, lease, Problem("engine_missing", str(problem)), seconds=60)
        return
    requests = [engine.look_request(job.handle) for job in jobs]
    answers = http.send_many(requests, concurrency=CONCURRENCY)
    for job, answer in zip(jobs, answers, strict=True):
        try:
            if isinstance(answer, EngineError):
                raise answer
            _act_on(job, engine, engine.read_look(answer), lease)
        except EngineError as error:
            _act_on_error(job, error, lease)


def _act_on(job: AvatarJob, engine: Engine, sighting: Sighting, lease: str) -> None:
    if sighting.phase is Phase.SUCCEEDED:
        finish(job, sighting, lease=lease)
    elif sighting.phase in (Phase.FAILED, Phase.CANCELLED, Phase.EXPIRED):
        _fail(job, sighting, lease)
    else:
        _look_again(job, lease, progress=sighting.progress)


def finish(job: AvatarJob, sighting: Sighting, *, lease: str, cause: str = "completed") -> None:
    """The engine has delivered, so the money is spent; next the video is brought home."""
    now = timezone.now()
    with transaction.atomic():
        if not holding(job, lease):
            return
        moved = job.advance(
            State.FETCHING,
            cause=cause,
            detail={"answer": dict(sighting.raw)},
            result_urls=list(sighting.result_urls),
            progress=100,
            done_at=now,
            next_at=now,
            looks=job.looks + 1,
        )
        if moved:
            if not costs.is_charged(job):
                costs.charge(job)
            nudge("fetch", job.pk)


def _fail(job: AvatarJob, sighting: Sighting, lease: str) -> None:
    with transaction.atomic():
        if holding(job, lease) and job.advance(
            State.FAILED,
            cause=sighting.failure_code or sighting.phase,
            detail={"answer": dict(sighting.raw)},
            next_at=None,
            looks=job.looks + 1,
            problem=Problem(
                sighting.failure_code or sighting.phase,
                reasons.sentence_for(sighting.failure_code),
                sighting.failure_detail,
            ),
        ):
            costs.release(job, note="The engine failed, which it does not bill.")


def _act_on_error(job: AvatarJob, error: EngineError, lease: str) -> None:
    problem = Problem(error.code, error.message, error.detail)
    if error.code == "task_unknown":
        age = timezone.now() - (job.accepted_at or job.state_at)
        problem = NO_PROBLEM if age < UNKNOWN_TASK_GRACE else Problem(
            error.code,
            "The engine says that it does not know this job. Was its key changed to another "
            "account's? It is asked again until the deadline.",
            error.detail,
        )  # fmt: skip
    _look_again(job, lease, problem, seconds=error.retry_after_seconds)


def _look_again(
    job: AvatarJob,
    lease: str,
    problem: Problem = NO_PROBLEM,
    *,
    seconds: float | None = None,
    progress: int | None = None,
) -> None:
    """Not ready is not a failed attempt: say when to look next, and give the lease back."""
    if job.state == State.STALLED:
        problem = OVERDUE
    AvatarJob.objects.filter(pk=job.pk, lease=lease).update(
        looks=job.looks + 1,
        next_at=timezone.now() + timedelta(seconds=seconds or _interval_seconds(job)),
        lease="",
        leased_until=None,
        progress=job.progress if progress is None else progress,
        **problem.as_fields(),
    )


def _interval_seconds(job: AvatarJob) -> float:
    """Seconds to the next look, with jitter so that jobs sent together do not stay together."""
    if job.state == State.STALLED:
        return STALLED_LOOK_SECONDS
    return float(settings.POLL_SECONDS) * random.uniform(0.9, 1.1)
