"""What a person sees beside the button: the checks, the price, and whether it may be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max

from assets.preflight.finding import Finding
from jobs import costs, registry
from jobs.models import AvatarJob
from studio.clips import checks
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings


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
        """Whether the button works; with warnings it also takes a reason."""
        return not self.refusal

    @property
    def warnings(self) -> list[Finding]:
        """What a person may go on with who says why."""
        return checks.warnings(self.findings)


def next_number(clip: Clip) -> int:
    """The number of the version that the next job of `clip` makes."""
    highest = AvatarJob.objects.filter(clip=clip).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def offer(clip: Clip) -> Offer:
    """Checks and price of the clip as it is (it may be unsaved); writes nothing."""
    account = registry.account_for(clip.project)
    model = registry.engine_model(clip.engine_model, account.name)
    rate = checks.Rate(model.rate_amount, model.currency) if model else None
    found = checks.findings(clip, registry.engine(account.name).capabilities.limits, rate)
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
