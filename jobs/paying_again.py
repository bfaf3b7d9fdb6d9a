"""Paying again for an order whose answer was lost: the very same, as the next version."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from assets import measuring
from assets.limits import InputLimits
from assets.preflight.finding import Finding
from jobs import costs, registry, trace
from jobs.models import AvatarJob, JobEvent, State
from jobs.nudges import nudge
from jobs.offers import next_number
from jobs.ordering import AlreadyOrdered, NotOrdered, refuse_held, take_turn
from studio.clips import checks
from studio.organisations.models import User

#: What a job was made from: copied when it is ordered again.
SNAPSHOT = (
    "look", "take", "prompt_text", "prompt_slots", "engine_model", "image_sha256", "audio_sha256",
    "duration_seconds", "findings", "override_reason",
)  # fmt: skip


def price_again(lost: AvatarJob) -> costs.Price | None:
    """What `order_again` would cost now; None where the model is not on offer any more."""
    model = registry.engine_model(lost.engine_model, registry.account_for(lost.project).name)
    return costs.price(model, lost.duration_seconds) if model else None


def order_again(lost: AvatarJob, *, by: User) -> AvatarJob:
    """Order exactly what `lost` ordered once more, as the next version; its money stays as it is.

    The same inputs at today's price, from the account that the project uses now. However many
    people ask for it, there is one: AlreadyOrdered names it. Raises NotOrdered while a version is
    under review, for a model that is not on offer any more, for inputs that the checks stop today,
    for warnings that the first order gave no reason for, and for an exhausted budget.
    """
    clip = lost.clip
    refuse_held(clip)
    account = registry.account_for(clip.project)
    model = registry.engine_model(lost.engine_model, account.name)
    if model is None or registry.is_gone(clip.project):
        raise NotOrdered("This model or its account is not on offer any more: choose another.")
    _refuse_unfit(lost, registry.engine(account.name).capabilities.limits)
    price = costs.price(model, lost.duration_seconds)
    try:
        with transaction.atomic():
            take_turn(clip)
            job = AvatarJob(
                clip=clip,
                number=next_number(clip),
                requested_by=by,
                based_on=lost.based_on,
                replaces=lost,
                changes=lost.changes,
                account=account.name,
                engine=account.engine,
                rate_amount=price.rate_amount,
                price_amount=price.amount,
                currency=price.currency,
                **{name: getattr(lost, name) for name in SNAPSHOT},
            )
            job.save(force_insert=True)
            cause = f"ordered again for v{lost.number}"
            JobEvent.objects.create(
                job=job, to_state=State.QUEUED, cause=cause, by=by, detail=trace.noted()
            )
            costs.hold(job, by=by)
            nudge("submit_due")
    except IntegrityError:
        there = AvatarJob.objects.filter(replaces=lost).first()
        if there is None:
            raise NotOrdered(
                "Somebody ordered a version of this clip just now: try again."
            ) from None
        raise AlreadyOrdered(there) from None
    except costs.OverBudget as refusal:
        raise NotOrdered(refusal.sentence) from None
    return job


def _refuse_unfit(lost: AvatarJob, limits: InputLimits) -> None:
    """Raises NotOrdered for what stops today, and for warnings that no reason covers."""
    try:
        measuring.measured(lost.look, lost.take)
    except measuring.Unreadable as problem:
        raise NotOrdered(str(problem)) from None
    found = _findings_again(lost, limits)
    if stopping := checks.stops(found):
        raise NotOrdered(stopping[0].message, stopping)
    covered = {finding["id"] for finding in lost.warnings if lost.override_reason}
    if fresh := [one for one in checks.warnings(found) if one.id not in covered]:
        raise NotOrdered(
            f"There is a warning that nobody gave a reason for: {fresh[0].message} "
            "Order it from the clip, where you can say why.",
            fresh,
        )


def _findings_again(lost: AvatarJob, limits: InputLimits) -> list[Finding]:
    """What the checks say today about what `lost` was made from."""
    return [
        *checks.look_findings(lost.look, limits),
        *checks.take_findings(lost.take, limits),
        *checks.prompt_findings(lost.prompt_text, lost.look, lost.take, limits),
    ]
