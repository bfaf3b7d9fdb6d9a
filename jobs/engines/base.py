"""What an engine is to the rest of the studio. Read this file first to add one.

An engine is *sans I/O*: it builds a `Request` and reads a `Response`, and never opens a connection
itself. `jobs.engines.http` does the sending, so every engine shares one set of timeouts, one
reading of network faults and one address guard. The values that go to and fro are in `exchange`
(requests and answers) and `task` (orders and what becomes of them). Adding an engine: write one
module with a class that satisfies `Engine`, then add one entry to
`tests/engines/contract_entries.py`.

The rule behind all of it: **a paid call is made at most once.** Whoever reads an `EngineError`
after a submit looks at `sent` first. Only `Sent.NO` allows another attempt by a machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assets.limits import InputLimits
from jobs.engines.exchange import Request, Response
from jobs.engines.task import (
    HANDLE_MAX_CHARACTERS,
    SUBMIT_TIMEOUT_SECONDS,
    Accepted,
    Callback,
    CancelAnswer,
    FollowUp,
    Inline,
    Order,
    Phase,
    Sighting,
)

__all__ = [
    "HANDLE_MAX_CHARACTERS",
    "SUBMIT_TIMEOUT_SECONDS",
    "Accepted",
    "Callback",
    "CancelAnswer",
    "Capabilities",
    "Engine",
    "EngineError",
    "FollowUp",
    "Inline",
    "NotFromTheEngine",
    "Order",
    "Phase",
    "Request",
    "Response",
    "Sent",
    "Sighting",
    "UnknownKey",
]


class Sent(StrEnum):
    """Did the request take effect at the engine? For a submit: may it have been bought?"""

    NO = "no"  # proven: nothing was bought, a machine may try again
    YES = "yes"  # proven: the engine answered to the point (also used for answers to looks)
    MAYBE = "maybe"  # nobody knows: only a person, or the engine answering after all, may settle it


class NotFromTheEngine(Exception):
    """A callback whose signature, age or form does not prove where it comes from."""


class UnknownKey(NotFromTheEngine):
    """None of the keys at hand made the signature; the engine may have published others since."""


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
