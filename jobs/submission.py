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
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from jobs import accounts, clock, costs, dispatch, in_the_air, orders, registry, trace
from jobs.engines import http
from jobs.engines.base import Engine, EngineError, Request, Response, Sent
from jobs.leases import holding, one_alone, renewed
from jobs.models import NEVER_ARRIVED, NO_PROBLEM, AvatarJob, Problem, ReceivedCallback, State
from jobs.nudges import nudge
from jobs.reachability import Unreachable
from jobs.rhythm import first_look_seconds

log = logging.getLogger(__name__)

INTERRUPTED = Problem(
    "interrupted",
    "The studio was interrupted while it was sending this. The engine may have taken the job, "
    "so it will not be sent again by itself.",
)
#: A process that was stopped this long between intent and call must not make it any more: others
#: may have given the job up meanwhile.
TOO_LATE_SECONDS = 20.0
CANNOT_PREPARE = (
    "The order could not be put together ({problem}): an input may be missing in storage. Nothing "
    "was sent; it is tried again by itself."
)
HELD_UP = "The studio was held up before it could send this. It is sent again by itself."
#: A worker goes on sending for so long before it looks whether it should stop.
BUSY_SECONDS = 5.0
#: Longest wait between two tries of a job that was surely not sent.
LONGEST_WAIT_SECONDS = 300.0
UNREACHABLE_WAIT_SECONDS = 60.0
#: Too many requests, without a word about when to come back.
LIMITED_SECONDS = 2.0
LIMITED_MOST_SECONDS = 60.0
TOO_MUCH = frozenset({"rate_limited", "engine_busy"})
#: Overdue at the engine, from the length of the clip: three times the planning figure of
#: three minutes and 15 s per second of video, because queues at the engine are not ours to see.
DEADLINE_BASE_SECONDS = 1_800
DEADLINE_SECONDS_PER_SECOND = 45
#: First look-up of an order whose answer was lost: the engine may list it only in a moment.
LOOK_UP_AFTER = timedelta(seconds=3)


def submit_due() -> int:
    """Send what is queued, account by account and in fair order; how many were tried."""
    sent = 0
    for account in registry.accounts():
        with one_alone(f"Sending by the account {account.name}"):
            sent += _submit_for(account.name)
    return sent


def give_up_abandoned(now: datetime) -> int:
    """Calls whose worker died in mid-air: the answer is lost, the job may be paid.

    Early is no harm: an answer that comes after all still wins.
    """
    longest = abandoned_after()
    # In the future: the clock was put back since.
    then = Q(sent_at__lt=now - longest) | Q(sent_at__gt=now + longest)
    abandoned = AvatarJob.objects.filter(then, state=State.SUBMITTING)
    return sum(_lose_answer(job, INTERRUPTED) for job in abandoned)


def abandoned_after() -> timedelta:
    """After this long without an answer, whoever made the call is dead."""
    return timedelta(seconds=settings.SUBMIT_SECONDS * 1.5 + 5)


def _submit_for(account: str) -> int:
    tried, until = 0, time.monotonic() + BUSY_SECONDS
    while time.monotonic() < until:
        slots = in_the_air.Slots(account)
        try:
            lease, jobs = dispatch.give_places(account, limit=slots.free)
            slots.keep(len(jobs))
            if not jobs:
                break
            tried += len(jobs)
            _send(account, jobs, lease, slots)
        finally:
            slots.give_back_all()
    return tried


def _send(account: str, jobs: list[AvatarJob], lease: str, slots: in_the_air.Slots) -> None:
    http.be_ready()  # nothing slow comes between an intent and its call
    engine, origins = registry.engine(account), trace.origins(jobs)
    still_ours = renewed(lambda: dispatch.renew(lease), every_seconds=dispatch.LEASE_SECONDS / 3)
    with ThreadPoolExecutor(len(jobs)) as threads, still_ours:
        prepared = list(threads.map(lambda job: _prepared(job, engine), jobs))
        calls: dict[Future[Response], AvatarJob] = {}
        try:
            for job, request in _intended(jobs, prepared, lease):
                origin, now = origins.get(job.pk, ""), time.monotonic()
                calls[threads.submit(_call, job, request, origin, now)] = job
        finally:  # whatever became of the others: a call that was made has an answer
            _take_in_all(calls, engine, origins, slots)


def _take_in_all(
    calls: Mapping[Future[Response], AvatarJob],
    engine: Engine,
    origins: Mapping[UUID, str],
    slots: in_the_air.Slots,
) -> None:
    for call in as_completed(calls):  # each handle is committed alone and at once
        job = calls[call]
        with trace.about(job, origins.get(job.pk, "")):
            try:
                _take_in(job, engine, call)
            except Exception:  # the sweep will find it; the other answers matter now
                log.exception("The answer for job %s could not be written down.", job.pk)
        slots.give_back()


def _call(job: AvatarJob, request: Request, origin: str, intended_at: float) -> Response:
    """The paid call itself, in a thread of its own; unless it was held up on the way to it."""
    with trace.about(job, origin):
        if time.monotonic() - intended_at > TOO_LATE_SECONDS:
            raise EngineError(code="held_up", message=HELD_UP, sent=Sent.NO)
        return http.send(trace.marked(request))


