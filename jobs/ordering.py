"""The click: from a clip's inputs to a priced, held, queued avatar job."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from django.db import IntegrityError, transaction

from assets import measuring
from assets.preflight.finding import Finding
from jobs import costs, trace
from jobs.lineage import changes_since
from jobs.models import AvatarJob, JobEvent, Priority, State, Version
from jobs.nudges import nudge
from jobs.offers import Offer, next_number, offer
from studio.clips import checks
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project


class NotOrdered(Exception):
    """Nothing was ordered and no money was held; `sentence` says why, `findings` what stops it."""

    def __init__(self, sentence: str, findings: list[Finding] | None = None) -> None:
        self.sentence = sentence
        self.findings = findings or []
        super().__init__(sentence)


class AlreadyOrdered(Exception):
    """This very version was ordered a moment ago; `job` is it."""

    def __init__(self, job: AvatarJob) -> None:
        self.job = job
        super().__init__(f"{job} was ordered already")


def order(
    clip: Clip,
    *,
    by: User,
    number: int | None = None,
    based_on: Version | None = None,
    reason: str = "",
    seen: Collection[str] | None = None,
) -> AvatarJob:
    """Order the next version of `clip`: check, price, hold the money, queue the job.

    `number` is the version the person saw on the button. Sending the same form twice, or two
    people clicking at once, therefore ends in AlreadyOrdered and one job. Raises NotOrdered,
    with a sentence, while a version is under review, for inputs that cannot work, for warnings
    without a `reason`, and for an exhausted budget. `seen` are the marks of the warnings that the
    person gave the reason for: another one that has come up since is no part of it (None: all).
    """
    upcoming = next_number(clip)  # first: an order that comes in between is then found below
    number = number or upcoming
    if there := AvatarJob.objects.filter(clip=clip, number=number).first():
        raise AlreadyOrdered(there)
    refuse_held(clip)
    if number != upcoming:
        raise NotOrdered("The versions of this clip have changed: look again before you pay.")
    try:
        measuring.measured(clip.look, clip.take)  # nothing goes out that was not looked at
    except measuring.Unreadable as problem:
        raise NotOrdered(str(problem)) from None
    current = offer(clip)
    if not current.can_order:
        raise NotOrdered(current.refusal, checks.stops(current.findings))
    reason = _reason(current, reason, seen)
    try:
        with transaction.atomic():
            take_turn(clip)
            job = _create(clip, number, current, by=by, based_on=based_on, reason=reason)
            costs.hold(job, by=by)
            nudge("submit_due")
    except IntegrityError:
        raise AlreadyOrdered(AvatarJob.objects.get(clip=clip, number=number)) from None
    except costs.OverBudget as refusal:
        raise NotOrdered(refusal.sentence) from None
    return job


def _reason(current: Offer, given: str, seen: Collection[str] | None) -> str:
    """The reason to keep with the job: none where nothing is overridden. Raises NotOrdered."""
    warned = current.warnings
    if not warned:
        return ""
    fresh = [one for one in warned if seen is not None and one.mark not in seen]
    if fresh:
        raise NotOrdered(
            f"There is a warning that you have not seen yet: {fresh[0].message}", fresh
        )
    if not given.strip():
        count = f"{len(warned)} warnings" if len(warned) > 1 else "a warning"
        raise NotOrdered(
            f"There is {count}: {warned[0].message} Mend it, or say why you go on.", warned
        )
    return given.strip()


def refuse_held(clip: Clip) -> None:
    """Raise NotOrdered, with a sentence, while a version is under review."""
    if hold := clip.hold:
        raise NotOrdered(hold.sentence)


def take_turn(clip: Clip) -> None:
    """The same inside the order's transaction, for good: the project's row is locked first.

    So does whoever puts a version back under review, and one of the two comes first.
    """
    assert transaction.get_connection().in_atomic_block
    Project.objects.select_for_update(no_key=True).get(pk=clip.project_id)
    refuse_held(clip)


def reprioritise(job: AvatarJob, priority: Priority, *, by: User) -> bool:
    """Move a waiting job within its organisation's line. False if it was sent meanwhile."""
    with transaction.atomic():
        moved = AvatarJob.objects.filter(pk=job.pk, state=State.QUEUED).update(priority=priority)
        if moved:
            JobEvent.objects.create(
                job=job, from_state=State.QUEUED, to_state=State.QUEUED, by=by,
                cause=f"priority: {Priority(priority).label.lower()}",
            )  # fmt: skip
            job.priority = priority
            nudge("submit_due")
    return bool(moved)


def _create(
    clip: Clip, number: int, current: Offer, *, by: User, based_on: Version | None, reason: str
) -> AvatarJob:
    # The findings have stopped a clip without these.
    assert clip.look is not None
    assert clip.take is not None
    assert current.price is not None
    if based_on is None:
        based_on = Version.objects.filter(clip=clip).order_by("-number").first()
    job = AvatarJob(
        clip=clip,
        # The number on the button, not the next free one: that may have moved on meanwhile.
        number=number,
        requested_by=by,
        based_on=based_on,
        look=clip.look,
        take=clip.take,
        prompt_text=clip.prompt_text,
        prompt_slots=clip.prompt_slots(),
        account=current.account.name,
        engine=current.account.engine,
        engine_model=clip.engine_model,
        image_sha256=clip.look.sha256,
        audio_sha256=clip.take.send_sha256,
        duration_seconds=clip.take.duration_seconds,
        findings=[asdict(finding) for finding in current.findings],
        override_reason=reason,
        rate_amount=current.price.rate_amount,
        price_amount=current.price.amount,
        currency=current.price.currency,
    )
    job.changes = changes_since(based_on.job if based_on else None, job)
    job.save(force_insert=True)
    JobEvent.objects.create(
        job=job, to_state=State.QUEUED, cause="ordered", by=by, detail=trace.noted()
    )
    return job
