"""A person with evidence ends what the machine must not decide alone."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from jobs import clock, costs, ordering, paying_again, registry
from jobs.models import NO_PROBLEM, AvatarJob, JobEvent, Problem, State
from jobs.outcomes import BACK_ON_THE_DESK
from jobs.paid_answers import DEADLINE_BASE_SECONDS
from studio.organisations.models import User

NOT_BOUGHT = Problem(
    "settled_as_not_bought",
    "It was settled as not bought, although the engine had named an id for it.",
)


class NotSettled(Exception):
    """Nothing was changed; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def it_exists(job: AvatarJob, *, handle: str, by: User, evidence: str) -> None:
    """The engine has the job under `handle`: follow it from here on.

    Also where it was settled as not bought, and the engine's answer came after that: the money,
    which is free since, is then charged in plain sight when the engine has finished.
    """
    handle = _handle(job, handle)
    now = clock.now()
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
                **BACK_ON_THE_DESK,
            )
    except IntegrityError:
        raise NotSettled("Another job of this studio already has that id.") from None
    if not moved:
        raise NotSettled("This was settled a moment ago by somebody else.")


def it_does_not_exist(job: AvatarJob, *, by: User, evidence: str) -> None:
    """Nothing was bought, or the engine gave the money back: the job has failed, at no cost."""
    if not evidence.strip():
        raise NotSettled("Say where you looked: the next person relies on it.")
    if job.is_taken_after_all:
        _confirm(job, by=by, evidence=evidence)
        return
    with transaction.atomic():
        if not job.is_unsettled or not job.advance(
            State.FAILED, cause=f"settled: not bought. {evidence}", by=by, next_at=None
        ):
            raise NotSettled("This was settled a moment ago by somebody else.")
        if costs.is_charged(job):
            costs.refund(job, by=by, note=evidence)
        else:
            costs.release(job, by=by, note=evidence)


def _confirm(job: AvatarJob, *, by: User, evidence: str) -> None:
    """Not bought, although the engine named an id for it: it stays failed and its money free."""
    with transaction.atomic():
        rows = AvatarJob.objects.filter(pk=job.pk, state=State.FAILED, error_code=job.error_code)
        if not rows.update(**NOT_BOUGHT.as_fields()):
            raise NotSettled("This was settled a moment ago by somebody else.")
        _write(job, by=by, evidence=evidence)
    job.refresh_from_db()


def _write(job: AvatarJob, *, by: User, evidence: str) -> None:
    """What a person said of a job that stays where it is."""
    cause = f"settled: not bought. {evidence}"[:300]
    JobEvent.objects.create(job=job, from_state=job.state, to_state=job.state, cause=cause, by=by)


def _let_go(job: AvatarJob, *, by: User, evidence: str) -> None:
    """A cancelled job whose engine says nothing any more: its money is free."""
    with transaction.atomic():
        rows = AvatarJob.objects.select_for_update(no_key=True).filter(
            pk=job.pk, state=State.CANCELLED
        )
        if not rows.exists() or not costs.is_open(job):
            raise NotSettled("This was settled a moment ago by somebody else.")
        rows.update(next_at=None, lease="", leased_until=None)
        _write(job, by=by, evidence=evidence)
        costs.release(job, by=by, note=evidence)


def pay_again(job: AvatarJob, *, by: User) -> AvatarJob:
    """Order the same once more, knowing that the lost order may be paid too; the new job.

    The lost one stays unsettled, with its money held: whoever finds it at the engine later can
    still say so. Two people pressing at once order one job.
    """
    job.refresh_from_db()
    if job.is_taken_after_all:
        raise NotSettled("The engine has this order: have it followed instead of paying again.")
    if not job.is_unsettled:
        raise NotSettled("This was settled a moment ago by somebody else.")
    try:
        return paying_again.order_again(job, by=by)
    except ordering.AlreadyOrdered as there:
        return there.job
    except ordering.NotOrdered as refusal:
        raise NotSettled(refusal.sentence) from None


def not_billed(job: AvatarJob, *, by: User, evidence: str) -> None:
    """The engine did not bill what it had begun, though it might have: the money is given back."""
    if not evidence.strip():
        raise NotSettled("Say where you looked: the next person relies on it.")
    if job.is_silent:
        _let_go(job, by=by, evidence=evidence)
        return
    with transaction.atomic():
        rows = AvatarJob.objects.filter(
            pk=job.pk, state__in=[State.FAILED, State.CANCELLED], failure_is_billed=True
        )
        if not rows.update(failure_is_billed=False):
            raise NotSettled("This was settled a moment ago by somebody else.")
        costs.refund(job, by=by, note=evidence)
    job.failure_is_billed = False


def _handle(job: AvatarJob, given: str) -> str:
    """The handle that a person means. Raises NotSettled for what cannot be one."""
    if not given.strip():
        if not job.handle:
            raise NotSettled("Give the id under which the engine lists this job.")
        return job.handle
    try:
        return registry.engine(job.account).read_handle(given)
    except (ValueError, registry.NoSuchEngine) as problem:
        raise NotSettled(str(problem)) from None
