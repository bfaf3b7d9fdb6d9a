"""How a fault of the network becomes an `EngineError`: what to say, and what never to show."""

from jobs.engines.base import EngineError, Request, Sent
from jobs.engines.credentials import text_struck_out

NOT_SENT = "The engine could not be reached, so nothing was sent. The studio tries again by itself."
LOOK_LOST = "The engine's answer was lost. The studio looks again by itself."
ORDER_LOST = (
    "The engine's answer was lost, so the order may have been taken and charged. It is not sent "
    "again by itself: check at the engine, then settle the job."
)


#: What all senders share.
MAX_ANSWER_BYTES = 2_000_000
CONNECT_SECONDS = 10.0
HEADERS = {"user-agent": "understudy", "accept-encoding": "identity"}


class TooLarge(Exception):
    """An answer of more than MAX_ANSWER_BYTES."""


def extended(body: bytes, chunk: bytes) -> bytes:
    """The body with one more piece of it. Raises TooLarge."""
    if len(body) + len(chunk) > MAX_ANSWER_BYTES:
        raise TooLarge(f"more than {MAX_ANSWER_BYTES} bytes")
    return body + chunk


def of(request: Request, error: Exception, *, before_sending: bool, late: bool) -> EngineError:
    """What the fault `error` means for `request`; `before_sending`: no byte of it had left."""
    if before_sending:
        return not_sent(request, error)
    if isinstance(error, TooLarge):
        return answer_lost(request, error, "answer_too_large")
    return answer_lost(request, error, "no_answer" if late else "connection_lost")


def not_sent(request: Request, error: Exception) -> EngineError:
    """No connection came about: nothing can have been bought. Code `unreachable`."""
    detail = _detail(request, error)
    return EngineError(code="unreachable", message=NOT_SENT, detail=detail, sent=Sent.NO)


def answer_lost(request: Request, error: Exception, code: str) -> EngineError:
    """The request was on its way and no whole answer came back.

    Codes: no_answer (timeout), connection_lost, answer_too_large.
    """
    message = ORDER_LOST if request.method == "POST" else LOOK_LOST  # a cancel is a PUT
    return EngineError(code=code, message=message, detail=_detail(request, error), sent=Sent.MAYBE)


def _detail(request: Request, error: Exception) -> str:
    """The fault in its own words. It may quote a header, and the key must not travel with it."""
    secrets = [
        word
        for name, value in request.headers.items()
        if name.lower() == "authorization"
        for word in value.split()  # the scheme (Bearer, Key) is too short to be taken for one
    ]
    return text_struck_out(f"{type(error).__name__}: {error}", *secrets)
