"""The click: from a clip's inputs to a priced, held, queued avatar job."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max

from assets.preflight.finding import Finding
from jobs import costs, registry, trace
from jobs.lineage import changes_since
from jobs.models import AvatarJob, JobEvent, Priority, State, Version
from jobs.nudges import nudge
from studio.clips import checks
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import User


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


#: What a job was made from: copied when it is ordered again.
SNAPSHOT = (
    "look", "take", "prompt_text", "prompt_slots", "engine_model", "image_sha256", "audio_sha256",
    "duration_seconds", "findings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person sees beside the button before deciding."""

    number: int
    account: AccountSettings
    model: registry.EngineModel | None
    price: costs.Price | None
    findings: list[Finding]
    money_left: Decimal | None
    refusal: str

    @property
    def can_order(self) -> bool:
        """Whether the button works."""
        return not self.refusal


def next_number(clip: Clip) -> int:
    """The number of the version that the next job of `clip` makes."""
    highest = AvatarJob.objects.filter(clip=clip).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def offer(clip: Clip) -> Offer:
    """Checks and price of the clip as it is (it may be unsaved); writes nothing."""
    account = registry.account_for(clip.project)
    found = checks.findings(clip, registry.engine(account.name).capabilities.limits)
    model = registry.engine_model(clip.engine_model, account.name)
    price = costs.price(model, clip.take.duration_seconds) if model and clip.take else None
    left = costs.left_of(clip.project)
    refusal = _refusal(clip, account, found, price, left)
    return Offer(next_number(clip), account, model, price, found, left, refusal)


def _refusal(
    clip: Clip,
    account: AccountSettings,
    found: list[Finding],
    price: costs.Price | None,
    left: Decimal | None,
) -> str:
    """Why the clip cannot be ordered as it is, or an empty string."""
    if stopping := checks.stops(found):
        return stopping[0].message
    if registry.is_gone(clip.project):  # another account is another payer: a person decides that
        return (
            f"The engine account “{clip.project.engine_account}”, which this project chose, is "
            "not to be had any more: choose another in the project's settings."
        )
    if price is None:
        return "This model is not on offer any more: choose another."
    if left is not None and price.amount > left:
        return (
            f"This costs {costs.show(price.amount, price.currency)} and the budget has "
            f"{costs.show(left, price.currency)} left."
        )
    return ""


def order(
    clip: Clip, *, by: User, number: int | None = None, based_on: Version | None = None
) -> AvatarJob:
    """Order the next version of `clip`: check, price, hold the money, queue the job.

    `number` is the version the person saw on the button. Sending the same form twice, or two
    people clicking at once, therefore ends in AlreadyOrdered and one job. Raises NotOrdered,
    with a sentence, for inputs that cannot work and for an exhausted budget.
    """
    upcoming = next_number(clip)  # first: an order that comes in between is then found below
    number = number or upcoming
    if there := AvatarJob.objects.filter(clip=clip, number=number).first():
        raise AlreadyOrdered(there)
    if number != upcoming:
        raise NotOrdered("The versions of this clip have changed: look again before you pay.")
    current = offer(clip)
    if not current.can_order:
        raise NotOrdered(current.refusal, checks.stops(current.findings))
    try:
        with transaction.atomic():
            job = _create(clip, number, current, by=by, based_on=based_on)
            costs.hold(job, by=by)
            nudge("submit_due")
    except IntegrityError:
        raise AlreadyOrdered(AvatarJob.objects.get(clip=clip, number=number)) from None
    except costs.OverBudget as refusal:
        raise NotOrdered(refusal.sentence) from None
    return job


def price_again(lost: AvatarJob) -> costs.Price | None:
    """What `order_again` would cost now; None where the model is not on offer any more."""
    model = registry.engine_model(lost.engine_model, registry.account_for(lost.project).name)
    return costs.price(model, lost.duration_seconds) if model else None


def order_again(lost: AvatarJob, *, by: User) -> AvatarJob:
    """Order exactly what `lost` ordered once more, as the next version; its money stays as it is.

    The same inputs at today's price, from the account that the project uses now. However many
    people ask for it, there is one: AlreadyOrdered names it. Raises NotOrdered for a model that
    is not on offer any more and for an exhausted budget.
    """
    clip = lost.clip
    account = registry.account_for(clip.project)
    model = registry.engine_model(lost.engine_model, account.name)
    if model is None or registry.is_gone(clip.project):
        raise NotOrdered("This model or its account is not on offer any more: choose another.")
    price = costs.price(model, lost.duration_seconds)
    try:
        with transaction.atomic():
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
    clip: Clip, number: int, current: Offer, *, by: User, based_on: Version | None
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
