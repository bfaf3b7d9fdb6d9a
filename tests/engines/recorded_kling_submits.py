"""Kling's answers to a submit (engines.md 2 and 7)."""

from jobs.engines.base import Sent
from tests.engines.recorded import Refusal, reply
from tests.engines.recorded_envelopes import HTML, flat

NOW = 1_781_080_800.0  # Wed, 10 Jun 2026 08:40:00 GMT
DATE = "Wed, 10 Jun 2026 08:40:00 GMT"
REQUEST_ID = "9984d27b-a408-4073-ae28-17ca6a13622d"


def said(code: object, message: str = "", data: object = None) -> dict[str, object]:
    """Kling's envelope."""
    envelope: dict[str, object] = {"code": code, "message": message, "request_id": REQUEST_ID}
    return envelope if data is None else envelope | {"data": data}


def made(**task: object) -> dict[str, object]:
    """The envelope of an order that was taken."""
    times = {"created_at": 1722769557708, "updated_at": 1722769557708}
    info = {"task_info": {"external_task_id": "8d7f"}}
    return said(
        0, "SUCCEED", {"task_id": "829_1", "task_status": "submitted"} | info | times | task
    )


ACCEPTED = {
    "as documented": (reply(200, made()), "829_1"),
    "without our id": (reply(200, made(task_info={})), "829_1"),
    "already in work": (reply(200, made(task_status="processing")), "829_1"),
    "taken and failed at once": (reply(200, made(task_status="failed")), "829_1"),
    "a task beside an error's number is a task": (
        reply(200, said(1303, "busy", {"task_id": "829_2"})),
        "829_2",
    ),
}

_MAYBE = {
    "5000 internal error": (500, said(5000, "internal error"), "engine_down"),
    "5001 maintenance": (503, said(5001, "maintenance"), "engine_down"),
    "5002 backlog": (504, said(5002, "timeout"), "engine_down"),
    "5000 on a status that refuses": (400, said(5000, "internal error"), "engine_down"),
    "5002 on a status that asks to wait": (429, said(5002, "timeout"), "engine_down"),
    "5999, undocumented": (400, said(5999, "new fault"), "engine_down"),
    "a refusal's number on a server's fault": (500, said(1201, "bad image"), "engine_down"),
    "too many orders on a server's fault": (503, said(1303, "busy"), "engine_down"),
    "a refusal's number on 200": (200, said(1201, "bad image"), "answer_without_handle"),
    "an empty package on 200": (200, said(1102, "depleted"), "answer_without_handle"),
    "all well without a task": (200, said(0, "SUCCEED", {}), "answer_without_handle"),
    "all well on a status that refuses": (400, said(0, "SUCCEED"), "engine_down"),
    "a task on a status that refuses": (
        400,
        said(1200, "bad", {"task_id": "829_1"}),
        "engine_down",
    ),
    "our id is taken: a task with it exists": (
        400,
        said(1201, "external_task_id already exists"),
        "reference_taken",
    ),
    "our id is taken, in other words and by another number": (
        429,
        said(1302, "duplicate externalTaskId"),
        "reference_taken",
    ),
    "a gateway's proof of a refusal is none here": (500, flat("invalid_request"), "engine_down"),
    "502 from a proxy": (502, HTML, "engine_down"),
    "504 from a proxy": (504, HTML, "engine_down"),
    "408": (408, said(1200, "slow"), "engine_down"),
    "409": (409, said(1201, "conflict"), "engine_down"),
}


def _refused(status: int, code: int, reason: str, message: str = "no") -> Refusal:
    return Refusal(
        answer=reply(status, said(code, message)),
        code=reason,
        permanent=True,
        detail=f"{message} (code {code}, request {REQUEST_ID})",
    )


def _stopped(status: int, code: int, reason: str) -> Refusal:
    return Refusal(answer=reply(status, said(code, "no")), code=reason, pauses=True)


def _later(status: int, code: int, reason: str) -> Refusal:
    return Refusal(
        answer=reply(status, said(code, "later"), retry_after="2"), code=reason, retry_after=2.0
    )


