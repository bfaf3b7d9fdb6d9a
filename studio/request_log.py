"""One log line per request, and an id that everything done for the request carries."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
#: An id from a proxy is taken over if it looks like one; anything else could forge log lines.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=+-]{7,99}")
#: Asked every few seconds by machines, or by every page: said only where something is wrong.
_QUIET = ("/health/", "/metrics", "/static/")


class RequestLog:
    """Middleware, the outermost: binds `request_id` and says what became of the request.

    The person and the organisation are bound by `studio.organisations.access`, where they are
    known; a page that asks for neither costs no query here. The answer carries the id, so that a
    person who complains can name it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request inside a context of its own."""
        clear_contextvars()  # a thread of the server is used again and again
        request_id = request_id_of(request)
        bind_contextvars(request_id=request_id)
        begin = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = request_id
            _say(request, response, (time.perf_counter() - begin) * 1000)
            return response
        finally:
            clear_contextvars()


def request_id_of(request: HttpRequest) -> str:
    """The id that the proxy gave the request, if it is a sane one; else a new one."""
    given = request.headers.get(HEADER, "")
    return given if _SANE.fullmatch(given) else uuid.uuid4().hex


def _say(request: HttpRequest, response: HttpResponse, milliseconds: float) -> None:
    person = getattr(request, "_cached_user", None)  # only if somebody has asked for it
    if person is not None and person.pk:
        bind_contextvars(user_id=str(person.pk))
    is_quiet = request.path.startswith(_QUIET) and response.status_code < 400
    log.log(
        logging.DEBUG if is_quiet else logging.INFO,
        "request",
        extra={
            "method": request.method,
            "path": request.path,  # without the query: a search is a person's own matter
            "status": response.status_code,
            "ms": round(milliseconds, 1),
        },
    )
