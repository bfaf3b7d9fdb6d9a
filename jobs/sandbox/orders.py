"""Read the gateway's order from a request's body: the seed document's fields and their rules."""

import json
import math
import time
from decimal import Decimal

from jobs.sandbox.options import GATEWAY, MODELS, Limits, price
from jobs.sandbox.tasks import Task, new_id

FIELDS = ("model", "image_url", "audio_url", "audio_duration_seconds", "prompt")


class BadOrder(Exception):
    """An order that is refused before anything is billed; the text is the answer's message."""


def read_order(body: bytes, limits: Limits) -> Task:
    """The task this body asks for, not yet kept. Raises BadOrder."""
    try:
        order = json.loads(body)
    except ValueError as error:
        raise BadOrder("the body is not JSON") from error
    if not isinstance(order, dict):
        raise BadOrder("the body is not a JSON object")
    model = _text(order, "model")
    if model not in MODELS:
        raise BadOrder(f"model {model[:80]} is not supported, use one of: {', '.join(MODELS)}")
    seconds = _seconds(order)
    extra = {name: value for name, value in order.items() if name not in FIELDS}
    return Task(
        id=new_id(GATEWAY),
        created_at=time.time(),
        model=model,
        image_url=_url(order, "image_url"),
        audio_url=_url(order, "audio_url"),
        audio_seconds=str(seconds),
        prompt=_prompt(order, limits),
        reference=json.dumps(extra),
        amount=str(price(GATEWAY, model, seconds)),
    )


def _text(order: dict[str, object], name: str) -> str:
    value = order.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadOrder(f"{name} is required")
    return value.strip()


def _url(order: dict[str, object], name: str) -> str:
    url = _text(order, name)
    if not url.lower().startswith(("http://", "https://")):
        raise BadOrder(f"{name} must be an http or https URL")
    return url


def _seconds(order: dict[str, object]) -> Decimal:
    value = order.get("audio_duration_seconds")
    if value is None:
        raise BadOrder("audio_duration_seconds is required")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadOrder("audio_duration_seconds must be a number")
    if not math.isfinite(value) or not 0 < value < 1e6:
        raise BadOrder("audio_duration_seconds must be greater than 0")
    return Decimal(str(value))


def _prompt(order: dict[str, object], limits: Limits) -> str:
    prompt = order.get("prompt") or ""
    if not isinstance(prompt, str):
        raise BadOrder("prompt must be a string")
    if len(prompt) > limits.prompt_max_characters:
        raise BadOrder(f"prompt has more than {limits.prompt_max_characters} characters")
    return prompt
