"""The shape of an engine's entry in the contract suite: recorded answers and what each means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.engines.base import Engine, Phase, Response, Sent


def reply(status: int, body: object = b"", **headers: str) -> Response:
    """A recorded answer. Bytes and text are sent as they are, everything else as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, bytes):
        return Response(status=status, headers=named, body=body)
    if isinstance(body, str):
        return Response(
            status=status, headers={"content-type": "text/html"} | named, body=body.encode()
        )
    named = {"content-type": "application/json"} | named
    return Response(status=status, headers=named, body=json.dumps(body).encode())


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer to a submit that carries no handle, and what it proves."""

    answer: Response
    code: str
    sent: Sent = Sent.NO
    permanent: bool = False
    pauses: bool = False
    retry_after: float | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """An answer to a look that shows the task."""

    answer: Response
    phase: Phase
    urls: tuple[str, ...] = ()
    failure_code: str = ""
    failure_detail: str = ""
    progress: int | None = None


@dataclass(frozen=True, kw_only=True)
class LookError:
    """An answer to a look that does not show the task."""

    answer: Response
    code: str
    pauses: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One engine under test with its recorded answers, each under a name that says what it is."""

    engine: Engine
    key: str
    submit_url: str
    look_url_of_task_1: str
    own_url: str
    foreign_urls: tuple[str, ...]
    accepted: Mapping[str, tuple[Response, str]]
    refusals: Mapping[str, Refusal]
    looks: Mapping[str, Look]
    look_errors: Mapping[str, LookError]
    quotes_key: Response = field(default_factory=lambda: reply(401))
