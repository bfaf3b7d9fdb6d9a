"""Finding things in engines' JSON answers, wherever a gateway of this family put them.

The same fact sits at the top level, under `data`, or under `data.data` (the vendor's own body
inside the gateway's row inside an envelope). All functions here take the parsed JSON of an answer
and give back plain values; none raises. Source of every place: engines.md 1.2, 1.3 and 1.5.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from urllib.parse import urlsplit

from jobs.engines.base import HANDLE_MAX_CHARACTERS, Phase
from jobs.engines.words import is_known, phase_of

type Path = tuple[str | int, ...]

_DEEPEST_LAYER = 4
_STATUS_KEYS = ("status", "task_status", "status_name", "state")

# In the order of engines.md 1.5, tried from the outer layer to the inner.
URL_PLACES: tuple[Path, ...] = (
    ("video_url",),
    ("url",),
    ("result_url",),
    ("result", "outputs"),
    ("outputs",),
    ("output",),
    ("output", "video_url"),
    ("output", "works"),
    ("video", "url"),
    ("task_result", "videos"),
    ("metadata", "url"),
    ("resultJson",),
    ("works",),
    ("fail_reason",),  # older gateways keep the URL of a SUCCESS here
)
_KEYS_HOLDING_A_URL = ("url", "video_url", "resultUrls", "resource", "video")

FAILURE_PLACES: tuple[Path, ...] = (
    ("error", "message"),
    ("error",),
    ("fail_reason",),
    ("failMsg",),
    ("task_status_msg",),
    ("message",),
    ("detail", 0, "msg"),
    ("detail",),
)
_CODE_PLACES: tuple[Path, ...] = (
    ("error", "code"),
    ("code",),
    ("failCode",),
    ("detail", 0, "type"),
    ("error_type",),
    ("error", "type"),
)
_ENVELOPE_IS_FINE = frozenset({"", "0", "200", "ok", "success", "succeed"})


def layers(answer: object) -> Iterator[Mapping[str, object]]:
    """The answer's object, then what it wraps in `data`, outermost first."""
    for _ in range(_DEEPEST_LAYER):
        if isinstance(answer, list) and answer:
            answer = answer[0]
        if not isinstance(answer, Mapping):
            return
        yield answer
        answer = answer.get("data")


def mapping(answer: object) -> Mapping[str, object]:
    """The answer where it is an object, else an empty one."""
    return answer if isinstance(answer, Mapping) else {}


def at(value: object, path: Path) -> object | None:
    """The value at a path of keys and list positions, or None."""
    for step in path:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and len(value) > step:
            value = value[step]
        else:
            return None
    return value


def status_word(answer: object) -> str:
    """The task's status word, raw, or "" when there is none.

    The outermost known word wins: the gateway's verdict stands above the vendor's body inside it
    (a swept job is FAILURE outside and still "processing" inside). One exception: a success word
    on an outer layer that has no result of its own, above a layer that is not finished, belongs
    to the envelope and says only that the request went well.
    """
    found = [(word, layer) for layer in layers(answer) if (word := _word_of(layer))]
    known = [(word, layer) for word, layer in found if is_known(word)]
    for (word, layer), (inner, _) in pairwise(known):
        if phase_of(word) is not Phase.SUCCEEDED or phase_of(inner) is Phase.SUCCEEDED:
            return word
        if any(_urls_at(layer)):
            return word
    if known:
        return known[-1][0]
    return found[0][0] if found else ""


def _word_of(layer: Mapping[str, object]) -> str:
    for key in _STATUS_KEYS:
        value = layer.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and is_known(str(value)):  # 200 or 404 here is no task status
            return str(value)
    return ""


def handle(answer: object) -> str:
    """The engine's task id, or "". Only text counts: an integer `id` is a row number, not a task.

    Looked for in `task_id` and `id` of each layer, then in `data` when that is itself the id.
    """
    for layer in layers(answer):
        for key in ("task_id", "id"):
            if usable := _usable_handle(layer.get(key)):
                return usable
        if envelope_is_fine(layer) and (usable := _usable_handle(layer.get("data"))):
            return usable
    return ""


def _usable_handle(value: object) -> str:
    if not isinstance(value, str):
        return ""
    text = value.strip()
    usable = re.fullmatch(rf"[!-~]{{1,{HANDLE_MAX_CHARACTERS}}}", text)
    # an id of dots alone would lead a look to another path
    return text if usable and any(character.isalnum() for character in text) else ""


def envelope_is_fine(layer: Mapping[str, object]) -> bool:
    """True when the envelope's `code` is absent or says that all is well."""
    return str(layer.get("code", "") or "").strip().lower() in _ENVELOPE_IS_FINE


def result_urls(answer: object) -> tuple[str, ...]:
    """Every result URL of a *finished* task, most trusted first, without repeats.

    Call it only after success: on failure the same fields may hold a sentence, or a link to
    something else. Only absolute http(s) URLs count.
    """
    return tuple(dict.fromkeys(url for layer in layers(answer) for url in _urls_at(layer)))


def _urls_at(layer: Mapping[str, object]) -> Iterator[str]:
    for place in URL_PLACES:
        yield from _urls_in(at(layer, place))


def _urls_in(value: object, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST_LAYER:
        return
    if isinstance(value, str):
        if is_absolute_url(value.strip()):
            yield value.strip()
        elif value.lstrip()[:1] in ("{", "["):  # resultJson is JSON inside a string
            yield from _urls_in(_parsed(value), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _urls_in(item, depth + 1)
    elif isinstance(value, Mapping):
        for key in _KEYS_HOLDING_A_URL:
            yield from _urls_in(value.get(key), depth + 1)


def is_absolute_url(text: str) -> bool:
    """True for http(s)://host/... without spaces; a sentence that mentions a link is not one."""
    if re.search(r"[\s\x00-\x1f]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def failure_text(answer: object) -> str:
    """The engine's own words for what went wrong, or "".

    Place by place in the order of engines.md 1.5, each place in every layer, so that a reason
    beats the envelope's general `message`.
    """
    for place in FAILURE_PLACES:
        for layer in layers(answer):
            value = at(layer, place)
            if isinstance(value, str) and value.strip().lower() not in _ENVELOPE_IS_FINE:
                return value.strip()
    return ""


def failure_codes(answer: object) -> tuple[str, ...]:
    """The engine's machine codes as text, outermost first, the vendor's own included.

    A gateway may put the vendor's whole body, as JSON text, into its message: its code counts.
    """
    found: list[str] = []
    embedded = _parsed(failure_text(answer))
    for layer in (*layers(answer), *layers(embedded)):
        for place in _CODE_PLACES:
            value = at(layer, place)
            if isinstance(value, str | int) and not isinstance(value, bool):
                found.append(str(value).strip().lower())
    return tuple(code for code in dict.fromkeys(found) if code not in _ENVELOPE_IS_FINE)


def _parsed(text: str) -> object | None:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


def progress(answer: object) -> int | None:
    """Progress 0 to 100 from a number or a text like "30%", or None."""
    for layer in layers(answer):
        value = layer.get("progress")
        if isinstance(value, str):
            found = re.fullmatch(r"\s*(\d{1,3})(\.\d*)?\s*%?\s*", value)
            value = min(int(found.group(1)), 100) if found else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
            return int(value)
    return None
