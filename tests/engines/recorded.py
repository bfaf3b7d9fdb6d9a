"""The shape of an engine's entry in the contract suite: recorded answers and what each means."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jobs.engines.base import CancelAnswer, Engine, Inline, Phase, Response, Sent


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
    """An answer to a look that shows the task.

    `then` is the answer to the follow-up that `answer` asks for, in engines that keep status and
    result apart; what the look shows is read from it.
    """

    answer: Response
    phase: Phase
    then: Response | None = None
    may_be_billed: bool = False
    urls: tuple[str, ...] = ()
    failure_code: str = ""
    failure_detail: str = ""
    progress: int | None = None


@dataclass(frozen=True, kw_only=True)
class LookError:
    """An answer to a look that does not show the task; with `after`, one to its follow-up."""

    answer: Response
    code: str
    after: Response | None = None
    pauses: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """A callback as it arrives. `event_id` and `handle` are what it proves; empty in a forgery."""

    headers: Mapping[str, str]
    body: bytes
    keys: bytes = b""
    event_id: str = ""
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One engine under test with its recorded answers, each under a name that says what it is.

    handle_1: the handle of one task, as the engine gives it and the job keeps it
    look_url: the address of a look at `handle_1`
    typed: what a person may copy from the engine's own list, and the handle it means
    secrets: what must never be shown; the first one is also `key`
    authorises: says whether a value of the authorization header carries the account's key
    cancel_call, look_up_url: method and address for `handle_1`, and for the reference "8d7f"
    inline: the fields of an order that hold the two files
    The tables of an ability that the engine does not have stay empty.
    """

    engine: Engine
    key: str
    submit_url: str
    look_url: str
    own_url: str
    foreign_urls: tuple[str, ...]
    accepted: Mapping[str, tuple[Response, str]]
    refusals: Mapping[str, Refusal]
    looks: Mapping[str, Look]
    look_errors: Mapping[str, LookError]
    typed: Mapping[str, str]
    handle_1: str = "task_1"
    secrets: tuple[str, ...] = ()
    authorises: Callable[[str], bool] | None = None
    quotes_key: Response = field(default_factory=lambda: reply(401))
    cancel_call: tuple[str, str] = ("", "")
    cancels: Mapping[str, tuple[Response, CancelAnswer]] = field(default_factory=dict)
    cancel_errors: Mapping[str, LookError] = field(default_factory=dict)
    look_up_url: str = ""
    look_ups: Mapping[str, tuple[Response, str | None]] = field(default_factory=dict)
    look_up_errors: Mapping[str, LookError] = field(default_factory=dict)
    inline: Callable[[Inline], Mapping[str, object]] | None = None
    callbacks: Mapping[str, Call] = field(default_factory=dict)
    forgeries: Mapping[str, Call] = field(default_factory=dict)

    def carries_key(self, authorization: str) -> bool:
        """True when the header's value proves this account to the engine."""
        return self.authorises(authorization) if self.authorises else self.key in authorization

    def shows_a_secret(self, text: str) -> bool:
        """True when the text holds the key, with or without its prefix, or another secret."""
        return any(secret in text for secret in (self.key.removeprefix("sk-"), *self.secrets))
