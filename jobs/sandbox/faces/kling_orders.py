"""Read Kling's order from a request's body: the fields of its avatar page and their rules."""

import json
import time
from dataclasses import dataclass

from jobs.sandbox.options import KLING, PRO, STANDARD, Limits
from jobs.sandbox.tasks import Task, new_id

_MODES = {"std": STANDARD, "pro": PRO}
_FIELDS = ("image", "sound_file", "audio_id", "prompt", "mode", "callback_url", "external_task_id")
LONGEST_EXTERNAL_ID = 256


class BadParameter(Exception):
    """An order that is refused before anything is billed; the text is the answer's message."""


@dataclass(frozen=True, slots=True)
class KlingOrder:
    """What was asked for. ``image`` and ``sound_file`` are addresses, or files as raw base64."""

    image: str
    sound_file: str
    mode: str
    prompt: str
    callback_url: str
    external_id: str
    rest: dict[str, object]

    def task(self, *, image_url: str, audio_url: str, base_url: str) -> Task:
        """The task for this order, not yet kept. It is billed when its audio has been decoded."""
        return Task(
            id=new_id(KLING),
            created_at=time.time(),
            face=KLING,
            model=_MODES[self.mode],
            image_url=image_url,
            audio_url=audio_url,
            audio_seconds="",
            prompt=self.prompt,
            reference=json.dumps(self.rest),
            external_id=self.external_id,
            callback_url=self.callback_url,
            base_url=base_url,
            amount="0.0000",
        )


def read_order(body: bytes, limits: Limits) -> KlingOrder:
    """The order in this body. Raises BadParameter."""
    try:
        order = json.loads(body)
    except ValueError as error:
        raise BadParameter("the body is not JSON") from error
    if not isinstance(order, dict):
        raise BadParameter("the body is not a JSON object")
    texts = {name: _text(order, name) for name in _FIELDS}
    if not texts["image"]:
        raise BadParameter("image is required")
    if bool(texts["sound_file"]) == bool(texts["audio_id"]):
        raise BadParameter("exactly one of sound_file and audio_id is required")
    if texts["audio_id"]:
        raise BadParameter("audio_id is unknown")  # there is no speech synthesis here
    _check_rules(texts, limits)
    return KlingOrder(
        image=texts["image"],
        sound_file=texts["sound_file"],
        mode=texts["mode"] or "std",
        prompt=texts["prompt"],
        callback_url=texts["callback_url"],
        external_id=texts["external_task_id"],
        rest={name: value for name, value in order.items() if name not in _FIELDS},
    )


def is_address(text: str) -> bool:
    """Whether an input is named by its address; else it is the file itself."""
    return text.lower().startswith(("http://", "https://"))


def _text(order: dict[str, object], name: str) -> str:
    value = order.get(name)
    if value is not None and not isinstance(value, str):
        raise BadParameter(f"{name} must be a string")
    return (value or "") if name == "prompt" else (value or "").strip()


def _check_rules(texts: dict[str, str], limits: Limits) -> None:
    if texts["mode"] not in ("", *_MODES):
        raise BadParameter(f"mode must be one of: {', '.join(_MODES)}")
    if len(texts["prompt"]) > limits.prompt_max_characters:
        raise BadParameter(f"prompt has more than {limits.prompt_max_characters} characters")
    if len(texts["external_task_id"]) > LONGEST_EXTERNAL_ID or "/" in texts["external_task_id"]:
        raise BadParameter("external_task_id is invalid")
    if texts["callback_url"] and not is_address(texts["callback_url"]):
        raise BadParameter("callback_url must be an http or https URL")
