"""What an engine is to the rest of the studio. Read this file first to add one.

An engine is *sans I/O*: it builds a `Request` and reads a `Response`, and never opens a connection
itself. `jobs.engines.http` does the sending, so every engine shares one set of timeouts, one
reading of network faults and one address guard. Adding an engine: write one module with a class
that satisfies `Engine`, then add one entry to `tests/engines/contract_entries.py`.

The rule behind all of it: **a paid call is made at most once.** Whoever reads an `EngineError`
after a submit looks at `sent` first. Only `Sent.NO` allows another attempt by a machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from assets.limits import InputLimits
from jobs.engines.plain import read_json

# How long a paid call may take. Gateways call the vendor before they answer, and an answer given
# up on is an unknown job; so this is generous, and the same for every engine.
SUBMIT_TIMEOUT_SECONDS = 120.0


class Sent(StrEnum):
    """Did the request take effect at the engine? For a submit: may it have been bought?"""

    NO = "no"  # proven: nothing was bought, a machine may try again
    YES = "yes"  # proven: the engine answered to the point (also used for answers to looks)
    MAYBE = "maybe"  # nobody knows: only a person, or the engine answering after all, may settle it


class Phase(StrEnum):
    """Where a task stands at the engine, whatever word the engine uses for it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_terminal(self) -> bool:
        """True when the engine will not change its mind any more."""
        return self not in (Phase.QUEUED, Phase.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, ready to send.

    The headers carry the key and the body may carry whole files, so both stay out of the repr.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One complete HTTP answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> object | None:
        """The body as JSON, or None when it is not JSON (or is the JSON word null)."""
        return read_json(self.body)

    @property
    def is_html(self) -> bool:
        """True for a web page, which is a proxy or a wrong address talking, not the engine."""
        declared = self.headers.get("content-type", "").lower()
        return declared.startswith("text/html") or self.body.lstrip()[:1] == b"<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """The two input files themselves."""

    image: bytes = field(repr=False)
    audio: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is bought: the immutable inputs of one avatar job.

    `reference` is our job id, for engines that accept a caller's id. `audio_seconds` is the length
    decoded from the exact file behind `audio_url`: the gateway bills by it. `inline` holds both
    files where the engine takes them inside the order and could not fetch them (else None).
    `callback_url` is where the engine may tell that something changed, or empty.
    `timeout_seconds`: how long the call may take; an answer given up on is an unknown job.
    """

    reference: str
    model: str
    image_url: str
    audio_url: str
    audio_seconds: Decimal
    prompt: str
    inline: Inline | None = None
    callback_url: str = ""
    timeout_seconds: float = SUBMIT_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The engine took the order. `handle` is its opaque id, at most `HANDLE_MAX_CHARACTERS`."""

    handle: str
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one look at a task showed.

    `SUCCEEDED` with no `result_urls` is terminal too: the engine says it is done and offers no
    file. Looking again has not helped anyone; the caller marks the job lost and lets a person
    settle it. `result_urls` are in the order in which they are worth trying.

    `failure_code` is one of the ids in `jobs.engines.reasons`, `failure_detail` the engine's own
    words. `progress` is 0 to 100. `word` is the raw status word, kept because an unknown one
    counts as running.

    `may_be_billed` belongs to a failure: the engine bills it or may bill it, so the money held for
    the job must not be released by a machine. `follow_up` is a second free request without which
    this look is not whole (see `jobs.engines.looks`); the phase beside it is never terminal, so
    whoever leaves it out only looks again.
    """

    phase: Phase
    result_urls: tuple[str, ...] = ()
    failure_code: str = ""
    failure_detail: str = ""
    progress: int | None = None
    word: str = ""
    may_be_billed: bool = False
    follow_up: "FollowUp | None" = field(default=None, repr=False)
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A second free GET that one look needs, for engines that keep status and result apart.

    `request` makes it from the task's handle; `read` turns its answer into the sighting that
    counts, or raises the EngineError that `read_look` would. It never asks for another one: a
    whole look is at most two requests.
    """

    request: Callable[[str], Request]
    read: Callable[[Response], Sighting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A verified message of the engine that one of its tasks has changed.

    It only says where to look: the task is read again before anything is believed. `event_id` is
    the same for every repetition of one message. `handle` is the engine's id of the task, which
    settles a submit whose answer was lost. `reference` is our own id of it, where it is told.
    """

    event_id: str
    handle: str
    reference: str = ""


class NotFromTheEngine(Exception):
    """A callback whose signature, age or form does not prove where it comes from."""


class CancelAnswer(StrEnum):
    """What the engine said to a cancel. The task is followed on: it may finish, and bill, still."""

    ACCEPTED = "accepted"
    TOO_LATE = "too_late"  # finished already
    UNKNOWN_TASK = "unknown_task"


class EngineError(Exception):
    """A request did not lead to what was asked.

    code: stable id (see `jobs.engines.reasons` and `jobs.engines.http`)
    message: our sentence for people; never holds the key
    detail: the engine's own words, possibly in another language; never holds the key
    sent: for a submit, whether it may have been bought; for a look it carries no money
    permanent: the same order will be refused again, so the job has failed
    retry_after_seconds: not before this, when the engine said so
    pauses_engine: no order would pass now (key, credit, address): stop the queue of this engine.
        The job itself waits with the others.
    """

    def __init__(
        self,
        *,
        code: str,
        message: str,
        sent: Sent,
        permanent: bool = False,
        detail: str = "",
        retry_after_seconds: float | None = None,
        pauses_engine: bool = False,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.detail = detail
        self.sent = sent
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds
        self.pauses_engine = pauses_engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine can do; the pages offer no more than this.

    models: the studio's model keys that it renders
    limits: what it accepts, with the longest audio and the types
    can_cancel: `cancel_request` exists
    can_look_up: `look_up_request` finds a task by our own reference, which settles lost answers
    takes_inline: both inputs can travel inside the order, so no public address is needed
    sends_callbacks: `read_callback` can verify them, so orders may name a `callback_url`
    is_local: it can fetch inputs from this machine's own address
    """

    models: tuple[str, ...]
    limits: InputLimits
    can_cancel: bool = False
    can_look_up: bool = False
    takes_inline: bool = False
    sends_callbacks: bool = False
    is_local: bool = False


# Gateways have ids of up to 191 characters (engines.md 1.2); fal's handle is made of addresses.
HANDLE_MAX_CHARACTERS = 600


class Engine(Protocol):
    """The whole interface. None of these methods performs I/O or keeps state."""

    @property
    def name(self) -> str:
        """Stable id of the engine, stored with every job."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Models, input limits and optional abilities."""
        ...

    def submit_request(self, order: Order) -> Request:
        """The paid call. Its timeout is generous: an answer given up on is an unknown job."""
        ...

    def read_submit(self, response: Response) -> Accepted:
        """The handle, or an EngineError that says what this answer proves about money."""
        ...

    def look_request(self, handle: str) -> Request:
        """A free look at one task. Must be safe to repeat."""
        ...

    def read_look(self, response: Response) -> Sighting:
        """Where the task stands. An EngineError with code `task_unknown` means that the engine
        does not know the handle; the caller grants a grace period before it believes that."""
        ...

    def download_headers(self, url: str) -> Mapping[str, str]:
        """Headers for fetching a result; the key only where `owns(url)` is true."""
        ...

    def owns(self, url: str) -> bool:
        """True when the URL has the engine's own scheme, host and port."""
        ...

    def read_handle(self, text: str) -> str:
        """The handle that a person means by `text`, copied from the engine's own list.

        Raises ValueError with a sentence for anything that cannot be one; above all, for what
        would make `look_request` carry the key somewhere else.
        """
        ...

    def cancel_request(self, handle: str) -> Request:
        """Ask to stop a task. Only where `can_cancel`; else NotImplementedError."""
        ...

    def read_cancel(self, response: Response) -> CancelAnswer:
        """What the engine said to it, or an EngineError."""
        ...

    def look_up_request(self, reference: str) -> Request:
        """A free look for the task of our own `reference`. Only where `can_look_up`."""
        ...

    def read_look_up(self, response: Response) -> Accepted | None:
        """The task, or None: the engine says it has none. An EngineError proves neither."""
        ...

    def callback_keys_request(self) -> Request | None:
        """Where the engine publishes the keys that sign its callbacks; None: it needs none."""
        ...

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, *, keys: bytes = b""
    ) -> Callback:
        """A callback, verified over the raw body; header names are in lower case, `keys` is the
        body of the answer to `callback_keys_request`. Raises NotFromTheEngine. Only where
        `sends_callbacks`."""
        ...

    def is_about(self, callback: Callback, handle: str) -> bool:
        """Whether the callback's task is the one that is stored as `handle`."""
        ...
