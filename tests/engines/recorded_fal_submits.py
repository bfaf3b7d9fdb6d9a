"""fal's answers to a submit (engines.md 3)."""

from jobs.engines.base import Sent
from tests.engines.recorded import Refusal, reply
from tests.engines.recorded_envelopes import HTML, flat, nested

QUEUE = "https://queue.fal.run"
TASK_1 = f"{QUEUE}/fal-ai/kling-video/requests/task_1"
_ODD = {
    "response_url": f"{QUEUE}/a/requests/1/response",
    "status_url": f"{QUEUE}/a/requests/1/status",
    "cancel_url": f"{QUEUE}/a/requests/1/cancel",
}
_LONG = f"{QUEUE}/{'a' * 560}/requests/1"


def queued(task: str, **more: object) -> dict[str, object]:
    """The documented answer."""
    return {
        "status": "IN_QUEUE",
        "request_id": task.rpartition("/")[2],
        "response_url": task,
        "status_url": f"{task}/status",
        "cancel_url": f"{task}/cancel",
        "queue_position": 3,
        **more,
    }


ACCEPTED = {
    "documented": (reply(200, queued(TASK_1)), TASK_1),
    "another app's path": (
        reply(200, queued(f"{QUEUE}/fal-ai/kling/requests/b")),
        f"{QUEUE}/fal-ai/kling/requests/b",
    ),
    "only a request id, as beside a webhook": (
        reply(200, {"request_id": "task_1", "gateway_request_id": "other"}),
        TASK_1,
    ),
    "only the result's address": (reply(200, {"response_url": TASK_1}), TASK_1),
    "addresses of another pattern": (
        reply(200, {"request_id": "1"} | _ODD),
        " ".join(_ODD.values()),
    ),
    "one address of another pattern": (
        reply(200, queued(TASK_1, cancel_url=f"{TASK_1}/stop")),
        f"{TASK_1} {TASK_1}/status {TASK_1}/stop",
    ),
    "addresses that are null": (
        reply(200, {"request_id": "task_1", "response_url": None, "status_url": None}),
        TASK_1,
    ),
    "the port written out": (
        reply(200, queued("https://queue.fal.run:443/a/requests/1")),
        "https://queue.fal.run:443/a/requests/1",
    ),
    "202": (reply(202, queued(TASK_1)), TASK_1),
    "accepted with a status word of failure": (reply(200, queued(TASK_1, status="FAILED")), TASK_1),
    "longest handle": (reply(200, {"response_url": _LONG}), _LONG),
}

_MAYBE = {
    "2xx without an id": (200, {"status": "IN_QUEUE"}, "answer_without_handle"),
    "2xx with an id that is a number": (200, {"request_id": 7}, "answer_without_handle"),
    "2xx with an id that is a path": (200, {"request_id": "../x"}, "answer_without_handle"),
    "2xx with addresses that are too long": (
        200,
        queued(f"{QUEUE}/{'a' * 600}/requests/1"),
        "answer_without_handle",
    ),
    "2xx that is not JSON": (200, b'{"request_id": "ta', "answer_without_handle"),
    "2xx that is empty": (200, b"", "answer_without_handle"),
    "2xx that is HTML": (200, HTML, "answer_without_handle"),
    "2xx with a list": (200, [queued(TASK_1)], "answer_without_handle"),
    "an address at another host": (
        200,
        queued("https://evil.example/fal-ai/kling-video/requests/task_1"),
        "foreign_address",
    ),
    "one address at another host": (
        200,
        queued(TASK_1, cancel_url="https://queue.fal.run.evil.example/x"),
        "foreign_address",
    ),
    "an address without TLS": (
        200,
        queued(TASK_1, status_url=f"http{TASK_1[5:]}"),
        "foreign_address",
    ),
    "an address with a login": (
        200,
        queued(TASK_1, status_url="https://a@queue.fal.run/s"),
        "foreign_address",
    ),
    "an address that is a path": (200, queued(TASK_1, status_url="/status"), "foreign_address"),
    "an address with a blank": (
        200,
        queued(TASK_1, status_url="https://queue.fal.run/a b"),
        "foreign_address",
    ),
    "a redirect": (307, b"", "redirected"),
    "408": (408, {"detail": "x"}, "engine_down"),
    "409": (409, {"detail": "x"}, "engine_down"),
    "499": (499, {"detail": "x", "error_type": "client_disconnected"}, "engine_down"),
    "500": (500, {"detail": "x", "error_type": "internal_error"}, "engine_down"),
    "500 in the words of another gateway": (500, flat("invalid_request"), "engine_down"),
    "503 in the words of another gateway": (503, nested("model_not_found"), "engine_down"),
    "503": (503, {"detail": "x", "error_type": "runner_scheduling_failure"}, "engine_down"),
    "502 from a proxy": (502, HTML, "engine_down"),
    "504": (504, {"detail": "x", "error_type": "request_timeout"}, "engine_down"),
}


def refused(kind: str, message: str = "boom", field: str = "image_url") -> dict[str, object]:
    """A model's own refusal."""
    return {"detail": [{"loc": ["body", field], "msg": message, "type": kind, "input": {}}]}


REFUSALS = {
    name: Refusal(answer=reply(status, body), code=code, sent=Sent.MAYBE)
    for name, (status, body, code) in _MAYBE.items()
} | {
    "400": Refusal(
        answer=reply(400, {"detail": "x", "error_type": "bad_request"}),
        code="refused",
        permanent=True,
        detail="x",
    ),
    "401": Refusal(
        answer=reply(401, {"detail": "Cannot access application"}),
        code="wrong_key",
        pauses=True,
        detail="Cannot access application",
    ),
    "402": Refusal(answer=reply(402, {}), code="out_of_credit", pauses=True),
    "403": Refusal(answer=reply(403, {"detail": "no"}), code="key_not_allowed", pauses=True),
    "403 out of credit": Refusal(
        answer=reply(403, {"detail": "User is locked. Reason: Exhausted balance. Top up."}),
        code="out_of_credit",
        pauses=True,
    ),
    "404": Refusal(
        answer=reply(404, {"detail": "Application not found"}),
        code="wrong_address",
        permanent=True,
        pauses=True,
    ),
    "413": Refusal(answer=reply(413, HTML), code="input_too_large", permanent=True),
    "422 a field is missing": Refusal(
        answer=reply(422, refused("missing", "Field required")),
        code="refused",
        permanent=True,
        detail="Field required",
    ),
    "422 moderation": Refusal(
        answer=reply(422, refused("content_policy_violation")), code="moderation", permanent=True
    ),
    "422 that may pass later": Refusal(
        answer=reply(422, refused("file_download_error"), x_fal_retryable="true"),
        code="unfetchable_input",
    ),
    "422 that may pass later, by the header's newer name": Refusal(
        answer=reply(422, refused("file_download_error"), x_fal_needs_retry="1"),
        code="unfetchable_input",
    ),
    "422 that will not pass later": Refusal(
        answer=reply(422, refused("file_download_error"), x_fal_retryable="false"),
        code="unfetchable_input",
        permanent=True,
    ),
    "429": Refusal(
        answer=reply(429, {"detail": "slow down"}, retry_after="5"),
        code="rate_limited",
        retry_after=5.0,
    ),
    "429 too many at once": Refusal(
        answer=reply(429, {"detail": "x", "error_type": "concurrent_requests_limit"}),
        code="engine_busy",
    ),
}
