"""What each answer proves. Shared by the engines of the gateway's kind.

One rule decides about money: only an answer in `PROVES_NOTHING_BOUGHT` (or the short list
`PROVEN_BEFORE_ANY_VENDOR_CALL`) allows a machine to order again. Every other answer to a submit
is MAYBE: 5xx answers were measured to hide accepted, billed jobs (docs/machine.md), so a
500 with a polite JSON error proves no more than silence does.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from jobs.engines import answers
from jobs.engines.base import EngineError, Response, Sent
from jobs.engines.reasons import REASONS, Owner, Reason, reason_by_code, reason_for


@dataclass(frozen=True, slots=True)
class Proof:
    """What a status proves about a submit, and its reason when the body names none.

    final: the same order will be refused again. pauses: no other order would pass either.
    """

    fallback: str
    final: bool = False
    pauses: bool = False


PROVES_NOTHING_BOUGHT: Mapping[int, Proof] = {
    400: Proof("refused", final=True),
    401: Proof("wrong_key", pauses=True),
    402: Proof("out_of_credit", pauses=True),
    403: Proof("key_not_allowed", pauses=True),
    # The documented path answers 404 only where no engine is: no order would pass there.
    404: Proof("wrong_address", final=True, pauses=True),
    413: Proof("input_too_large", final=True),
    422: Proof("refused", final=True),
    429: Proof("rate_limited"),
}

# 5xx answers of the new-api gateway that its source raises before any vendor is called, as
# (envelope, code). Not here, on purpose: `get_channel_failed` comes only from its retry loop,
# after a first vendor call failed in an unknown way; `model_mapping_failed`, `build_request_failed`
# and `read_request_body_failed` can come from a second attempt; `do_request_failed` and
# `fail_to_fetch_task` are the vendor call itself.
# Source: QuantumNous/new-api relay/relay_task.go, controller/relay.go, middleware/distributor.go.
PROVEN_BEFORE_ANY_VENDOR_CALL = frozenset(
    {
        ("flat", "invalid_request"),  # the shared validator, the same in every attempt
        ("flat", "model_price_error"),  # depends on the model only, so the first attempt raised it
        ("new_api_error", "model_not_found"),  # middleware: no channel for the model (503)
    }
)

_UNKNOWN_TASK_CODES = frozenset({"task_not_exist", "task_not_found"})
_RETRY_AFTER_AT_MOST_SECONDS = 86_400.0
_DETAIL_CHARACTERS = 1_000

MAYBE_BOUGHT = (
    "The engine's answer does not say whether it took the order, so it may have been charged. "
    "It is not sent again by itself: check at the engine, then settle the job."
)
LOOK_FAILED = (
    "The engine's answer about this job could not be read. The studio looks again by itself."
)
TASK_UNKNOWN = "The engine says it does not know this job."


def submit_error(
    response: Response,
    *,
    proven_5xx: Collection[tuple[str, str]] = PROVEN_BEFORE_ANY_VENDOR_CALL,
) -> EngineError:
    """The verdict on an answer to a submit that carried no handle.

    proven_5xx: the 5xx answers of this engine that prove that nothing was bought, as
    (envelope, code); empty for an engine that is not a gateway of this family.
    """
    answer = response.json()
    codes = answers.failure_codes(answer)
    detail = detail_of(response, answer)
    proof = PROVES_NOTHING_BOUGHT.get(response.status)
    if proof is not None:
        return _proven(proof, _reason(proof, codes, detail), detail, response)
    if 500 <= response.status <= 599 and _raised_before_vendor(answer, proven_5xx):
        reason = reason_for(codes, detail) or REASONS["refused"]
        return error_of(reason, detail, permanent=True)
    return maybe_bought(_maybe_code(response), detail)


def maybe_bought(code: str, detail: str) -> EngineError:
    """The verdict that no machine may order again."""
    return EngineError(code=code, message=MAYBE_BOUGHT, detail=detail, sent=Sent.MAYBE)


def _reason(proof: Proof, codes: tuple[str, ...], detail: str) -> Reason:
    fallback = REASONS[proof.fallback]
    if found := reason_by_code(codes):
        return found
    found = reason_for((), detail)
    # Beside 401, 402, 403 and 429, prose that blames an input does not count: a 403 about
    # "content" may be a firewall, and failing the job for it would be wrong.
    if found is None or (found.owner is Owner.INPUT and not proof.final):
        return fallback
    return found


def _proven(proof: Proof, reason: Reason, detail: str, response: Response) -> EngineError:
    if reason.code == proof.fallback:
        permanent, pauses = proof.final, proof.pauses
    else:  # the body knows better than the status (Kling sends "package empty" as 429)
        permanent = reason.owner is Owner.INPUT or (proof.final and reason.owner is Owner.ENGINE)
        pauses = reason.owner is Owner.ACCOUNT
    wait = retry_after_seconds(response.headers) if response.status == 429 else None
    return error_of(reason, detail, permanent=permanent, pauses=pauses, retry_after=wait)


def error_of(
    reason: Reason,
    detail: str,
    *,
    permanent: bool = False,
    pauses: bool = False,
    retry_after: float | None = None,
    sent: Sent = Sent.NO,
) -> EngineError:
    """The EngineError that says this reason to people."""
    return EngineError(
        code=reason.code,
        message=reason.sentence,
        detail=detail,
        sent=sent,
        permanent=permanent,
        pauses_engine=pauses,
        retry_after_seconds=retry_after,
    )


def _raised_before_vendor(answer: object, proven: Collection[tuple[str, str]]) -> bool:
    if not isinstance(answer, Mapping):
        return False
    nested = answer.get("error")
    if isinstance(nested, Mapping):
        return (str(nested.get("type")), str(nested.get("code"))) in proven
    return ("flat", str(answer.get("code"))) in proven


def _maybe_code(response: Response) -> str:
    if 200 <= response.status <= 299:
        return "answer_without_handle"
    return "redirected" if 300 <= response.status <= 399 else "engine_down"


def look_error(response: Response) -> EngineError:
    """The verdict on an answer to a look that shows no task. Never permanent: looks are free, and
    the task may be finished and paid for. Only key and credit stop the engine's queue."""
    answer = response.json()
    codes = answers.failure_codes(answer)
    detail = detail_of(response, answer)
    status = _status_within(response, codes)
    if status == 404 and reason_for((), detail) is REASONS["wrong_address"]:
        return error_of(REASONS["wrong_address"], detail, pauses=True, sent=Sent.YES)
    if _UNKNOWN_TASK_CODES.intersection(codes) or (status == 404 and not response.is_html):
        return task_unknown(detail)
    wait = retry_after_seconds(response.headers)
    if status in (401, 402, 403) or (status == 429 and _is_account(codes)):
        reason = _reason(PROVES_NOTHING_BOUGHT[status], codes, detail)
        return error_of(reason, detail, pauses=True, sent=Sent.YES)
    if status == 429:
        return error_of(REASONS["rate_limited"], detail, retry_after=wait, sent=Sent.YES)
    if status == 408 or status >= 500:
        return error_of(REASONS["engine_down"], detail, retry_after=wait, sent=Sent.YES)
    return unreadable(detail)


