"""Looking at what the engines are doing: safe to repeat, done for many jobs at once.

A pass leases what is due, asks about all of it over pooled connections, and writes back in bulk.
Most answers change nothing but the time of the next look, so such a row is never loaded as an
object: `Watched` is all that is needed of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DataError, IntegrityError

from jobs import accounts, clock, look_ups, outcomes, paid_answers, registry, rhythm
from jobs.engines import bulk, looks
from jobs.engines.base import Engine, EngineError, Phase, Response, Sighting
from jobs.leases import one_alone, renewed
from jobs.models import AvatarJob, Problem, State
from jobs.slow_engines import SlowEngines
from jobs.watched import LEASE_SECONDS, Again, Watched, accounts_due, claim, renew, write_back

log = logging.getLogger(__name__)

OVERDUE = Problem(
    "overdue",
    "The engine has not finished in the time it should need. It is still asked from time to "
    "time, and the video is fetched if it comes after all.",
)
#: One pass, and how many of its requests are on their way at once.
BATCH = 500
CONCURRENCY = 100
#: What a database refuses because of the row itself, not because it is away.
UNWRITABLE = (IntegrityError, DataError, ValueError)
#: An engine may not know a task that it accepted a moment ago.
UNKNOWN_TASK_GRACE = timedelta(seconds=60)
#: Asked for our own id this long after the call, and still unknown there: it never arrived.
NEVER_ARRIVED_GRACE = timedelta(minutes=10)
LOOK_UP_SECONDS = 30.0
#: Overdue jobs are looked at slowly and for long: the engine may finish, and bill, late.
STALLED_LOOK_SECONDS = 600.0
#: After a cancel: does the engine stop, or finish all the same?
CANCELLED_LOOK_SECONDS = 30.0
TROUBLE_LOOK_SECONDS = 60.0

_slow = SlowEngines()


def look_due(*, limit: int = BATCH) -> int:
    """Ask the engines about every job whose time has come; how many were asked."""
    looked, passing = 0, clock.Running()
    due = accounts_due(passing.now())  # mostly none: then this was all
    for account in registry.accounts():
        if account.name in due:
            with (
                one_alone(f"Looking by the account {account.name}"),
                _slow.visit(account.name) as is_free,
            ):
                looked += _look_for(account.name, limit, passing) if is_free else 0
    return looked


def _look_for(account: str, limit: int, passing: clock.Running) -> int:
    lease, jobs = claim(account, limit, passing.now())
    if jobs:
        # An engine may take its time: whoever waits for it must not lose what it then says.
        with renewed(lambda: renew(lease), every_seconds=LEASE_SECONDS / 3):
            _look_at(account, jobs, lease, passing)
    return len(jobs)


def _look_at(account: str, jobs: Sequence[Watched], lease: str, passing: clock.Running) -> None:
    engine = registry.engine(account)
    lost = [job for job in jobs if job.state == State.UNKNOWN]
    known = [job for job in jobs if job.state != State.UNKNOWN]
    seen = looks.look_many(engine, [job.handle for job in known], CONCURRENCY)
    _leave_alone(account, seen)
    now = passing.now()
    again: list[Again] = []
    finished: dict[UUID, Sighting] = {}
    for job, sighting in zip(known, seen, strict=True):
        if isinstance(sighting, EngineError):
            again += _trouble(account, job, sighting, lease, now)
        elif sighting.phase is Phase.SUCCEEDED:
            finished[job.pk] = sighting
        elif sighting.phase.is_terminal:
            with _one_alone(job.pk):
                outcomes.end(_row(job), sighting, lease=lease)
        elif job.state == State.CANCELLED and job.deadline_at and job.deadline_at < now:
            with _one_alone(job.pk):
                outcomes.let_go(_row(job), lease=lease)
        else:
            again.append(Again(job, _step_seconds(account, job, now), sighting.progress))
    if finished:
        _finish(finished, lease)
    again += _look_up(account, engine, lost, lease)
    write_back(again, lease, now)


def _finish(finished: Mapping[UUID, Sighting], lease: str) -> None:
    try:
        outcomes.finish(finished, lease=lease)
    except UNWRITABLE:
        for pk, sighting in finished.items():
            with _one_alone(pk):
                outcomes.finish({pk: sighting}, lease=lease)


@contextmanager
def _one_alone(pk: UUID) -> Iterator[None]:
    """A row that the database refuses to move must not hold up the others of its account."""
    try:
        yield
    except UNWRITABLE:
        log.exception("Job %s cannot be moved to where its engine says it is.", pk)


def _row(job: Watched) -> AvatarJob:
    return AvatarJob.objects.select_related("clip__project__organisation").get(pk=job.pk)


def _step_seconds(account: str, job: Watched, now: datetime) -> float:
    if job.state == State.STALLED:
        return STALLED_LOOK_SECONDS
    if job.state == State.CANCELLED:
        return CANCELLED_LOOK_SECONDS
    seconds = rhythm.next_look_seconds(
        age_seconds=(now - (job.accepted_at or now)).total_seconds(),
        duration_seconds=float(job.duration_seconds),
        pace=rhythm.pace_of(account, job.engine_model),
        step_seconds=settings.POLL_SECONDS,
    )
    return rhythm.jittered(seconds)


def _leave_alone(account: str, seen: Iterable[Sighting | EngineError]) -> None:
    """The engine said "too many": nobody looks by this account for as long as it asks."""
    refused = [one for one in seen if isinstance(one, EngineError)]
    waits = [_wait_of(error) for error in refused if error.code in paid_answers.TOO_MUCH]
    if waits:
        accounts.hold_looks(account, seconds=max(waits))


def _wait_of(error: EngineError) -> float:
    return error.retry_after_seconds or paid_answers.LIMITED_SECONDS


def _trouble(
    account: str, job: Watched, error: EngineError, lease: str, now: datetime
) -> list[Again]:
    """A look that showed nothing: no job fails for it. What concerns all holds the account."""
    if error.code in paid_answers.TOO_MUCH:  # `_leave_alone` holds them all
        return [Again(job, _wait_of(error), job.progress)]
    problem = Problem(error.code, error.message, error.detail)
    if error.pauses_engine:
        accounts.pause(account, problem)
        return [Again(job, TROUBLE_LOOK_SECONDS, job.progress, problem)]
    if error.code == "task_unknown":
        return _not_known(account, job, lease, now, error)
    seconds = error.retry_after_seconds or _step_seconds(account, job, now)
    return [Again(job, seconds, job.progress, problem)]


def _not_known(
    account: str, job: Watched, lease: str, now: datetime, error: EngineError
) -> list[Again]:
    """The engine does not know a task that it accepted. It may in a moment, or never again."""
    step = _step_seconds(account, job, now)
    if job.state == State.CANCELLED and job.deadline_at and job.deadline_at < now:
        outcomes.let_go(_row(job), lease=lease)
        return []
    if now - (job.accepted_at or now) < UNKNOWN_TASK_GRACE:
        return [Again(job, step, job.progress)]
    sentence = (
        "The engine says that it does not know this job. Was its key changed to another "
        "account's? It is asked again until the deadline."
    )
    return [Again(job, step, job.progress, Problem(error.code, sentence, error.detail))]


def _look_up(account: str, engine: Engine, lost: Sequence[Watched], lease: str) -> list[Again]:
    """Orders whose answer was lost, asked for by our own id: that settles them without a person."""
    if not engine.capabilities.can_look_up:  # the account's engine was another one when it was lost
        AvatarJob.objects.filter(pk__in=[job.pk for job in lost], lease=lease).update(next_at=None)
        return []
    requests = [engine.look_up_request(str(job.pk)) for job in lost]
    answers = bulk.send_many(requests, CONCURRENCY)
    return [
        Again(job, LOOK_UP_SECONDS, job.progress)
        for job, answer in zip(lost, answers, strict=True)
        if not _settled(account, engine, job, answer, lease)
    ]


def _settled(
    account: str, engine: Engine, job: Watched, answer: Response | EngineError, lease: str
) -> bool:
    try:
        if isinstance(answer, EngineError):
            raise answer
        accepted = engine.read_look_up(answer)
    except EngineError as error:
        log.warning("Looking up job %s at %s: %s", job.pk, account, error.code)
        look_ups.note(job.pk, look_ups.unanswered(error.code), answer=error.detail)
        return False
    row = _row(job)
    if accepted is None:
        look_ups.note(job.pk, look_ups.NOT_THERE)
        return outcomes.was_never_there(row, lease=lease, grace=NEVER_ARRIVED_GRACE)
    return paid_answers.found(row, accepted.handle, cause="found at the engine by our own id")
