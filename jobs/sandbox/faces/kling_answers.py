"""What Kling says: its envelope, its task object, its error codes."""

import secrets
from collections.abc import Mapping
from decimal import Decimal

from aiohttp import web

from jobs.sandbox.answers import html_error
from jobs.sandbox.faces.desk import retry_after
from jobs.sandbox.faults import Fault
from jobs.sandbox.tasks import COMPLETED, FAILED, PROCESSING, QUEUED, Task

Body = dict[str, object]
WORDS = {QUEUED: "submitted", PROCESSING: "processing", COMPLETED: "succeed", FAILED: "failed"}
# One unit is what a fourteenth of two dollars buys.
_DOLLARS_PER_UNIT = Decimal("0.14")
_STATUSES = {
    1000: 401, 1001: 401, 1002: 401, 1003: 401, 1004: 401, 1101: 429, 1201: 400, 1203: 404,
    1302: 429, 1303: 429, 5000: 500,
}  # fmt: skip
# Code and message by the fault that stops a request.
_TROUBLES = {
    "wrong_key": (1002, "Authorization is invalid"),
    "no_credit": (1101, "Account in arrears"),
    "concurrency": (1303, "parallel task over resource pack limit"),
    "rate_limit": (1302, "The request is too fast"),
    "server_error": (5000, "Internal server error"),
}


def answer(data: object, message: str = "SUCCEED") -> web.Response:
    """The envelope of what went well."""
    body = {"code": 0, "message": message, "request_id": _request_id(), "data": data}
    return web.json_response(body)


def refusal(code: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The envelope of an error, with the status that belongs to its code."""
    body = {"code": code, "message": message, "request_id": _request_id()}
    return web.json_response(body, status=_STATUSES[code], headers=headers)


def trouble(fault: Fault) -> web.Response:
    """What a fault makes Kling, or the proxy in front of it, say."""
    if fault.name == "html":
        return html_error(int(fault.number("status")))
    code, message = _TROUBLES[fault.name]
    return refusal(code, message, retry_after(fault) if fault.name == "rate_limit" else None)


def short_task(task: Task, words: Mapping[str, str]) -> Body:
    """The task as the answer to its order shows it."""
    return {
        "task_id": task.id,
        "task_info": {"external_task_id": task.external_id},
        "task_status": words.get(task.state) or WORDS[task.state],
        "created_at": int(task.created_at * 1000),
        "updated_at": int(task.changed_at * 1000),
    }


def whole_task(task: Task, url: str, words: Mapping[str, str]) -> Body:
    """The task as a reader or a callback gets it; ``url`` counts only when it has succeeded."""
    videos = []
    if task.state == COMPLETED and url:
        # All numbers but the times are texts.
        videos = [{"id": f"{task.id}1", "url": url, "duration": task.audio_seconds}]
    units = Decimal(0) if task.refunded else Decimal(task.amount) / _DOLLARS_PER_UNIT
    return short_task(task, words) | {
        "task_status_msg": task.fail_message,
        "task_result": {"videos": videos} if videos else {},
        "final_unit_deduction": f"{units:.4f}" if task.finished_at else "0",
    }


def _request_id() -> str:
    return secrets.token_hex(16)
