"""What the log says of calls to engines: how long they took and what came back, never a key.

Paid calls and cancels are said one by one. Looks come by the thousand, so a batch of them is one
line, and only for somebody who asked for that much (LOG_LEVEL=DEBUG).
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from urllib.parse import urlsplit

from jobs.engines.base import EngineError, Request, Response

log = logging.getLogger(__name__)

type Send = Callable[[Request], Response]
type Answer = Response | EngineError
type SendMany = Callable[[Sequence[Request], int], list[Answer]]


def logged(send: Send) -> Send:
    """`send`, with a line for each call; what it returns and raises stays as it is."""

    @wraps(send)
    def wrapped(request: Request) -> Response:
        begin = time.perf_counter()
        answer: Answer | None = None
        try:
            answer = send(request)
        except EngineError as error:
            answer = error
            raise
        finally:
            _say(request, answer, time.perf_counter() - begin)
        return answer

    return wrapped


def logged_many(send_many: SendMany) -> SendMany:
    """`send_many`, with one line for all of its calls."""

    @wraps(send_many)
    def wrapped(requests: Sequence[Request], concurrency: int) -> list[Answer]:
        if not requests or not log.isEnabledFor(logging.DEBUG):
            return send_many(requests, concurrency)
        begin = time.perf_counter()
        answers = send_many(requests, concurrency)
        facts = {
            "calls": len(requests),
            "hosts": sorted({urlsplit(request.url).netloc for request in requests}),
            "outcomes": dict(Counter(str(_outcome(answer)) for answer in answers)),
            "ms": _milliseconds(time.perf_counter() - begin),
        }
        log.debug("engine calls", extra=facts)
        return answers

    return wrapped


def _say(request: Request, answer: Answer | None, seconds: float) -> None:
    # A look is free and safe to repeat; everything else moves money or work.
    level = logging.DEBUG if request.method == "GET" else logging.INFO
    if not log.isEnabledFor(level):
        return
    parts = urlsplit(request.url)
    facts = {
        "method": request.method,
        "host": parts.hostname,
        "path": parts.path,
        "status": _outcome(answer),
        "ms": _milliseconds(seconds),
    }
    log.log(level, "engine call", extra=facts)


def _outcome(answer: Answer | None) -> int | str:
    """The status, or the code of what stood in the way."""
    if isinstance(answer, Response):
        return answer.status
    return answer.code if isinstance(answer, EngineError) else "broken_off"


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
