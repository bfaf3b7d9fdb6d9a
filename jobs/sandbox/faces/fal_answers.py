"""What fal says: its queue's answers, and its two forms of errors."""

from collections.abc import Mapping

from aiohttp import web

from jobs.sandbox.answers import html_error
from jobs.sandbox.faces.desk import retry_after
from jobs.sandbox.faults import Fault
from jobs.sandbox.tasks import CANCELLED, COMPLETED, PROCESSING, QUEUED, Task

Body = dict[str, object]
WORDS = {QUEUED: "IN_QUEUE", PROCESSING: "IN_PROGRESS"}  # all else is COMPLETED
# A status that is not 422, and fal's name of it where a failure has another one here.
_FAILURES = {
    "downstream_service_error": (400, "downstream_service_error"),
    "generation_timeout": (504, "generation_timeout"),
    "internal_error": (500, "internal_server_error"),
    "": (500, "internal_server_error"),
    "invalid_parameter": (422, "value_error"),
    "concurrent_requests_limit": (429, "concurrent_requests_limit"),
    "1101": (403, "user_locked"),
}
_TROUBLES = {
    "wrong_key": (401, "Invalid API key", ""),
    "no_credit": (403, "User is locked. Reason: Exhausted balance.", ""),
    "concurrency": (429, "Too many concurrent requests", "concurrent_requests_limit"),
    "rate_limit": (429, "Rate limit exceeded", "rate_limited"),
    "server_error": (500, "Internal server error", "internal_error"),
}


def flat_error(status: int, detail: str, kind: str = "", **headers: str) -> web.Response:
    """An error of the platform: a sentence, and its kind in the body and a header."""
    body: Body = {"detail": detail}
    if kind:
        body["error_type"] = headers["X-Fal-Error-Type"] = kind
    return web.json_response(body, status=status, headers=headers)


def model_errors(status: int, errors: list[Body], **headers: str) -> web.Response:
    """Errors of the model: a list of where, what and of which type."""
    headers["X-Fal-Retryable"] = "true" if status >= 500 else "false"
    return web.json_response({"detail": errors}, status=status, headers=headers)


def error(kind: str, message: str, *where: str) -> Body:
    """One of them."""
    return {"loc": ["body", *where], "msg": message, "type": kind, "url": "", "input": {}}


def trouble(fault: Fault) -> web.Response:
    """What a fault makes fal, or the proxy in front of it, say."""
    if fault.name == "html":
        return html_error(int(fault.number("status")))
    status, detail, kind = _TROUBLES[fault.name]
    headers = retry_after(fault) if fault.name == "rate_limit" else {}
    return flat_error(status, detail, kind, **headers)


def addresses(task: Task, base: str) -> Body:
    """Where the task is looked at, fetched and stopped."""
    here = f"{base}/fal-ai/kling-video/requests/{task.id}"
    return {
        "request_id": task.id,
        "response_url": here,
        "status_url": f"{here}/status",
        "cancel_url": f"{here}/cancel",
    }


def status_answer(
    task: Task, base: str, *, position: int, words: Mapping[str, str]
) -> web.Response:
    """Where the task stands: 202 until it is COMPLETED, which says nothing about success."""
    word = words.get(task.state) or WORDS.get(task.state, "COMPLETED")
    body: Body = {"status": word, **addresses(task, base), "logs": None}
    if task.state == QUEUED:
        body["queue_position"] = position
    elif not task.is_open:
        spent = (task.finished_at or task.created_at) - task.created_at
        body["metrics"] = {"inference_time": round(spent, 3)}
        if task.state != COMPLETED:
            body |= {"error": task.fail_message, "error_type": failure_of(task)[1]}
    return web.json_response(body, status=202 if task.is_open else 200)


def failure_of(task: Task) -> tuple[int, str]:
    """Status and type of a task that failed."""
    if task.fail_code == CANCELLED:
        return 499, CANCELLED
    return _FAILURES.get(task.fail_code, (422, task.fail_code))


def failed_result(task: Task) -> web.Response:
    """What is said in place of a result. No failure is billed here, and that is said too."""
    status, kind = failure_of(task)
    units = {"X-Fal-Billable-Units": "0"}
    if kind == CANCELLED:
        return flat_error(status, task.fail_message, kind, **units)
    return model_errors(status, [error(kind, task.fail_message)], **units)


def output(task: Task, url: str, size_bytes: int) -> Body:
    """What a finished task has made."""
    video = {
        "url": url,
        "content_type": "video/mp4",
        "file_name": url.rsplit("/", 1)[-1],
        "file_size": size_bytes,
    }
    return {"video": video, "duration": float(task.audio_seconds)}