def _take_in(job: AvatarJob, engine: Engine, call: Future[Response]) -> None:
    try:
        accepted = engine.read_submit(call.result())
    except EngineError as error:
        refusal = error  # Python forgets the other name at the end of this block
        _stubbornly(job, lambda: _settle_error(job, refusal))
    else:
        # In the log first: if the database is gone for good, a person can still settle by it.
        log.info("Job %s was accepted by %s as %s.", job.pk, job.account, accepted.handle)
        raw = dict(accepted.raw)
        _stubbornly(job, lambda: _begin_to_run(job, accepted.handle, cause="accepted", answer=raw))
        _stubbornly(job, lambda: _look_if_called(job))


def _stubbornly(job: AvatarJob, write: Callable[[], object]) -> None:
    """Write down what an answer says, however long the database is away: nobody can ask again."""
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            log.exception("The answer for job %s waits for the database.", job.pk)
            connection.close()
            time.sleep(1)
        else:
            return


def _prepared(job: AvatarJob, engine: Engine) -> Request | Unreachable | EngineError:
    try:
        return engine.submit_request(orders.order_of(job, engine))
    except (Unreachable, EngineError) as problem:
        return problem
    except Exception as problem:  # a file that is gone, above all: the others must not wait for it
        log.exception("The order of job %s could not be put together.", job.pk)
        return Unreachable("cannot_prepare", CANNOT_PREPARE.format(problem=type(problem).__name__))


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


def _begin_to_run(job: AvatarJob, handle: str, *, cause: str, answer: object) -> bool:
    now = clock.now()
    seconds = float(job.duration_seconds) * DEADLINE_SECONDS_PER_SECOND
    news: dict[str, Any] = {
        "handle": handle,
        "accepted_at": now,
        "next_at": now + timedelta(seconds=first_look_seconds(job)),
        "deadline_at": now + timedelta(seconds=DEADLINE_BASE_SECONDS + seconds),
    }
    news |= {"detail": {"answer": answer}, "problem": NO_PROBLEM}
    if job.advance(State.RUNNING, cause=cause, **news):
        return True
    # Somebody gave the answer up for lost meanwhile: it has come after all.
    job.refresh_from_db()
    late = "the answer came after all"
    if job.state == State.UNKNOWN or job.error_code == NEVER_ARRIVED:
        return job.advance(State.RUNNING, cause=late, **news)
    log.error("Job %s was settled, but %s has it as %s.", job.pk, job.account, handle)
    return False


def _look_if_called(job: AvatarJob) -> None:
    """The engine may have called before its answer was here: then something has changed already."""
    if ReceivedCallback.objects.filter(job=job).exists():
        AvatarJob.objects.filter(pk=job.pk, state=State.RUNNING).update(next_at=clock.now())
        nudge("look_due")


def found(job: AvatarJob, handle: str, *, cause: str) -> bool:
    """The engine has the order of an `unknown` job under `handle`: follow it from here on.

    False, with nothing changed, if it was settled meanwhile or the handle is another job's.
    """
    try:
        with transaction.atomic():
            return job.state == State.UNKNOWN and _begin_to_run(
                job, handle, cause=cause, answer=None
            )
    except IntegrityError:
        log.exception("Job %s cannot have %s, which is another job's.", job.pk, handle)
        return False


def _settle_error(job: AvatarJob, error: EngineError) -> None:
    """What each kind of failed call means for the row, the account and the money."""
    problem = Problem(error.code, error.message, error.detail)
    if error.pauses_engine:
        accounts.pause(job.account, problem)
    if error.sent is not Sent.NO:
        _lose_answer(job, problem)
    elif error.permanent and not error.pauses_engine:  # the account's trouble is no job's failure
        with transaction.atomic():
            if job.advance(State.FAILED, cause=error.code, next_at=None, problem=problem):
                costs.release(job, note="Refused by the engine: nothing was bought.")
    else:
        _queue_again(job, error, problem)


def _queue_again(job: AvatarJob, error: EngineError, problem: Problem) -> None:
    seconds = 0.0 if error.pauses_engine else _back_off_seconds(job.tries)
    if error.code in TOO_MUCH:
        # The account's matter, not this job's: everybody waits, and its place in the line stays.
        seconds = error.retry_after_seconds or limited_seconds(job.tries)
        accounts.hold_sends(job.account, seconds=seconds)
    later = clock.now() + timedelta(seconds=seconds)
    job.advance(State.QUEUED, cause=error.code, next_at=later, problem=problem)


def _lose_answer(job: AvatarJob, problem: Problem) -> bool:
    log.warning("The answer for job %s was lost: %s", job.pk, problem.code)
    later = clock.now() + LOOK_UP_AFTER if _can_look_up(job) else None
    # Should the engine have called already, the sweep finds the order by that: it has to ask, and
    # here other answers wait to be written down.
    return job.advance(State.UNKNOWN, cause=problem.code, next_at=later, problem=problem)


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


def limited_seconds(tries: int) -> float:
    """How long to leave an engine alone that says "too many" and not for how long."""
    return min(LIMITED_MOST_SECONDS, LIMITED_SECONDS * float(2 ** min(tries - 1, 5)))


def _back_off_seconds(tries: int) -> float:
    return min(LONGEST_WAIT_SECONDS, 5.0 * float(2 ** min(tries, 6)))
