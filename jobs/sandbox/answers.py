"""What the gateway says: the documented answers, and those of other gateways of the family.

Shapes: ``seed`` (the engine's own document), ``W`` (wrapped TaskDto), ``G`` (wrapped, live fetch),
``O`` (OpenAI-like), ``D`` (the family's documentation page), ``K`` (Kling's own envelope).
"""

import json
import secrets
from collections.abc import Callable, Mapping

from aiohttp import web

from jobs.sandbox.tasks import COMPLETED, FAILED, PROCESSING, QUEUED, Task

Body = dict[str, object]

WORDS: dict[str, dict[str, str]] = {
    "seed": {},
    "W": {
        QUEUED: "QUEUED",
        PROCESSING: "IN_PROGRESS",
        COMPLETED: "SUCCESS",
        FAILED: "FAILURE",
    },
    "G": {COMPLETED: "succeeded"},
    "O": {PROCESSING: "in_progress"},
    "D": {QUEUED: "processing", COMPLETED: "succeeded"},
    "K": {QUEUED: "submitted", COMPLETED: "succeed"},
}


class Sight:
    """A task as one reader sees it: its state's word, its progress, its result's address."""

    def __init__(self, task: Task, progress: int, url: str, word: str) -> None:
        self.task = task
        self.progress = progress
        self.url = url if task.state == COMPLETED else ""
        self.word = word

    @property
    def error(self) -> Body | None:
        """Code and message of a failed task."""
        if self.task.state != FAILED:
            return None
        return {"code": self.task.fail_code, "message": self.task.fail_message}


def _seed(sight: Sight) -> Body:
    body: Body = {
        "id": sight.task.id,
        "task_id": sight.task.id,
        "object": "video.generation.job",
        "status": sight.word,
        "progress": sight.progress,
    }
    if sight.url:
        body |= {"video_url": sight.url, "result": {"outputs": [sight.url]}}
    if sight.error:
        body["error"] = sight.error
    return body


def _wrapped(sight: Sight) -> Body:
    task = sight.task
    data: Body = {
        "id": task.number,  # the gateway's row number, not the task's id
        "created_at": int(task.created_at),
        "task_id": task.id,
        "platform": "50",
        "action": "generate",
        "status": sight.word,
        "fail_reason": task.fail_message,
        "finish_time": int(task.finished_at or 0),
        "progress": "100%" if task.state == FAILED else f"{sight.progress}%",
        # As upstream does it: where there is no result the field repeats the failure's sentence.
        "result_url": sight.url or task.fail_message,
    }
    return {"code": "success", "message": "", "data": data}


def _live(sight: Sight) -> Body:
    data: Body = {
        "task_id": sight.task.id,
        "status": sight.word,
        "url": sight.url,
        "format": "mp4",
        "metadata": None,
        "error": sight.error,
    }
    return {"code": "success", "message": "", "data": data}


def _openai(sight: Sight) -> Body:
    task = sight.task
    body: Body = {
        "id": task.id,
        "task_id": task.id,
        "object": "video",
        "model": task.model,
        "status": sight.word,
        "progress": sight.progress,
        "created_at": int(task.created_at),
        "seconds": task.audio_seconds,
    }
    if sight.url:
        body["metadata"] = {"url": sight.url}
    if sight.error:
        body["error"] = sight.error
    return body


def _documented(sight: Sight) -> Body:
    body: Body = {"task_id": sight.task.id, "status": sight.word, "format": "mp4"}
    if sight.url:
        body |= {"url": sight.url, "metadata": {"duration": float(sight.task.audio_seconds)}}
    return body | ({"error": sight.error} if sight.error else {})


def _kling(sight: Sight) -> Body:
    task = sight.task
    videos = [{"id": "1", "url": sight.url, "duration": task.audio_seconds}] if sight.url else []
    data: Body = {
        "task_id": task.id,
        "task_status": sight.word,
        "task_status_msg": task.fail_message,
        "task_result": {"videos": videos},
        "created_at": int(task.created_at * 1000),
    }
    return {"code": 0, "message": "SUCCEED", "request_id": secrets.token_hex(8), "data": data}


_SHAPES: dict[str, Callable[[Sight], Body]] = {
    "seed": _seed,
    "W": _wrapped,
    "G": _live,
    "O": _openai,
    "D": _documented,
    "K": _kling,
}
SHAPES = tuple(_SHAPES)


def read_answer(
    task: Task, progress: int, url: str, *, shape: str, words: Mapping[str, str]
) -> web.Response:
    """The answer to a read. ``words`` replaces status words; ``url`` counts only when completed."""
    word = words.get(task.state) or WORDS[shape].get(task.state, task.state)
    return web.json_response(_SHAPES[shape](Sight(task, progress, url, word)))


def submit_answer(task: Task, *, shape: str, words: Mapping[str, str]) -> web.Response:
    """The answer to an accepted order."""
    word = words.get(QUEUED) or WORDS[shape].get(QUEUED, QUEUED)
    seed: Body = {
        "id": task.id,
        "task_id": task.id,
        "object": "video.generation.job",
        "status": word,
    }
    if shape == "seed":
        return web.json_response(seed)
    if shape == "D":
        return web.json_response({"task_id": task.id, "status": word})
    return web.json_response(_SHAPES[shape](Sight(task, 0, "", word)))


def task_error(status: int, code: str, message: str) -> web.Response:
    """The task layer's envelope: ``{"code", "message", "data": null}``."""
    return web.json_response({"code": code, "message": message, "data": None}, status=status)


def gateway_error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """The envelope of key, quota and rate checks: ``{"error": {"message", "type", "code"}}``."""
    said = f"{message} (request id: {secrets.token_hex(10)})"
    error = {"message": said, "type": "new_api_error", "code": code}
    text = json.dumps({"error": error})
    return web.Response(
        status=status, text=text, content_type="application/json", headers=dict(headers or {})
    )


def html_error(status: int) -> web.Response:
    """What a reverse proxy in front of a gateway says."""
    title = {502: "502 Bad Gateway", 504: "504 Gateway Time-out"}.get(status, str(status))
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return web.Response(status=status, text=page, content_type="text/html")
