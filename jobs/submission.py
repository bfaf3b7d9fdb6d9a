"""The paid call, made at most once.

1. The job, its hold and the intent (`submitting`) are committed before the call.
2. The call happens outside any transaction.
3. The engine's handle is committed before anything else.
4. An ambiguous answer is `unknown`, and no machine ever sends the job again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assets import hosting
from jobs import costs, registry
from jobs.engines import http
from jobs.engines.base import (
    SUBMIT_TIMEOUT_SECONDS,
    Accepted,
    Engine,
    EngineError,
    Order,
    Sent,
)
from jobs.models import NO_PROBLEM, AvatarJob, Problem, State
from jobs.reachability import Unreachable, check_inputs

log = logging.getLogger(__name__)

#: After this long without an answer, whoever made the call is dead.
ABANDONED_AFTER = timedelta(seconds=SUBMIT_TIMEOUT_SECONDS * 2 + 30)
INTERRUPTED = Problem(
    "interrupted",
    "The studio was interrupted while it was sending this. The engine may have taken the job, "
    "so it will not be sent again by itself.",
)
#: Longest wait between two tries of a job that was surely not sent.
LONGEST_WAIT_SECONDS = 300.0
#: Overdue at the engine, from the length of the clip: three times the planning figure of
#: three minutes and 15 s per second of video, because queues at the engine are not ours to see.
DEADLINE_BASE_SECONDS = 1_800
DEADLINE_SECONDS_PER_SECOND = 45


def submit_due(*, limit: int = 50) -> int:
    """Send the jobs whose time has come, oldest first; how many were tried."""
    due = AvatarJob.objects.due(timezone.now(), State.QUEUED).values_list("pk", flat=True)
    ids = list(due[:limit])
    for job_id in ids:
        submit(job_id)
    return len(ids)


def submit(job_id: UUID | str) -> None:
    """Send one queued job. Safe to call at any time and any number of times."""
    job = _ready(job_id)
    if job is None:
        return
    try:
        engine = registry.engine(job.engine)
        request = engine.submit_request(_order_of(job, engine))
    except registry.NoSuchEngine as problem:
        _wait(job, Problem("engine_missing", str(problem)))
        return
    except Unreachable as problem:
        _wait(job, Problem(problem.code, problem.sentence))
        return
    if not _commit_intent(job):
        return
    try:
        accepted = engine.read_submit(http.send(request))
    except EngineError as error:
        _settle_error(job, error)
    else:
        _commit_handle(job, accepted)


def give_up_abandoned(now: datetime) -> int:
    """Calls whose worker died in mid-air: the answer is lost, the job may be paid."""
    abandoned = AvatarJob.objects.filter(state=State.SUBMITTING, sent_at__lt=now - ABANDONED_AFTER)
    return sum(_lose_answer(job, INTERRUPTED) for job in abandoned)


def _ready(job_id: UUID | str) -> AvatarJob | None:
    return (
        AvatarJob.objects.select_related("clip__project__organisation", "look", "take")
        .filter(pk=job_id, state=State.QUEUED, next_at__lte=timezone.now())
        .first()
    )


def _order_of(job: AvatarJob, engine: Engine) -> Order:
    image_url = hosting.input_url(job.look.image)
    audio_url = hosting.input_url(job.take.send_copy)
    if not engine.capabilities.is_local:
        check_inputs({image_url: job.look.content_type, audio_url: job.take.send_content_type})
    return Order(
        reference=str(job.pk),
        model=job.engine_model,
        image_url=image_url,
        audio_url=audio_url,
        audio_seconds=job.duration_seconds,
        prompt=job.prompt_text,
    )


def _commit_intent(job: AvatarJob) -> bool:
    return job.advance(
        State.SUBMITTING,
        cause="sending",
        sent_at=timezone.now(),
        tries=job.tries + 1,
        next_at=None,
        problem=NO_PROBLEM,
    )


def _commit_handle(job: AvatarJob, accepted: Accepted) -> None:
    # In the log first: if the database is gone this very moment, a person can still settle by it.
    log.info("Job %s was accepted by %s as %s.", job.pk, job.engine, accepted.handle)
    now = timezone.now()
    seconds = float(job.duration_seconds) * DEADLINE_SECONDS_PER_SECOND
    job.advance(
        State.RUNNING,
        cause="accepted",
        detail={"answer": dict(accepted.raw)},
        handle=accepted.handle,
        accepted_at=now,
        next_at=now,
        deadline_at=now + timedelta(seconds=DEADLINE_BASE_SECONDS + seconds),
    )


def _settle_error(job: AvatarJob, error: EngineError) -> None:
    """What each kind of failed call means for the row and the money."""
    if error.sent is not Sent.NO:
        _lose_answer(job, _problem(error))
    elif error.permanent:
        with transaction.atomic():
            if job.advance(State.FAILED, cause=error.code, next_at=None, problem=_problem(error)):
                costs.release(job, note="Refused by the engine: nothing was bought.")
    else:
        seconds = error.retry_after_seconds or _back_off_seconds(job.tries)
        later = timezone.now() + timedelta(seconds=seconds)
        job.advance(State.QUEUED, cause=error.code, next_at=later, problem=_problem(error))


def _lose_answer(job: AvatarJob, problem: Problem) -> bool:
    log.warning("The answer for job %s was lost: %s", job.pk, problem.code)
    return job.advance(State.UNKNOWN, cause=problem.code, next_at=None, problem=problem)


def _wait(job: AvatarJob, problem: Problem) -> None:
    """Not sent, and for now it cannot be: say why and look again later."""
    AvatarJob.objects.filter(pk=job.pk, state=State.QUEUED).update(
        next_at=timezone.now() + timedelta(seconds=60), **problem.as_fields()
    )


def _problem(error: EngineError) -> Problem:
    return Problem(error.code, error.message, error.detail)


def _back_off_seconds(tries: int) -> float:
    return min(LONGEST_WAIT_SECONDS, 5.0 * float(2 ** min(tries, 6)))
