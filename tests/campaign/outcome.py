"""What came of one run, and what of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from tests.campaign.auditing import Verdict


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The count at rest, and the count after a person has settled by evidence what was open."""

    at_rest: Verdict
    settled: Verdict
    crashes: int = 0
    ended_by_itself: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """From the JSON that a run prints."""
        verdicts = {name: _verdict(said[name]) for name in ("at_rest", "settled")}
        return cls(**{**said, **verdicts})

    def faults(self, *, leaves_nothing: bool) -> list[str]:
        """A sentence for everything that broke a promise in this run."""
        found = list(self.at_rest.wrong)
        found += [f"After settling: {sentence}" for sentence in self.settled.wrong]
        if self.settled.unsettled:
            found.append(f"{self.settled.unsettled} jobs could not be settled by the bill.")
        if leaves_nothing and self.at_rest.unsettled:
            found.append(f"{self.at_rest.unsettled} jobs are unsettled after a graceful stop.")
        return found


@dataclass(slots=True, kw_only=True)
class Total:
    """The sums over many runs, as the campaign's last line says them."""

    runs: int = 0
    jobs: int = 0
    accepted: int = 0
    crashes: int = 0
    refused: int = 0
    paid_twice: int = 0
    lost: int = 0
    money_off: Decimal = Decimal(0)
    unsettled: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, float]:
        """The six figures for machines; `money_off` in the bill's currency."""
        return {
            "runs": self.runs,
            "jobs": self.jobs,
            "paid_twice": self.paid_twice,
            "lost": self.lost,
            "money_off": float(self.money_off),
            "unsettled": self.unsettled,
        }


def total(outcomes: Iterable[Outcome]) -> Total:
    """Add up. Twice paid, lost and money count at the end too: settling must not break anything."""
    sums = Total()
    for one in outcomes:
        counts = (one.at_rest, one.settled)
        sums.runs += 1
        sums.jobs += one.at_rest.jobs
        sums.accepted += one.settled.accepted
        sums.crashes += one.crashes
        sums.refused += one.settled.states.get("failed", 0)
        sums.paid_twice += max(count.paid_twice for count in counts)
        sums.lost += max(count.lost for count in counts)
        sums.money_off += max(count.money_off for count in counts)
        sums.unsettled += one.at_rest.unsettled
        sums.seconds += one.seconds
    return sums


def _verdict(said: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**said, "money_off": Decimal(said["money_off"])})
