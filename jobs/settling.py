"""A person with evidence ends what the machine must not decide alone."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import costs
from jobs.models import NO_PROBLEM, AvatarJob, State
from jobs.submission import DEADLINE_BASE_SECONDS
from studio.organisations.models import User


class NotSettled(Exception):
    """Nothing was changed; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def it_exists(job: AvatarJob, *, handle: str, by: User, evidence: str) -> None:
    """The engine has the job under `handle`: follow it from here on."""
    handle = handle.strip() or job.handle
    if not handle:
        raise NotSettled("Give the id under which the engine lists this job.")
    now = timezone.now()
    try:
        with transaction.atomic():
            moved = job.is_unsettled and job.advance(
                State.RUNNING,
                cause=f"settled: it exists. {evidence}",
                by=by,
                handle=handle,
                accepted_at=job.accepted_at or now,
                deadline_at=now + timedelta(seconds=DEADLINE_BASE_SECONDS),
                next_at=now,
                fetches=0,
                problem=NO_PROBLEM,
            )
    except IntegrityError:
        raise NotSettled("Another job of this studio already has that id.") from None
    if not moved:
        raise NotSettled("This was settled a moment ago by somebody else.")


def it_does_not_exist(job: AvatarJob, *, by: User, evidence: str) -> None:
    """Nothing was bought, or the engine gave the money back: the job has failed, at no cost."""
    if not evidence.strip():
        raise NotSettled("Say where you looked: the next person relies on it.")
    with transaction.atomic():
        if not job.is_unsettled or not job.advance(
            State.FAILED, cause=f"settled: not bought. {evidence}", by=by, next_at=None
        ):
            raise NotSettled("This was settled a moment ago by somebody else.")
        if costs.is_charged(job):
            costs.refund(job, by=by, note=evidence)
        else:
            costs.release(job, by=by, note=evidence)
