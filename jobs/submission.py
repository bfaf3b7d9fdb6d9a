"""The paid call, made at most once.

1. The job, its hold and the intent (`submitting`) are committed before the call.
2. The call happens outside any transaction.
3. The engine's handle is committed before anything else.
4. An ambiguous answer is `unknown`, and no machine ever sends the job again.

Only a few calls are in the air at a time: those that are, when a process is killed, become
`unknown`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from jobs import accounts, clock, costs, dispatch, orders, registry, trace
from jobs.engines import http
from jobs.engines.base import Accepted, Engine, EngineError, Request, Response, Sent
from jobs.leases import holding
from jobs.models import NO_PROBLEM, AvatarJob, Problem, ReceivedCallback, State
from jobs.reachability import Unreachable
from jobs.rhythm import first_look_seconds

log = logging.getLogger(__name__)

INTERRUPTED = Problem(
    "interrupted",
    "The studio was interrupted while it was sending this. The engine may have taken the job, "
    "so it will not be sent again by itself.",
)
#: Calls in the air at once, per worker and account. A killed worker leaves at most as many unknown.
SENDS_AT_ONCE = 8
#: A worker goes on sending for so long before it looks whether it should stop.
BUSY_SECONDS = 5.0
#: Longest wait between two tries of a job that was surely not sent.
LONGEST_WAIT_SECONDS = 300.0
UNREACHABLE_WAIT_SECONDS = 60.0
#: Too many requests, without a word about when to come back.
LIMITED_SECONDS = 2.0
TOO_MUCH = frozenset({"rate_limited", "engine_busy"})
#: Overdue at the engine, from the length of the clip: three times the planning figure of
#: three minutes and 15 s per second of video, because queues at the engine are not ours to see.
DEADLINE_BASE_SECONDS = 1_800
DEADLINE_SECONDS_PER_SECOND = 45
#: First look-up of an order whose answer was lost: the engine may list it only in a moment.
LOOK_UP_AFTER = timedelta(seconds=3)


def submit_due() -> int:
    """Send what is queued, account by account and in fair order; how many were tried."""
    return sum(_submit_for(account.name) for account in registry.accounts())


def give_up_abandoned(now: datetime) -> int:
    """Calls whose worker died in mid-air: the answer is lost, the job may be paid.

    Early is no harm: an answer that comes after all still wins.
    """
    last = now - abandoned_after()
    abandoned = AvatarJob.objects.filter(state=State.SUBMITTING, sent_at__lt=last)
    return sum(_lose_answer(job, INTERRUPTED) for job in abandoned)


def abandoned_after() -> timedelta:
    """After this long without an answer, whoever made the call is dead."""
    return timedelta(seconds=settings.SUBMIT_SECONDS * 1.5 + 5)


def _submit_for(account: str) -> int:
    tried, until = 0, time.monotonic() + BUSY_SECONDS
    while time.monotonic() < until:
        lease, jobs = dispatch.give_places(account, limit=SENDS_AT_ONCE)
        if not jobs:
            break
        tried += len(jobs)
        _send(account, jobs, lease)
    return tried


def _send(account: str, jobs: list[AvatarJob], lease: str) -> None:
    engine, origins = registry.engine(account), trace.origins(jobs)
    with ThreadPoolExecutor(SENDS_AT_ONCE) as threads:
        prepared = list(threads.map(lambda job: _prepared(job, engine), jobs))
        calls = {
            threads.submit(_call, job, request, origins.get(job.pk, "")): job
            for job, request in _intended(jobs, prepared, lease)
        }
        for call in as_completed(calls):  # each handle is committed alone and at once
            job = calls[call]
            with trace.about(job, origins.get(job.pk, "")):
                _take_in(job, engine, call)


def _call(job: AvatarJob, request: Request, origin: str) -> Response:
    """The paid call itself, in a thread of its own."""
    with trace.about(job, origin):
        return http.send(trace.marked(request))


def _take_in(job: AvatarJob, engine: Engine, call: Future[Response]) -> None:
    try:
        accepted = engine.read_submit(call.result())
    except EngineError as error:
        _settle_error(job, error)
    else:
        _commit_handle(job, accepted)


def _prepared(job: AvatarJob, engine: Engine) -> Request | Unreachable | EngineError:
    try:
        return engine.submit_request(orders.order_of(job, engine))
    except (Unreachable, EngineError) as problem:
        return problem


def _intended(
    jobs: list[AvatarJob], prepared: list[Request | Unreachable | EngineError], lease: str
) -> Iterator[tuple[AvatarJob, Request]]:
    """Commits the intent of each job that can be sent, one by one, and hands it on."""
    for job, request in zip(jobs, prepared, strict=True):
        if isinstance(request, Unreachable):
            _wait(job, lease, Problem(request.code, request.sentence))
        elif _commit_intent(job, lease):
            if isinstance(request, EngineError):  # the engine cannot even be asked for this
                _settle_error(job, request)
            else:
                yield job, request


def _commit_intent(job: AvatarJob, lease: str) -> bool:
    with transaction.atomic():
        return holding(job, lease) and job.advance(
            State.SUBMITTING,
            cause="sending",
            sent_at=clock.now(),
            tries=job.tries + 1,
            next_at=None,
            problem=NO_PROBLEM,
        )


def _commit_handle(job: AvatarJob, accepted: Accepted) -> None:
    # In the log first: if the database is gone for good, a person can still settle by it.
    log.info("Job %s was accepted by %s as %s.", job.pk, job.account, accepted.handle)
    while True:
        try:
            _begin_to_run(job, accepted.handle, cause="accepted", answer=dict(accepted.raw))
        except (OperationalError, InterfaceError):
            log.exception(
                "The handle %s of job %s waits for the database.", accepted.handle, job.pk
            )
            connection.close()
            time.sleep(1)
        else:
            return


def _begin_to_run(job: AvatarJob, handle: str, *, cause: str, answer: object) -> bool:
    now = clock.now()
    seconds = float(job.duration_seconds) * DEADLINE_SECONDS_PER_SECOND
    news: dict[str, Any] = {
        "handle": handle,
        "accepted_at": now,
        "next_at": now + timedelta(seconds=first_look_seconds(job)),
        "deadline_at": now + timedelta(seconds=DEADLINE_BASE_SECONDS + seconds),
    }
    if job.advance(State.RUNNING, cause=cause, detail={"answer": answer}, **news):
        return True
    # Somebody gave the answer up for lost meanwhile: it has come after all.
    job.refresh_from_db()
    return job.state == State.UNKNOWN and job.advance(
        State.RUNNING,
        cause="the answer came after all",
        detail={"answer": answer},
        problem=NO_PROBLEM,
        **news,
    )


def found(job: AvatarJob, handle: str, *, cause: str) -> bool:
    """The engine has the order of an `unknown` job under `handle`: follow it from here on."""
    return job.state == State.UNKNOWN and _begin_to_run(job, handle, cause=cause, answer=None)


def _settle_error(job: AvatarJob, error: EngineError) -> None:
    """What each kind of failed call means for the row, the account and the money."""
    problem = Problem(error.code, error.message, error.detail)
    if error.pauses_engine:
        accounts.pause(job.account, problem)
    if error.sent is not Sent.NO:
        _lose_answer(job, problem)
    elif error.permanent:
        with transaction.atomic():
            if job.advance(State.FAILED, cause=error.code, next_at=None, problem=problem):
                costs.release(job, note="Refused by the engine: nothing was bought.")
    else:
        _queue_again(job, error, problem)


def _queue_again(job: AvatarJob, error: EngineError, problem: Problem) -> None:
    seconds = 0.0 if error.pauses_engine else _back_off_seconds(job.tries)
    if error.code in TOO_MUCH:
        # The account's matter, not this job's: everybody waits, and its place in the line stays.
        seconds = error.retry_after_seconds or LIMITED_SECONDS
        accounts.hold_sends(job.account, seconds=seconds)
    later = clock.now() + timedelta(seconds=seconds)
    job.advance(State.QUEUED, cause=error.code, next_at=later, problem=problem)


def _lose_answer(job: AvatarJob, problem: Problem) -> bool:
    log.warning("The answer for job %s was lost: %s", job.pk, problem.code)
    later = clock.now() + LOOK_UP_AFTER if _can_look_up(job) else None
    moved = job.advance(State.UNKNOWN, cause=problem.code, next_at=later, problem=problem)
    callback = ReceivedCallback.objects.filter(job=job).exclude(handle="").first()
    if moved and callback:  # the engine's own word came before its answer was lost
        found(job, callback.handle, cause="the engine called back")
    return moved


def _can_look_up(job: AvatarJob) -> bool:
    try:
        return registry.engine(job.account).capabilities.can_look_up
    except registry.NoSuchEngine:
        return False


def _wait(job: AvatarJob, lease: str, problem: Problem) -> None:
    """Not sent, and for now it cannot be: say why and look again later."""
    AvatarJob.objects.filter(pk=job.pk, state=State.QUEUED, lease=lease).update(
        next_at=clock.now() + timedelta(seconds=UNREACHABLE_WAIT_SECONDS),
        lease="",
        leased_until=None,
        **problem.as_fields(),
    )


def _back_off_seconds(tries: int) -> float:
    return min(LONGEST_WAIT_SECONDS, 5.0 * float(2 ** min(tries, 6)))
