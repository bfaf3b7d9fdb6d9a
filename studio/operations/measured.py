"""What is measured of the machine: the values that `studio.operations.figures` fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from jobs.models import AvatarJob, EngineAccount, Heartbeat, State
from jobs.models.state import AT_THE_ENGINE, UNSETTLED
from studio.engine_accounts import AccountSettings


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took or is late, in seconds, over `count` cases; None without a case."""

    count: int = 0
    p50: float | None = None
    p95: float | None = None
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account: its settings, what is known of it, and its jobs by state."""

    settings: AccountSettings
    known: EngineAccount
    states: Mapping[str, int]
    sent_last_minute: int
    late: Spread
    is_shared: bool

    @property
    def in_flight(self) -> int:
        """How many take up a place at the engine."""
        return sum(self.states.get(state, 0) for state in AT_THE_ENGINE)

    @property
    def waiting(self) -> int:
        """How many wait to be sent."""
        return self.states.get(State.QUEUED, 0)


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """One kind of trouble: how often lately, and how many jobs it holds up now."""

    code: str
    last_hour: int
    last_day: int
    now: int


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    """Money held for jobs under way, and charged since midnight (of the site's time zone)."""

    currency: str
    held: Decimal
    charged_today: Decimal


@dataclass(frozen=True, slots=True)
class DrawingFigures:
    """Animatics that wait to be drawn, with the seconds of film in them, and those being drawn."""

    waiting: int
    film_seconds: float
    drawing: int


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """A worker or beat, and whether it is alive."""

    beat: Heartbeat
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it at one moment. `gone`: jobs under way by accounts that are out of reach now."""

    at: datetime
    accounts: Sequence[AccountFigures]
    gone: Mapping[str, Mapping[str, int]]
    states: Mapping[str, int]
    late: Spread
    home: Spread
    errors: Sequence[ErrorClass]
    money: Sequence[MoneyFigures]
    animatics: DrawingFigures
    oldest_waiting: AvatarJob | None
    unsettled: Sequence[AvatarJob]
    processes: Sequence[ProcessFigures]

    @property
    def waiting(self) -> int:
        """How many jobs wait to be sent."""
        return self.states.get(State.QUEUED, 0)

    @property
    def in_flight(self) -> int:
        """How many jobs are at an engine."""
        return sum(self.states.get(state, 0) for state in AT_THE_ENGINE)

    @property
    def fetching(self) -> int:
        """How many finished videos are not home yet."""
        return self.states.get(State.FETCHING, 0)

    @property
    def unsettled_count(self) -> int:
        """How many jobs need a person's evidence."""
        return sum(self.states.get(state, 0) for state in UNSETTLED)

    @property
    def oldest_waiting_seconds(self) -> float:
        """How long the first of those that wait has waited; 0 if none does."""
        job = self.oldest_waiting
        return max(0.0, (self.at - job.requested_at).total_seconds()) if job else 0.0

    @property
    def paused(self) -> list[AccountFigures]:
        """The accounts that wait for a person."""
        return [one for one in self.accounts if one.known.is_paused]

    def alive(self, role: str) -> int:
        """How many processes of this role are alive."""
        return sum(one.is_alive and one.beat.role == role for one in self.processes)
