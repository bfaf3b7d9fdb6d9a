"""What the answer to a paid call, or its absence, means for the row, the account and the money.

An answer proves something or it proves nothing: `Sent` says which. What proves nothing is never
sent again by a machine, and an answer that comes after all still wins.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet

from jobs import accounts, clock, costs, late_acceptances, registry
from jobs.engines.base import EngineError, Sent
from jobs.models import NEVER_ARRIVED, NO_PROBLEM, AvatarJob, Problem, ReceivedCallback, State
from jobs.nudges import nudge
from jobs.rhythm import first_look_seconds

log = logging.getLogger(__name__)

INTERRUPTED = Problem(
    "interrupted",
    "The studio was interrupted while it was sending this. The engine may have taken the job, "
    "so it will not be sent again by itself.",
)
#: Longest wait between two tries of a job that was surely not sent.
LONGEST_WAIT_SECONDS = 300.0
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


def begin_to_run(job: AvatarJob, handle: str, *, cause: str, answer: object) -> bool:
    """The engine took the order: its handle is kept, also where the answer comes late.

    False if a person settled the job meanwhile: then it only goes into the job's history.
    """
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
        if job.advance(State.RUNNING, cause=late, **news):
            return True
        job.refresh_from_db()  # settled between reading and writing
    late_acceptances.keep(job, handle, answer=answer)
    return False


def accept(job: AvatarJob, handle: str, *, answer: object) -> None:
    """The engine took the order, as it says itself: written down, whatever the row has become.

    Raises only what passes when the database is back (OperationalError, InterfaceError).
    """
    try:
        begin_to_run(job, handle, cause="accepted", answer=answer)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # above all: the handle is another job's
        log.exception("The handle %s cannot be given to job %s.", handle, job.pk)
        late_acceptances.keep_unwritable(job, handle)


def look_if_called(job: AvatarJob) -> None:
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
            return job.state == State.UNKNOWN and begin_to_run(
                job, handle, cause=cause, answer=None
            )
    except IntegrityError:
        log.exception("Job %s cannot have %s, which is another job's.", job.pk, handle)
        return False


def settle_error(job: AvatarJob, error: EngineError) -> None:
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


def give_up_abandoned(now: datetime) -> int:
    """Calls whose worker died in mid-air: the answer is lost, the job may be paid.

    Early is no harm: an answer that comes after all still wins.
    """
    return sum(_lose_answer(job, INTERRUPTED) for job in abandoned(now, abandoned_after()))


def abandoned(now: datetime, longest: timedelta) -> QuerySet[AvatarJob]:
    """The calls that have taken longer than that; or that were made in the future, as far as one
    can tell, since the clock was put back."""
    then = Q(sent_at__lt=now - longest) | Q(sent_at__gt=now + longest)
    return AvatarJob.objects.filter(then, state=State.SUBMITTING)


def abandoned_after() -> timedelta:
    """After this long without an answer, whoever made the call is dead."""
    return timedelta(seconds=settings.SUBMIT_SECONDS * 1.5 + 5)


def limited_seconds(tries: int) -> float:
    """How long to leave an engine alone that says "too many" and not for how long."""
    return min(LIMITED_MOST_SECONDS, LIMITED_SECONDS * float(2 ** min(tries - 1, 5)))


def _back_off_seconds(tries: int) -> float:
    return min(LONGEST_WAIT_SECONDS, 5.0 * float(2 ** min(tries, 6)))
