"""Which accounts this installation has, and the engine behind each.

Adding an engine is one module in `jobs.engines` and one line in `_MAKERS` (see the README).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from assets.limits import STRICT, InputLimits
from jobs.engines import fal
from jobs.engines.addresses import is_this_machine
from jobs.engines.base import Engine
from jobs.engines.fal import Fal
from jobs.engines.gateway import Gateway
from jobs.engines.kling import Kling
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Organisation
from studio.projects.models import Project

SANDBOX = "sandbox"
LABELS = {"kling-avatar-v2-standard": "Standard", "kling-avatar-v2-pro": "Pro"}
PURPOSES = {
    "kling-avatar-v2-standard": "720p, for narration, courses and drafts",
    "kling-avatar-v2-pro": "1080p, for brand and campaign work",
}
#: The sandbox engine bills what the official one does.
SANDBOX_RATES = {
    "kling-avatar-v2-standard": Decimal("0.056"),
    "kling-avatar-v2-pro": Decimal("0.112"),
}


class NoSuchEngine(Exception):
    """A job names an account that the settings do not configure any more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The engine account “{name}” is not configured any more: set its variables again to "
            "go on."
        )


@dataclass(frozen=True, slots=True)
class EngineModel:
    """One model that a person can choose, with its price per second of video."""

    key: str
    label: str
    purpose: str
    rate_amount: Decimal
    currency: str


def accounts() -> list[AccountSettings]:
    """Every account of this installation, the sandbox last."""
    return [*settings.ENGINE_ACCOUNTS.values(), _sandbox()]


def account(name: str) -> AccountSettings:
    """The account called `name`. Raises NoSuchEngine with a sentence."""
    if name == SANDBOX:
        return _sandbox()
    found: AccountSettings | None = settings.ENGINE_ACCOUNTS.get(name)
    if found is None:
        raise NoSuchEngine(name)
    return found


def engine(name: str) -> Engine:
    """The engine of the account called `name`. Raises NoSuchEngine with a sentence."""
    chosen = account(name)
    return _MAKERS[chosen.engine](chosen)


def limits_of(name: str) -> InputLimits:
    """What an account takes; also by the kind of an engine of which no account is configured.

    Raises NoSuchEngine for a name that is neither.
    """
    try:
        return engine(name).capabilities.limits
    except NoSuchEngine:
        if name in DOCUMENTED_LIMITS:
            return DOCUMENTED_LIMITS[name]
        raise


def default_name() -> str:
    """The account that jobs go to where the project chose none."""
    chosen: str = settings.DEFAULT_ACCOUNT
    return chosen or next(iter(settings.ENGINE_ACCOUNTS), SANDBOX)


def accounts_for(organisation: Organisation) -> list[AccountSettings]:
    """The accounts that the organisation's projects may choose from, the default first."""
    allowed = [one for one in accounts() if _is_for(one, organisation)]
    return sorted(allowed, key=lambda one: one.name != default_name())


def account_for(project: Project) -> AccountSettings:
    """The account that pays for the project's next job.

    What the project chose; the default where it chose none. For one that is gone, see `is_gone`.
    """
    allowed = {one.name: one for one in accounts_for(project.organisation)}
    return allowed.get(project.engine_account) or next(iter(allowed.values()))


def is_gone(project: Project) -> bool:
    """Whether the project chose an account that it cannot have (any more)."""
    return bool(project.engine_account) and account_for(project).name != project.engine_account


def engine_for(project: Project) -> Engine:
    """The engine of `account_for(project)`."""
    return engine(account_for(project).name)


def models_for(project: Project) -> list[EngineModel]:
    """The models that the project's next job may choose from, cheapest first."""
    return engine_models(account_for(project).name)


def is_sandbox(project: Project | None = None) -> bool:
    """Whether the next job (of the project) costs no real money."""
    return (account_for(project).name if project else default_name()) == SANDBOX


def engine_models(account_name: str) -> list[EngineModel]:
    """The models that the account offers, cheapest first; none where it is gone."""
    try:
        rates = account(account_name).rates
    except NoSuchEngine:
        return []
    models = [
        EngineModel(
            key=key,
            label=LABELS.get(key, key),
            purpose=PURPOSES.get(key, ""),
            rate_amount=rate,
            currency=settings.CURRENCY,
        )
        for key, rate in rates.items()
    ]
    return sorted(models, key=lambda model: model.rate_amount)


def engine_model(key: str, account_name: str) -> EngineModel | None:
    """The account's model called `key`, or None if it is not on offer (any more)."""
    return next((model for model in engine_models(account_name) if model.key == key), None)


def model_label(key: str) -> str:
    """What people call the model, whoever renders it."""
    return LABELS.get(key, key)


def _is_for(account: AccountSettings, organisation: Organisation) -> bool:
    return not account.organisations or organisation.slug in account.organisations


def _sandbox() -> AccountSettings:
    return AccountSettings(
        name=SANDBOX,
        engine=SANDBOX,
        label="Sandbox",
        url=settings.SANDBOX_URL,
        key=settings.SANDBOX_KEY,
        audio_max_seconds=300,
        rates=SANDBOX_RATES,
    )


def _gateway(account: AccountSettings) -> Engine:
    return Gateway(
        name=account.engine,
        base_url=account.url,
        key=account.key,
        limits=replace(STRICT, audio_max_seconds=account.audio_max_seconds),
        models=tuple(account.rates),
        is_local=account.engine == SANDBOX,
    )


def _fal(account: AccountSettings) -> Engine:
    return Fal(
        name=account.engine,
        base_url=account.url,
        key=account.key,
        limits=replace(fal.LIMITS, audio_max_seconds=account.audio_max_seconds),
        models=tuple(account.rates),
        is_local=is_this_machine(account.url),
    )


def _kling(account: AccountSettings) -> Engine:
    return Kling(
        base_url=account.url,
        key=account.key,
        access_key=account.access_key,
        secret_key=account.secret_key,
        webhook_secret=account.webhook_secret,
        limits=replace(STRICT, audio_max_seconds=account.audio_max_seconds),
        models=tuple(account.rates),
        is_local=is_this_machine(account.url),
    )


#: By kind, as documented (docs/engines.md); an account may say that it takes longer audio.
DOCUMENTED_LIMITS: Mapping[str, InputLimits] = {
    "gateway": STRICT,
    "kling": STRICT,
    "fal": fal.LIMITS,
}
_MAKERS: Mapping[str, Callable[[AccountSettings], Engine]] = {
    "gateway": _gateway,
    "kling": _kling,
    "fal": _fal,
    SANDBOX: _gateway,
}
