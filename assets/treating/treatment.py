"""What may be done to a take, in words and numbers: nothing here touches a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assets.listening.facts import Span, TakeFacts
from assets.listening.silences import cuts

#: Less than this is a click between two words, not a part of a take.
_SHORTEST_PART_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Treatment:
    """Trim pauses longer than `trim_over` seconds (None: leave them), cut `head` and `tail`
    seconds off the ends of the recording, bring it to -16 LUFS with `loudness`."""

    trim_over: float | None = None
    head: float = 0.0
    tail: float = 0.0
    loudness: bool = False

    @property
    def does_nothing(self) -> bool:
        """Whether the take would stay as it is."""
        return self == Treatment()

    @property
    def words(self) -> str:
        """For a title: ``trimmed, normalised``."""
        done = [
            "trimmed" if self.trim_over is not None else "",
            "cut" if self.head or self.tail else "",
            "normalised" if self.loudness else "",
        ]
        return ", ".join(filter(None, done))

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; equal treatments give equal JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Treatment:
        """What `to_json` gave."""
        trim = stored.get("trim_over")
        return cls(
            trim_over=None if trim is None else float(trim),
            head=float(stored.get("head", 0.0)),
            tail=float(stored.get("tail", 0.0)),
            loudness=bool(stored.get("loudness", False)),
        )


def kept_parts(treatment: Treatment, master: TakeFacts) -> list[Span]:
    """The parts (seconds of the master, in order) that the treatment leaves; may be empty."""
    start, end = treatment.head, master.seconds - treatment.tail
    taken = [] if treatment.trim_over is None else cuts(master, treatment.trim_over)
    return [
        (max(a, start), min(b, end))
        for a, b in _between(taken, master.seconds)
        if min(b, end) - max(a, start) >= _SHORTEST_PART_SECONDS
    ]


def seconds_left(treatment: Treatment, master: TakeFacts) -> float:
    """About how long the take is afterwards; exactly is found out by making it."""
    return math.fsum(b - a for a, b in kept_parts(treatment, master))


def _between(taken: Sequence[Span], seconds: float) -> list[Span]:
    edges = [0.0, *(edge for span in taken for edge in span), seconds]
    return list(zip(edges[::2], edges[1::2], strict=True))