def task_unknown(detail: str) -> EngineError:
    """The verdict on a look at a task that the engine says it does not know."""
    return EngineError(code="task_unknown", message=TASK_UNKNOWN, detail=detail, sent=Sent.YES)


def unreadable(detail: str) -> EngineError:
    """The verdict on a look that says nothing: look again."""
    return EngineError(code="unreadable", message=LOOK_FAILED, detail=detail, sent=Sent.YES)


def _is_account(codes: tuple[str, ...]) -> bool:
    reason = reason_by_code(codes)
    return reason is not None and reason.owner is Owner.ACCOUNT


def _status_within(response: Response, codes: tuple[str, ...]) -> int:
    """The HTTP status, or the one in the body of a host that answers 200 to everything."""
    if response.status == 200:
        for code in codes:
            if re.fullmatch(r"[45]\d\d", code):
                return int(code)
    return response.status


def detail_of(response: Response, answer: object) -> str:
    """The engine's own words, shortened; for a web page only what it is."""
    text = answers.failure_text(answer)
    if not text and response.is_html:
        text = f"HTTP {response.status} with a web page instead of an answer"
    if not text and answer is None and response.body:
        text = f"HTTP {response.status} with an answer that is not JSON"
    return (text or f"HTTP {response.status} without a reason")[:_DETAIL_CHARACTERS]


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the `Retry-After` header: a number, or an HTTP date.

    A date is compared with the answer's own `Date` header when there is one, so that a wrong
    clock on this machine does not matter. Limited to one day; nonsense gives None.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return min(float(value), _RETRY_AFTER_AT_MOST_SECONDS)
    until = _http_date(value)
    if until is None:
        return None
    now = answered_at(headers) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), _RETRY_AFTER_AT_MOST_SECONDS)


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """The time of the answer by the engine's own clock, or None."""
    return _http_date(headers.get("date", ""))


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
