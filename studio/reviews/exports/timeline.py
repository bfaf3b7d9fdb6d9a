"""The versions of an export one after another, in whole frames of one timeline.

The timeline runs at the rate of its first version. A version at that rate keeps its frames exactly;
one at another rate is as long as the whole frames of the timeline that it needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from studio.reviews.exports.material import Material, Reviewed


class CannotExport(Exception):
    """Why there is no such file, in a sentence."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Placed:
    """One version on the timeline: from `start`, for `frames`, both counted in its frames."""

    reviewed: Reviewed
    start: int
    frames: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of them, at `rate` frames per second."""

    title: str
    rate: Fraction
    placed: tuple[Placed, ...]

    @property
    def frames(self) -> int:
        """How long it is."""
        return sum(one.frames for one in self.placed)


def timeline_of(material: Material) -> Timeline:
    """Raises CannotExport where there is nothing to place."""
    if not material.reviewed:
        raise CannotExport("There is no version yet, so there is nothing to mark.")
    rate = material.reviewed[0].rate
    placed, start = [], 0
    for reviewed in material.reviewed:
        frames = math.ceil(reviewed.version.frames / reviewed.rate * rate)
        placed.append(Placed(reviewed, start, frames))
        start += frames
    return Timeline(material.title, rate, tuple(placed))


def timecode(frame: int, rate: Fraction) -> str:
    """`hh:mm:ss:ff`, never drop-frame: frame n is the n-th number, so nothing is ever skipped.

    At 30000/1001 such a clock is 3.6 s slow after an hour, which is right for markers: an editor
    finds the frame by the number. Drop-frame would skip numbers to keep up with the wall.
    """
    nominal = round(rate)
    seconds, rest = divmod(frame, nominal)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"