REFUSALS = {
    name: Refusal(answer=reply(status, body), code=code, sent=Sent.MAYBE)
    for name, (status, body, code) in _MAYBE.items()
} | {
    "1000 authentication": _stopped(401, 1000, "wrong_key"),
    "1001 no authorization": _stopped(401, 1001, "wrong_key"),
    "1002 wrong authorization": _stopped(401, 1002, "wrong_key"),
    "1100 account problem is no rate limit": _stopped(429, 1100, "out_of_credit"),
    "1101 arrears is no rate limit": _stopped(429, 1101, "out_of_credit"),
    "1102 package empty is no rate limit": _stopped(429, 1102, "out_of_credit"),
    "1102 as text, on another status": Refusal(
        answer=reply(400, said("1102", "depleted")), code="out_of_credit", pauses=True
    ),
    "1103 no right to the model": _stopped(403, 1103, "key_not_allowed"),
    "1200 bad parameters": _refused(400, 1200, "refused"),
    "1201 bad value, which the message names": _refused(400, 1201, "refused", "mode is invalid"),
    "1201 names the image": _refused(400, 1201, "image_size", "Image pixel is invalid"),
    "1201 names the sound": _refused(400, 1201, "audio_too_long", "sound_file: audio is too long"),
    "1201 quotes a prompt about credit": _refused(
        400, 1201, "refused", "prompt: 'insufficient balance' is not allowed here"
    ),
    "1201 quotes a prompt about queues": _refused(400, 1201, "refused", "prompt: 'concurrency'"),
    "1201 on 429 is no rate limit": _refused(429, 1201, "refused"),
    "1202 no such method": Refusal(
        answer=reply(404, said(1202, "no")), code="wrong_address", permanent=True, pauses=True
    ),
    "1203 no such resource": Refusal(
        answer=reply(404, said(1203, "no")), code="wrong_address", permanent=True, pauses=True
    ),
    "1300 platform policy": _refused(400, 1300, "moderation"),
    "1301 content safety": _refused(400, 1301, "moderation", "risk control"),
    "1302 too fast": _later(429, 1302, "rate_limited"),
    "1303 package's concurrency": _later(429, 1303, "engine_busy"),
    "1303 as Kling shows it": Refusal(
        answer=reply(429, said(1303, "parallel task over resource pack limit")),
        code="engine_busy",
        detail=f"parallel task over resource pack limit (code 1303, request {REQUEST_ID})",
    ),
    "1304 address not allowed is no rate limit": _stopped(429, 1304, "address_not_allowed"),
    "an undocumented number is judged by its status": Refusal(
        answer=reply(429, said(1399, "hm")), code="rate_limited", detail="hm"
    ),
    "400 of a proxy": Refusal(answer=reply(400, HTML), code="refused", permanent=True),
    "403 of a firewall": Refusal(answer=reply(403, HTML), code="key_not_allowed", pauses=True),
    "404 of a proxy": Refusal(
        answer=reply(404, HTML), code="wrong_address", permanent=True, pauses=True
    ),
    "413 of a proxy": Refusal(answer=reply(413, HTML), code="input_too_large", permanent=True),
    "429 of a proxy": Refusal(
        answer=reply(429, b"", retry_after="9"), code="rate_limited", retry_after=9.0
    ),
}

# Kling judges the time in a token. A lasting key has none, so there it is the key that is at fault.
KEY_REFUSALS = {
    "1003 for a lasting key": _stopped(401, 1003, "wrong_key"),
    "1004 for a lasting key": _stopped(401, 1004, "wrong_key"),
}
_SECONDS_AHEAD = reply(401, said(1003, "no"), date="Wed, 10 Jun 2026 08:39:55 GMT")
_HOURS_BEHIND = reply(401, said(1004, "no"), date="Wed, 10 Jun 2026 10:40:00 GMT")
PAIR_REFUSALS = {
    "1003 with no clock to compare": Refusal(
        answer=reply(401, said(1003, "no")), code="token_refused"
    ),
    "1003 although the clocks agree": Refusal(
        answer=reply(401, said(1003, "no"), date=DATE), code="token_refused"
    ),
    "1004 although the clocks agree": Refusal(
        answer=reply(401, said(1004, "no"), date=DATE), code="token_refused"
    ),
    "1003 because our clock is ahead": Refusal(
        answer=_SECONDS_AHEAD, code="clock_wrong", pauses=True
    ),
    "1004 because our clock is behind": Refusal(
        answer=_HOURS_BEHIND, code="clock_wrong", pauses=True
    ),
}
