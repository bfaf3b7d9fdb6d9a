"""Which engines this installation has, made from the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from assets.limits import STRICT
from jobs.engines.base import Engine
from jobs.engines.gateway import Gateway

LABELS = {"kling-avatar-v2-standard": "Standard", "kling-avatar-v2-pro": "Pro"}
PURPOSES = {
    "kling-avatar-v2-standard": "720p, for narration, courses and drafts",
    "kling-avatar-v2-pro": "1080p, for brand and campaign work",
}


class NoSuchEngine(Exception):
    """A job names an engine that the settings do not configure any more."""


@dataclass(frozen=True, slots=True)
class EngineModel:
    """One model that a person can choose, with its price per second of video."""

    key: str
    label: str
    purpose: str
    rate_amount: Decimal
    currency: str


def engine(name: str) -> Engine:
    """The engine called `name`. Raises NoSuchEngine with a sentence."""
    if name == "gateway" and settings.GATEWAY_URL:
        limits = replace(STRICT, audio_max_seconds=settings.GATEWAY_AUDIO_MAX_SECONDS)
        return Gateway(
            name="gateway",
            base_url=settings.GATEWAY_URL,
            key=settings.GATEWAY_KEY,
            limits=limits,
            models=tuple(settings.RATES[name]),
            is_local=False,
        )
    if name == "sandbox":
        return Gateway(
            name="sandbox",
            base_url=settings.SANDBOX_URL,
            key=settings.SANDBOX_KEY,
            limits=replace(STRICT, audio_max_seconds=300),
            models=tuple(settings.RATES[name]),
            is_local=True,
        )
    raise NoSuchEngine(
        f"The engine “{name}” is not configured any more: set its variables again to go on."
    )


def default_name() -> str:
    """The engine that new jobs go to: the gateway where one is set, else the sandbox."""
    return "gateway" if settings.GATEWAY_URL else "sandbox"


def default_engine() -> Engine:
    """The engine called `default_name()`."""
    return engine(default_name())


def is_sandbox() -> bool:
    """Whether new jobs cost no real money."""
    return default_name() == "sandbox"


def engine_models() -> list[EngineModel]:
    """The models that the default engine offers, cheapest first."""
    models = [
        EngineModel(
            key=key,
            label=LABELS.get(key, key),
            purpose=PURPOSES.get(key, ""),
            rate_amount=rate,
            currency=settings.CURRENCY,
        )
        for key, rate in settings.RATES[default_name()].items()
    ]
    return sorted(models, key=lambda model: model.rate_amount)


def engine_model(key: str) -> EngineModel | None:
    """The model called `key`, or None if it is not on offer (any more)."""
    return next((model for model in engine_models() if model.key == key), None)
