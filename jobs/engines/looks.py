"""Whole looks: the look itself and, where an engine needs it, the follow-up right behind it."""

from collections.abc import Sequence

from jobs.engines import http
from jobs.engines.base import Engine, EngineError, Request, Response, Sighting


def look(engine: Engine, handle: str) -> Sighting:
    """One whole look at one task. Raises EngineError like `read_look` and `http.send`."""
    sighting = engine.read_look(http.send(engine.look_request(handle)))
    if sighting.follow_up is None:
        return sighting
    return sighting.follow_up.read(http.send(sighting.follow_up.request(handle)))


def look_many(
    engine: Engine, handles: Sequence[str], concurrency: int
) -> list[Sighting | EngineError]:
    """Whole looks at many tasks of one engine, their results in the same order; never raises."""
    requests = [engine.look_request(handle) for handle in handles]
    seen = [_read(engine, answer) for answer in http.send_many(requests, concurrency)]
    open_ends: list[int] = []
    follow_ups: list[Request] = []
    for place, sighting in enumerate(seen):
        if isinstance(sighting, Sighting) and sighting.follow_up is not None:
            open_ends.append(place)
            follow_ups.append(sighting.follow_up.request(handles[place]))
    for place, answer in zip(open_ends, http.send_many(follow_ups, concurrency), strict=True):
        seen[place] = followed(seen[place], answer)
    return seen


def followed(
    first: Sighting | EngineError, answer: Response | EngineError
) -> Sighting | EngineError:
    """What a look shows once its follow-up is answered."""
    if isinstance(answer, EngineError) or isinstance(first, EngineError):
        return answer if isinstance(answer, EngineError) else first
    try:
        return first.follow_up.read(answer) if first.follow_up else first
    except EngineError as error:
        return error


def _read(engine: Engine, answer: Response | EngineError) -> Sighting | EngineError:
    if isinstance(answer, EngineError):
        return answer
    try:
        return engine.read_look(answer)
    except EngineError as error:
        return error
