"""Whole looks: the look itself and, where an engine needs it, the follow-up right behind it."""

from collections.abc import Callable, Sequence

from jobs.engines import bulk, http
from jobs.engines.base import Engine, EngineError, Request, Response, Sent, Sighting

_ODD_HANDLE = "The job's id cannot be one of this engine's, so the engine cannot be asked about it."


def look(engine: Engine, handle: str) -> Sighting:
    """One whole look at one task. Raises EngineError like `read_look` and `http.send`."""
    request = _request(engine, handle)
    if isinstance(request, EngineError):
        raise request
    sighting = engine.read_look(http.send(request))
    if sighting.follow_up is None:
        return sighting
    return sighting.follow_up.read(http.send(sighting.follow_up.request(handle)))


def look_many(
    engine: Engine, handles: Sequence[str], concurrency: int
) -> list[Sighting | EngineError]:
    """Whole looks at many tasks of one engine, their results in the same order; never raises."""
    requests = [_request(engine, handle) for handle in handles]
    seen = [_read(engine.read_look, answer) for answer in _answers(requests, concurrency)]
    open_ends = {
        place: sighting.follow_up
        for place, sighting in enumerate(seen)
        if isinstance(sighting, Sighting) and sighting.follow_up
    }
    follow_ups = [each.request(handles[place]) for place, each in open_ends.items()]
    answers = bulk.send_many(follow_ups, concurrency)
    for (place, follow_up), answer in zip(open_ends.items(), answers, strict=True):
        seen[place] = _read(follow_up.read, answer)
    return seen


def _request(engine: Engine, handle: str) -> Request | EngineError:
    """One odd row must not keep all the others from being looked at."""
    try:
        return engine.look_request(handle)
    except ValueError as error:
        return EngineError(
            code="odd_handle", message=_ODD_HANDLE, detail=str(error), sent=Sent.MAYBE
        )


def _answers(
    requests: Sequence[Request | EngineError], concurrency: int
) -> list[Response | EngineError]:
    """The answers in the order of the requests; an error in place of a request stays."""
    sent = [request for request in requests if isinstance(request, Request)]
    arrived = iter(bulk.send_many(sent, concurrency))
    return [each if isinstance(each, EngineError) else next(arrived) for each in requests]


def _read(
    reader: Callable[[Response], Sighting], answer: Response | EngineError
) -> Sighting | EngineError:
    if isinstance(answer, EngineError):
        return answer
    try:
        return reader(answer)
    except EngineError as error:
        return error
