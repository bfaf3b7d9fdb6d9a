"""How a fault of the network becomes an `EngineError`: what to say, and what never to show."""

from jobs.engines.base import EngineError, Request, Sent

_REMOVED = "[key removed]"

NOT_SENT = "The engine could not be reached, so nothing was sent. The studio tries again by itself."
LOOK_LOST = "The engine's answer was lost. The studio looks again by itself."
ORDER_LOST = (
    "The engine's answer was lost, so the order may have been taken and charged. It is not sent "
    "again by itself: check at the engine, then settle the job."
)


def not_sent(request: Request, error: Exception) -> EngineError:
    """No connection came about: nothing can have been bought. Code `unreachable`."""
    detail = _detail(request, error)
    return EngineError(code="unreachable", message=NOT_SENT, detail=detail, sent=Sent.NO)


def answer_lost(request: Request, error: Exception, code: str) -> EngineError:
    """The request was on its way and no whole answer came back.

    Codes: no_answer (timeout), connection_lost, answer_too_large.
    """
    message = LOOK_LOST if request.method == "GET" else ORDER_LOST
    return EngineError(code=code, message=message, detail=_detail(request, error), sent=Sent.MAYBE)


def _detail(request: Request, error: Exception) -> str:
    """The fault in its own words. It may quote a header, and the key must not travel with it."""
    text = f"{type(error).__name__}: {error}"
    for name, value in request.headers.items():
        if name.lower() == "authorization":
            for secret in value.split():
                text = text.replace(secret, _REMOVED) if secret.lower() != "bearer" else text
    return text
