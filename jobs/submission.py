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
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from jobs import clock, dispatch, in_the_air, orders, paid_answers, registry, trace
from jobs.engines import http
from jobs.engines.base import Engine, EngineError, Request, Response, Sent
from jobs.leases import holding, one_alone, renewed
from jobs.models import NO_PROBLEM, AvatarJob, Problem, State
from jobs.reachability import Unreachable

log = logging.getLogger(__name__)

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
UNREACHABLE_WAIT_SECONDS = 60.0


def submit_due() -> int:
    """Send what is queued, account by account and in fair order; how many were tried."""
    sent = 0
    for account in registry.accounts():
        with one_alone(f"Sending by the account {account.name}"):
            sent += _submit_for(account.name)
    return sent


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
        _stubbornly(job, lambda: paid_answers.settle_error(job, refusal))
    else:
        # In the log first: if the database is gone for good, a person can still settle by it.
        log.info("Job %s was accepted by %s as %s.", job.pk, job.account, accepted.handle)
        raw = dict(accepted.raw)
        _stubbornly(job, lambda: paid_answers.accept(job, accepted.handle, answer=raw))
        _stubbornly(job, lambda: paid_answers.look_if_called(job))


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
                paid_answers.settle_error(job, request)
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


def _wait(job: AvatarJob, lease: str, problem: Problem) -> None:
    """Not sent, and for now it cannot be: say why and look again later."""
    AvatarJob.objects.filter(pk=job.pk, state=State.QUEUED, lease=lease).update(
        next_at=clock.now() + timedelta(seconds=UNREACHABLE_WAIT_SECONDS),
        lease="",
        leased_until=None,
        **problem.as_fields(),
    )
