"""Taking an order back: for nothing while it waits, and where the engine can also later."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from jobs import clock, costs, registry
from jobs.engines import http
from jobs.engines.base import CancelAnswer, EngineError
from jobs.models import AvatarJob, State
from jobs.nudges import nudge
from studio.organisations.models import User

#: The engine is asked soon what has become of a cancelled task.
LOOK_AFTER = timedelta(seconds=5)


class NotCancelled(Exception):
    """The job goes on; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def can_cancel(job: AvatarJob) -> bool:
    """Whether a cancel may succeed: not sent yet, or rendering at an engine that has a cancel."""
    if job.state != State.RUNNING:
        return job.state == State.QUEUED
    return engine_cancels(job.account)


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
    if not can_cancel(job):
        raise NotCancelled(f"{job} had left the queue a moment before, so it was not cancelled.")
    _at_the_engine(job)
    if not job.advance(
        State.CANCELLED, cause="cancelled at the engine", by=by, next_at=clock.now() + LOOK_AFTER
    ):
        raise NotCancelled(f"{job} had ended a moment before, so it was not cancelled.")
    nudge("submit_due")


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
    AvatarJob.objects.filter(pk=job.pk, state=State.RUNNING).update(next_at=clock.now())
    nudge("look_due")
