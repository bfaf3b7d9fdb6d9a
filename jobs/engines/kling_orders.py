"""What an order to Kling says, and what a failed one cost (engines.md 2)."""

from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from jobs.engines import answers
from jobs.engines.base import EngineError, Order, Sent
from jobs.engines.reasons import REASONS

#: The studio's models, and what Kling calls them: it has no model name here, only a mode.
MODES = {"kling-avatar-v2-standard": "std", "kling-avatar-v2-pro": "pro"}
PROMPT_MAX_CHARACTERS = 2_500

_BLANK_PROMPT = "."  # hosts of this API refuse a blank prompt although it is optional
_DEDUCTIONS: tuple[answers.Path, ...] = (
    ("final_unit_deduction",),
    ("final_balance_deduction", "quota"),
)


def fields_of(order: Order) -> dict[str, object]:
    """The documented fields. The prompt is never blank and never longer than Kling accepts (the
    studio's checks stop a longer one before it is paid for). EngineError for an unknown model."""
    return {
        **_inputs(order),
        "prompt": order.prompt[:PROMPT_MAX_CHARACTERS].strip() or _BLANK_PROMPT,
        "mode": _mode(order.model),
        "watermark_info": {"enabled": False},  # said outright: no default is documented
        "external_task_id": order.reference,
    }


def _inputs(order: Order) -> dict[str, object]:
    """Both inputs: their addresses, or the files themselves in plain base64 without `data:`."""
    if order.inline is None:
        return {"image": order.image_url, "sound_file": order.audio_url}
    return {
        "image": b64encode(order.inline.image).decode(),
        "sound_file": b64encode(order.inline.audio).decode(),
    }


def _mode(model: str) -> str:
    if model in MODES:
        return MODES[model]
    reason = REASONS["model_unknown"]
    raise EngineError(
        code=reason.code, message=reason.sentence, detail=model, sent=Sent.NO, permanent=True
    )


def was_deducted(task: Mapping[str, object]) -> bool:
    """True when the task itself says that it cost something, also though it failed.

    An amount that cannot be read counts as one: only a plain zero, or none, frees the money.
    """
    return any(_is_amount(answers.at(task, place)) for place in _DEDUCTIONS)


def _is_amount(value: object) -> bool:
    text = str(value).strip() if value is not None else ""
    try:
        return Decimal(text or "0") != 0
    except InvalidOperation:
        return True
