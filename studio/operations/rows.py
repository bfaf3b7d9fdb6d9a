"""What the operations page shows, row by row; `studio.operations.page` puts it into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One number: its name, what it is made of, and a tone where it asks for something."""

    key: str
    name: str
    value: str
    words: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `symbol` is a state of `components/state.html`."""

    name: str
    label: str
    symbol: str
    state: str
    reason: str
    detail: str
    until: datetime | None
    in_flight: int
    cap: int
    waiting: int
    sent: int
    limit: int
    late: str
    tested_at: datetime | None
    test_message: str
    test_url: str
    resume_url: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job that needs a person."""

    title: str
    project: str
    symbol: str
    sentence: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One kind of trouble in words."""

    name: str
    sentence: str
    last_hour: int
    last_day: int
    now: int


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A worker or beat in words."""

    name: str
    does: str
    at: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template shows."""

    headline: str
    facts: Sequence[Fact]
    accounts: Sequence[AccountRow]
    gone: Sequence[tuple[str, int]]
    unsettled: Sequence[JobRow]
    unsettled_more: int
    errors: Sequence[ErrorRow]
    processes: Sequence[ProcessRow]
    missing: Sequence[str]
    is_idle: bool
