"""Taking an order back: for nothing while it waits, and where the engine can also later."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from jobs import clock, costs, registry
from jobs.engines import http
from jobs.engines.base import CancelAnswer, EngineError
from jobs.models import NO_PROBLEM, AvatarJob, JobEvent, State
from jobs.models.event import STOPPED_WAITING
from jobs.nudges import nudge
from jobs.paid_answers import DEADLINE_BASE_SECONDS
from studio.organisations.models import User

#: The engine is asked soon what has become of a cancelled task.
LOOK_AFTER = timedelta(seconds=5)
#: The engine has these, as far as anybody knows.
RENDERING = (State.RUNNING, State.STALLED)


class NotCancelled(Exception):
    """The job goes on; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def can_cancel(job: AvatarJob) -> bool:
    """Whether a cancel may succeed: not sent yet, or rendering at an engine that has a cancel."""
    if job.state in RENDERING:
        return engine_cancels(job.account)
    return job.state == State.QUEUED


def can_stop_waiting(job: AvatarJob) -> bool:
    """Whether it is overdue at an engine without a cancel, and somebody waits for it still."""
    is_waited_for = job.state == State.STALLED and job.put_aside_at is None
    return is_waited_for and not engine_cancels(job.account)


def engine_cancels(account: str) -> bool:
    """Whether the account's engine can be asked to stop what it renders."""
    try:
        return registry.engine(account).capabilities.can_cancel
    except registry.NoSuchEngine:
        return False


def cancel(job: AvatarJob, *, by: User) -> None:
    """Cancel `job`; nothing happens if somebody else has just done it. Raises NotCancelled.

    Before it was sent that surely costs nothing. At the engine the money stays held until the
    engine says that the task has ended: should it finish all the same, the video is fetched and
    charged. Call it outside a transaction: it asks the engine.
    """
    try:
        if not _before_it_is_sent(job, by=by):
            _while_it_renders(job, by=by)
    except NotCancelled:
        job.refresh_from_db()
        if job.state != State.CANCELLED:
            raise


def _before_it_is_sent(job: AvatarJob, *, by: User) -> bool:
    with transaction.atomic():
        if job.state != State.QUEUED or not job.advance(
            State.CANCELLED, cause="cancelled", by=by, next_at=None
        ):
            return False
        costs.release(job, by=by, note="Cancelled before it was sent.")
    return True


def _while_it_renders(job: AvatarJob, *, by: User) -> None:
    job.refresh_from_db()
    if job.state == State.QUEUED or not can_cancel(job):  # queued: no engine has anything to cancel
        raise NotCancelled(f"{job} had left the queue a moment before, so it was not cancelled.")
    _at_the_engine(job)
    with transaction.atomic():
        if not (_answered_for(job) and job.advance(
            State.CANCELLED, cause="cancelled at the engine", by=by,
            next_at=clock.now() + LOOK_AFTER,
        )):  # fmt: skip
            raise NotCancelled(f"{job} had ended a moment before, so it was not cancelled.")
    nudge("submit_due")


def _answered_for(job: AvatarJob) -> bool:
    """An overdue job whose cancel the engine takes is there: that is its answer after all.

    So it renders again, for a moment; and it has time again to end, within which its money stays
    held.
    """
    if job.state != State.STALLED:
        return True
    until = clock.now() + timedelta(seconds=DEADLINE_BASE_SECONDS)
    return job.advance(
        State.RUNNING, cause="took the cancel", deadline_at=until, problem=NO_PROBLEM
    )


def stop_waiting(job: AvatarJob, *, by: User) -> None:
    """Give up an overdue job that cannot be cancelled: it is on nobody's desk any more.

    Its money stays held and the machine goes on looking: should the engine finish it all the same,
    the video is fetched and charged, and whoever waited sees it. Raises NotCancelled.
    """
    if not can_stop_waiting(job):
        raise NotCancelled(f"{job} is not waited for any more, or can be cancelled by now.")
    with transaction.atomic():
        rows = AvatarJob.objects.filter(pk=job.pk, state=State.STALLED, put_aside_at=None)
        if not rows.update(put_aside_at=clock.now(), put_aside_by=by):
            raise NotCancelled(
                f"{job} had ended, or was given up by somebody else, a moment before."
            )
        JobEvent.objects.create(
            job=job, from_state=job.state, to_state=job.state, cause=STOPPED_WAITING, by=by
        )
    job.refresh_from_db()


def _at_the_engine(job: AvatarJob) -> None:
    engine = registry.engine(job.account)
    try:
        answer = engine.read_cancel(http.send(engine.cancel_request(job.handle)))
    except EngineError as error:
        raise NotCancelled(f"The engine did not cancel {job}: {error.message}") from None
    if answer is CancelAnswer.TOO_LATE:
        _look_now(job)
        # Finished, failed, or cancelled by somebody else in this moment: the look will show.
        raise NotCancelled(f"{job} had ended at the engine already: it is asked what came of it.")
    if answer is CancelAnswer.UNKNOWN_TASK:
        raise NotCancelled(f"The engine does not know {job}, so there is nothing to cancel.")


def _look_now(job: AvatarJob) -> None:
    AvatarJob.objects.filter(pk=job.pk, state__in=RENDERING).update(next_at=clock.now())
    nudge("look_due")
