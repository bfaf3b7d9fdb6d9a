"""Kling's error numbers, and what each answer proves about money (engines.md 2 and 7).

Kling answers `{"code": <number>, "message": ..., "request_id": ...}`. The number decides, because
HTTP 429 stands for an empty account as well as for too many orders. Where number and status
contradict each other, or nobody has documented what an answer means, the order counts as possibly
bought: the look-up by our own id settles that for nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jobs.engines import answers, verdicts
from jobs.engines.base import EngineError, Response, Sent
from jobs.engines.reasons import REASONS, Owner, Reason, reason_for

CODES: Mapping[str, str] = {
    **dict.fromkeys(("1000", "1001", "1002"), "wrong_key"),
    **dict.fromkeys(("1003", "1004"), "token_refused"),  # not yet valid, expired
    **dict.fromkeys(("1100", "1101", "1102"), "out_of_credit"),  # on HTTP 429, and no rate limit
    "1103": "key_not_allowed",
    **dict.fromkeys(("1200", "1201"), "refused"),
    **dict.fromkeys(("1202", "1203"), "wrong_address"),  # no such method, no such resource
    **dict.fromkeys(("1300", "1301"), "moderation"),
    "1302": "rate_limited",
    "1303": "engine_busy",
    "1304": "address_not_allowed",
}
NO_SUCH_RESOURCE = "1203"
# 5000 internal, 5001 maintenance, 5002 backlog; and whatever else Kling adds beside them. They
# prove nothing about a submit: an internal timeout may come after the task was written down.
_OWN_FAULT = re.compile(r"5\d{3}")
# How Kling answers an id of ours that it has already seen is not documented. If it refuses it, a
# task with our id exists, and "refused" would let the job be bought a second time.
_ABOUT_OUR_ID = re.compile(r"external[ _-]?task[ _-]?id", re.IGNORECASE)
# An unknown task should be 1203, but "bad parameter" with such words would mean the same. Enough
# for a look, which is free; a look-up, after which an order may be made again, wants 1203.
_NO_SUCH_TASK = re.compile(r"\btask\b.{0,60}not (found|exist)|任务.{0,20}不存在", re.IGNORECASE)
# A token is valid from five seconds before it was minted (engines.md 2).
_CLOCKS_DIFFER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer without a task, with what the verdicts look at. `now` is this server's clock."""

    response: Response
    is_minted: bool
    now: float

    @property
    def code(self) -> str:
        """Kling's number as text, or ""."""
        code = answers.at(self.response.json(), ("code",))
        text = str(code) if isinstance(code, int | str) and not isinstance(code, bool) else ""
        return text if re.fullmatch(r"\d{1,5}", text, re.ASCII) else ""

    @property
    def words(self) -> str:
        """What Kling says, without its numbers."""
        return verdicts.detail_of(self.response, self.response.json())

    @property
    def detail(self) -> str:
        """What Kling says, with the numbers that its support asks for."""
        request_id = answers.at(self.response.json(), ("request_id",))
        if not self.code or not isinstance(request_id, str):
            return self.words
        return f"{self.words} (code {self.code}, request {request_id[:64]})"

    @property
    def reason(self) -> Reason | None:
        """The reason by Kling's number, or None for a number that nobody has documented."""
        name = CODES.get(self.code)
        if name == "token_refused":
            return REASONS[self._token_reason()]
        if name == "refused":  # only an input can be to blame, whatever the message quotes
            found = reason_for((), self.words)
            return found if found and found.owner is Owner.INPUT else REASONS[name]
        return REASONS[name] if name else None

    @property
    def is_own_fault(self) -> bool:
        """True for Kling's own faults."""
        return bool(_OWN_FAULT.fullmatch(self.code))

    def _token_reason(self) -> str:
        """A new token helps once, and every request has one. It never helps where the clocks
        differ, which the `Date` of the answer shows, nor where the token is a lasting key."""
        if not self.is_minted:
            return "wrong_key"
        there = verdicts.answered_at(self.response.headers)
        if there and abs(self.now - there.timestamp()) >= _CLOCKS_DIFFER_SECONDS:
            return "clock_wrong"
        return "token_refused"


def submit_error(answer: Answer) -> EngineError:
    """The verdict on an answer to a submit that carried no handle."""
    response, reason = answer.response, answer.reason
    if _ABOUT_OUR_ID.search(answer.words) and response.status < 500:
        return verdicts.maybe_bought("reference_taken", answer.detail)
    if response.status in verdicts.PROVES_NOTHING_BOUGHT and _contradicts(answer):
        return verdicts.maybe_bought("engine_down", answer.detail)
    if response.status not in verdicts.PROVES_NOTHING_BOUGHT or reason is None:
        return verdicts.submit_error(response, proven_5xx=())
    # Where no engine is, this job fails and the next ones wait; with any other fault of the
    # account the job waits too.
    nowhere = reason is REASONS["wrong_address"]
    return verdicts.error_of(
        reason,
        answer.detail,
        permanent=nowhere or reason.owner is Owner.INPUT,
        pauses=reason.owner is Owner.ACCOUNT,
        retry_after=verdicts.retry_after_seconds(response.headers),
    )


def _contradicts(answer: Answer) -> bool:
    """True when the body does not say "refused" although the status does."""
    has_task = answers.at(answer.response.json(), ("data", "task_id")) is not None
    return answer.is_own_fault or answer.code == "0" or has_task


def look_error(answer: Answer) -> EngineError:
    """The verdict on an answer to a look that shows no task. Looks are free: never permanent."""
    reason = REASONS["engine_down"] if answer.is_own_fault else answer.reason
    blames_input = reason is not None and reason.owner is Owner.INPUT
    if answer.code == NO_SUCH_RESOURCE or (blames_input and _NO_SUCH_TASK.search(answer.words)):
        return verdicts.task_unknown(answer.detail)
    if reason is None and answer.response.status != 404:
        return verdicts.look_error(answer.response)
    if reason is None or blames_input:  # a 404 without 1203 is a proxy talking
        return verdicts.unreadable(answer.detail)
    return verdicts.error_of(
        reason,
        answer.detail,
        pauses=reason.owner is Owner.ACCOUNT,
        retry_after=verdicts.retry_after_seconds(answer.response.headers),
        sent=Sent.YES,
    )


def says_no_such_task(answer: Answer) -> bool:
    """True only where Kling itself says so: 404 with its own number in its own envelope.

    A 404 of a proxy, an empty answer or an odd number must not pass for it: after "there is none"
    the job may be ordered again.
    """
    request_id = answers.at(answer.response.json(), ("request_id",))
    said = answer.response.status == 404 and answer.code == NO_SUCH_RESOURCE
    return said and isinstance(request_id, str) and bool(request_id)
