"""Read fal's order from a request's body: the fields of its model page."""

import json
import time

from jobs.sandbox.faces.fal_answers import Body, error
from jobs.sandbox.options import FAL, PRO, STANDARD, Limits
from jobs.sandbox.tasks import Task, new_id

TIERS = {"standard": STANDARD, "pro": PRO}
_FIELDS = ("image_url", "audio_url", "prompt")


class Invalid(Exception):
    """An order that is refused before anything is billed; ``errors`` is the answer's detail."""

    def __init__(self, errors: list[Body]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def read_order(body: bytes, tier: str, limits: Limits, *, webhook: str, base_url: str) -> Task:
    """The task this body asks for, not yet kept; billed when its audio was decoded.

    Raises Invalid.
    """
    try:
        order = json.loads(body)
    except ValueError as problem:
        raise Invalid([error("json_invalid", "JSON decode error")]) from problem
    if not isinstance(order, dict):
        raise Invalid([error("dict_type", "Input should be a valid dictionary")])
    prompt = order.get("prompt", ".")
    errors = [*_url_errors(order, "image_url"), *_url_errors(order, "audio_url")]
    if not isinstance(prompt, str):
        errors.append(error("string_type", "Input should be a valid string", "prompt"))
    elif len(prompt) > limits.prompt_max_characters:
        most = f"String should have at most {limits.prompt_max_characters} characters"
        errors.append(error("string_too_long", most, "prompt"))
    if errors:
        raise Invalid(errors)
    return Task(
        id=new_id(FAL),
        created_at=time.time(),
        face=FAL,
        model=TIERS[tier],
        image_url=order["image_url"].strip(),
        audio_url=order["audio_url"].strip(),
        audio_seconds="",
        prompt=prompt,
        reference=json.dumps({name: order[name] for name in order if name not in _FIELDS}),
        callback_url=webhook,
        base_url=base_url,
        amount="0.0000",
    )


def _url_errors(order: dict[str, object], name: str) -> list[Body]:
    url = order.get(name)
    if url is None:
        return [error("missing", "Field required", name)]
    if not isinstance(url, str) or not url.strip().lower().startswith(("http://", "https://")):
        return [error("url_scheme", "URL scheme should be 'http' or 'https'", name)]
    return []
