"""Reading why a fal request failed, and whether fal bills it (engines.md 3).

A model's own refusal is `detail: [{loc, msg, type, ctx}]`; a fault of fal's machines is flat,
`{detail, error_type}`. Only failures with HTTP 5xx are documented as not billed; a refusal with
422 may be billed once work has begun. `X-Fal-Billable-Units` says so where it is sent.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobs.engines import answers, reasons
from jobs.engines.base import Phase, Response
from jobs.engines.reasons import Owner, Reason

# These answers are about the GET itself: the key, the account, the address or the pace.
_ABOUT_THE_LOOK = frozenset({401, 402, 403, 408, 425, 429})
_NOT_YET = re.compile(r"still in progress|not (yet )?(completed|finished|ready)", re.IGNORECASE)
_CANCELLED = frozenset({"client_cancelled", "client_disconnected"})
# In the answer to the status, which has no HTTP status of the failure. All of them are 5xx.
_FAULTS_OF_FAL = frozenset(
    {
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_disconnected",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_incomplete_response",
        "runner_server_error",
        "internal_error",
    }
)
_DETAIL_CHARACTERS = 1_000
_YES = frozenset({"1", "true", "yes"})


@dataclass(frozen=True, slots=True)
class Told:
    """What the status of a COMPLETED request said about an error; both empty: none."""

    error_type: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.error_type or self.text)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request came to nothing."""

    phase: Phase
    code: str
    detail: str
    may_be_billed: bool


def told_by(status: Mapping[str, object]) -> Told:
    """The error in the answer to a status request."""
    error, kind = status.get("error"), status.get("error_type")
    text = error if isinstance(error, str) else json.dumps(error) if error else ""
    return Told(error_type=kind if isinstance(kind, str) else "", text=text.strip())


def is_retryable(headers: Mapping[str, str]) -> bool:
    """True when fal says that the same order may pass later."""
    names = ("x-fal-retryable", "x-fal-needs-retry")
    return any(headers.get(name, "").strip().lower() in _YES for name in names)


def is_not_yet(response: Response, answer: Mapping[str, object]) -> bool:
    """True when the result is not there yet although the status says so: a moment's delay."""
    if response.status == 202:
        return True
    detail = answer.get("detail")
    return response.status in (400, 404, 409) and bool(_NOT_YET.search(str(detail)))


def is_the_requests_own(response: Response, answer: Mapping[str, object], told: Told) -> bool:
    """True when an error answer is the outcome of the request, not of the GET for it.

    A passing fault must never end a job that is finished and paid for, so an error counts only
    where the status told of one too, or where it has the form that only a model gives.
    """
    if response.status in _ABOUT_THE_LOOK:
        reason = reasons.reason_by_code(_types_in_detail(answer))
        return reason is not None and reason.owner in (Owner.INPUT, Owner.ENGINE)
    if not answer:
        return False
    return bool(told) or response.status == 422 or bool(_types_in_detail(answer))


def failure(response: Response, answer: Mapping[str, object], told: Told) -> Failure:
    """The failure of a request, from the answer that holds its result and from its status."""
    types = tuple(dict.fromkeys(_types(response, answer, told)))
    text = _words_in_detail(answer) or told.text or answers.failure_text(answer)
    reason = reasons.reason_for(types, text) or _fallback(response, types)
    may_be_billed = _may_be_billed(response, types)
    notes = " ".join(f"({note})" for note in _notes(response.headers, may_be_billed))
    return Failure(
        phase=Phase.CANCELLED if _CANCELLED.intersection(types) else Phase.FAILED,
        code=reason.code,
        detail=f"{text[:_DETAIL_CHARACTERS]} {notes}".strip(),
        may_be_billed=may_be_billed,
    )


def _types(response: Response, answer: Mapping[str, object], told: Told) -> Iterator[str]:
    """The machine's words for it, the model's own first."""
    yield from _types_in_detail(answer)
    for kind in (
        answer.get("error_type"), told.error_type, response.headers.get("x-fal-error-type")
    ):  # fmt: skip
        if isinstance(kind, str) and kind:
            yield kind.strip().lower()


def _items(answer: Mapping[str, object]) -> list[Mapping[str, object]]:
    detail = answer.get("detail")
    listed = detail if isinstance(detail, list) else []
    return [item for item in listed if isinstance(item, Mapping)]


def _types_in_detail(answer: Mapping[str, object]) -> list[str]:
    return [str(item["type"]).strip().lower() for item in _items(answer) if item.get("type")]


def _words_in_detail(answer: Mapping[str, object]) -> str:
    """`image_url: too small (min_width: 300)` for every item, in the order given."""
    return "; ".join(filter(None, map(_words, _items(answer))))


def _words(item: Mapping[str, object]) -> str:
    place, ctx = item.get("loc"), item.get("ctx")
    field = str(place[-1]) if isinstance(place, list) and len(place) > 1 else ""
    facts = ctx.items() if isinstance(ctx, Mapping) else ()
    limits = ", ".join(f"{key}: {value}" for key, value in facts)
    text = str(item.get("msg") or item.get("type") or "")
    text = f"{field}: {text}" if field and text else text
    return f"{text} ({limits})" if limits and text else text


def _fallback(response: Response, types: tuple[str, ...]) -> Reason:
    """fal's own rule: a type that is not on its list is a refusal of the input, if HTTP 4xx."""
    refused = 400 <= response.status <= 499 and bool(types)
    return reasons.REASONS["refused" if refused else "engine_failed"]


def _may_be_billed(response: Response, types: tuple[str, ...]) -> bool:
    units = response.headers.get("x-fal-billable-units", "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", units):
        return float(units) > 0
    return response.status < 500 and not _FAULTS_OF_FAL.intersection(types)


def _notes(headers: Mapping[str, str], may_be_billed: bool) -> Iterator[str]:
    if may_be_billed:
        units = headers.get("x-fal-billable-units", "").strip()
        yield f"fal billed {units} units." if units else "fal may bill this failure."
    if is_retryable(headers):
        yield "fal says that the same order may pass later."
