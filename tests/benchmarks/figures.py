"""From what was counted to what is shown: shares, lags, rates and the ratios between designs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

MEGABYTE = 1_000_000


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` (0..1) of them do not exceed."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(frozen=True, slots=True)
class Count:
    """What had been used at one moment: looks taken, processor seconds by group."""

    at: float
    looks: int
    in_flight: int
    cpu_seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted between two moments of steady running.

    `lags` are seconds from done at the engine to done in our row. `memory_bytes` is that of all
    workers, `poller_bytes` the most that the polling process ever had.
    """

    before: Count
    after: Count
    lags: Sequence[float]
    memory_bytes: int
    poller_bytes: int = 0

    @property
    def polls(self) -> int:
        """Looks taken."""
        return self.after.looks - self.before.looks

    @property
    def in_flight(self) -> float:
        """Jobs that were followed, on average."""
        return (self.before.in_flight + self.after.in_flight) / 2


@dataclass(frozen=True, slots=True)
class Following:
    """One design following so many jobs on some services."""

    design: str
    services: str
    wanted_in_flight: int
    interval_seconds: float
    window: Window

    @property
    def polls_per_second(self) -> float:
        """Looks per second, reached."""
        return self.window.polls / (self.window.after.at - self.window.before.at)

    @property
    def due_per_second(self) -> float:
        """Looks per second that a fixed interval asks for with this many in flight."""
        return self.window.in_flight / self.interval_seconds

    @property
    def lag_p95(self) -> float | None:
        """Seconds that 95 of 100 jobs wait at most, from done there to done here."""
        return percentile(self.window.lags, 0.95) if self.window.lags else None

    @property
    def lag_over_interval(self) -> float | None:
        """The same in poll intervals."""
        return None if self.lag_p95 is None else self.lag_p95 / self.interval_seconds

    @property
    def poller_mb(self) -> float:
        """The most memory the polling process ever had."""
        return self.window.poller_bytes / MEGABYTE

    def cpu_per_1000_polls(self, group: str) -> float:
        """Processor seconds of a group of processes for 1,000 looks; infinite without a look."""
        used = self.window.after.cpu_seconds[group] - self.window.before.cpu_seconds[group]
        return 1000 * used / self.window.polls if self.window.polls else math.inf


def lags(
    finished: Mapping[str, float],
    done: Mapping[str, float],
    *,
    since: float,
    until: float,
    read_at: float,
) -> list[float]:
    """Seconds from done at the engine (`finished`, by handle) to done in our rows (`done`).

    Of the jobs that finished from `since` to `until`. One that was not noticed when the rows were
    read counts as noticed at that moment: leaving it out would flatter a design that falls behind.
    """
    return [
        done.get(handle, read_at) - at for handle, at in finished.items() if since <= at < until
    ]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for one thing, one after another, in seconds.

    Without a target it is there to explain another one.
    """

    what: str
    seconds: Sequence[float]
    target_seconds: float | None = None

    @property
    def p95(self) -> float:
        """What 95 of 100 waited at most."""
        return percentile(self.seconds, 0.95)

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.seconds)


@dataclass(slots=True)
class Results:
    """Everything one run of the benchmark measured; what it left out is missing."""

    ours: list[Following] = field(default_factory=list)
    naive: Following | None = None
    waits: list[Waits] = field(default_factory=list)
    #: So many in flight is what lag and memory are promised for.
    promised: int = 0

    @property
    def headline(self) -> Following | None:
        """The run with as many jobs as promised, of those on the naive design's services."""
        return min(
            self._comparable(),
            key=lambda run: abs(run.wanted_in_flight - self.promised),
            default=None,
        )

    @property
    def polls_ratio(self) -> float | None:
        """The most polls per second that were reached, over the naive design's."""
        ours = [run.polls_per_second for run in self._comparable()]
        if not (ours and self.naive and self.naive.window.polls):
            return None
        return max(ours) / self.naive.polls_per_second

    @property
    def cpu_ratio(self) -> float | None:
        """Workers' processor time per poll, over the naive design's: the worst of our runs."""
        ours = [run.cpu_per_1000_polls("workers") for run in self._comparable()]
        if not (ours and self.naive and self.naive.window.polls):
            return None
        return max(ours) / self.naive.cpu_per_1000_polls("workers")

    @property
    def growth(self) -> float | None:
        """Workers' processor time per poll with the most jobs, over that with the fewest."""
        same = sorted(self._comparable(), key=lambda run: run.wanted_in_flight)
        if len(same) < 2:
            return None
        few, many = (run.cpu_per_1000_polls("workers") for run in (same[0], same[-1]))
        return many / few

    def _comparable(self) -> list[Following]:
        """Our runs on the services on which the naive design ran."""
        services = self.naive.services if self.naive else self.ours[0].services if self.ours else ""
        return [run for run in self.ours if run.services == services]

    def as_json(self) -> dict[str, float | None]:
        """The four figures that a machine compares from run to run."""
        best = self.headline
        return {
            "lag_p95_over_interval": _rounded(best.lag_over_interval if best else None),
            "polls_ratio": _rounded(self.polls_ratio),
            "cpu_ratio": _rounded(self.cpu_ratio),
            "poller_mb": _rounded(best.poller_mb if best else None, 1),
        }


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None or math.isinf(value) else round(value, digits)
