"""A task at an engine: how it is ordered, what the engine calls it, and where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from jobs.engines.exchange import Request, Response

# How long a paid call may take. Gateways call the vendor before they answer, and an answer given
# up on is an unknown job; so this is generous, and the same for every engine.
SUBMIT_TIMEOUT_SECONDS = 120.0
# Gateways have ids of up to 191 characters (engines.md 1.2); fal's handle is made of addresses.
HANDLE_MAX_CHARACTERS = 600


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


class CancelAnswer(StrEnum):
    """What the engine said to a cancel. The task is followed on: it may finish, and bill, still."""

    ACCEPTED = "accepted"
    TOO_LATE = "too_late"  # finished already
    UNKNOWN_TASK = "unknown_task"
