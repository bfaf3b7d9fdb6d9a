"""How far two compared versions drift apart, read from their pictures.

The tests measure 12 seconds; `MINUTE=1` makes it a minute, whose rows stand in docs/review.md.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Page

from tests.reviews.counting_video import NUMBER

IS_MINUTE = bool(os.environ.get("MINUTE"))
SECONDS = 60 if IS_MINUTE else 12

#: Reads both pictures in one turn of the page, once per picture that it paints.
SAMPLE = f"""(seconds) => new Promise((done) => {{
  const number = {NUMBER};
  const [a, b] = document.querySelectorAll("[data-compare-side] video");
  const samples = [];
  const begun = performance.now();
  const look = (now) => {{
    const clocks = [a.currentTime, b.currentTime];
    samples.push([(now - begun) / 1000, number(a), number(b), ...clocks, a.paused || b.paused]);
    if (now - begun < seconds * 1000) requestAnimationFrame(look);
    else done(samples);
  }};
  requestAnimationFrame(look);
}})"""


#: A machine that leaves the page without a turn for so long, or a picture so many frames behind
#: its own clock, shows what the machine misses and not how the two are kept together.
STARVED_SECONDS, MISSED_FRAMES = 0.12, 2
#: So long it may take until what was missed is made up for.
RECOVERY_SECONDS = 1.5
#: Fewer looks for which the machine had time tell nothing.
ENOUGH_LOOKS = 20


class Look(NamedTuple):
    """One look at both: when, the numbers in their pictures, the times of their clocks, and
    whether one waits for the network, so that both stand still.
    """

    at: float
    a: int
    b: int
    time_a: float
    time_b: float
    waits: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the second version was from the first, in frames of the slower one.

    `at` is when; `pictures` and `clocks` are the offsets of every look, `calm` whether the machine
    had time for it: neither missed a frame then, nor shortly before. `seconds` were played.
    """

    at: tuple[float, ...]
    pictures: tuple[float, ...]
    clocks: tuple[float, ...]
    calm: tuple[bool, ...]
    seconds: float

    @property
    def calm_pictures(self) -> list[float]:
        """The offsets of the pictures where the machine had time."""
        return [one for one, calm in zip(self.pictures, self.calm, strict=True) if calm]

    @property
    def has_enough(self) -> bool:
        """Whether the machine had time often enough to tell anything."""
        return len(self.calm_pictures) > ENOUGH_LOOKS

    @property
    def drift(self) -> float:
        """The largest lasting offset of the clocks: of the calm looks of each second the median."""
        seconds: dict[int, list[float]] = defaultdict(list)
        for at, clock, calm in zip(self.at, self.clocks, self.calm, strict=True):
            if calm:
                seconds[int(at)].append(clock)
        return max(abs(median(one)) for one in seconds.values())

    def share_within(self, frames: float, *, of_all: bool = False) -> float:
        """The share of the calm looks, or of all, at which the pictures were so near."""
        offsets = self.pictures if of_all else self.calm_pictures
        return sum(abs(one) <= frames for one in offsets) / len(offsets)

    def is_together(self, allowed: float) -> bool:
        """Whether there were enough calm looks to tell, and the two stayed together in them."""
        return self.has_enough and self.drift <= 1 and self.share_within(allowed) > 0.99

    def row(self, rates: tuple[Fraction, Fraction], allowed: float) -> str:
        """A row of the table in docs/review.md."""
        names = " and ".join(f"{float(rate):.2f}" for rate in rates)
        calm = sum(self.calm) / len(self.calm)
        return (
            f"| {names} | {self.seconds:.0f} | {len(self.pictures)} | {calm:.0%} "
            f"| {self.drift:.2f} | {max(map(abs, self.calm_pictures)):.2f} "
            f"| {self.share_within(allowed):.1%} | {self.share_within(allowed, of_all=True):.1%} |"
        )


def middle(frame: int, rate: Fraction) -> Fraction:
    """The second in the middle of a frame."""
    return (frame + Fraction(1, 2)) / rate


def unequal(rates: tuple[Fraction, Fraction]) -> float:
    """How far the middles of frames of two rates are apart at most, seen at the same moment."""
    return float((1 / rates[0] + 1 / rates[1]) / 2 * min(rates))


def measured(page: Page, seconds: float, rates: tuple[Fraction, Fraction]) -> Drift:
    """Play from where it stands and look at both pictures; what the start costs is left out."""
    page.keyboard.press("Space")
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-compare-side] video")]
            .every((one) => !one.paused)"""
    )
    looks = [Look(*one) for one in page.evaluate(SAMPLE, seconds)]
    calm = _calm(looks, rates)
    settled = [(one, is_calm) for one, is_calm in zip(looks, calm, strict=True) if one.at >= 1]
    slower = min(rates)
    return Drift(
        at=tuple(one.at for one, _ in settled),
        pictures=tuple(
            float((middle(one.b, rates[1]) - middle(one.a, rates[0])) * slower)
            for one, _ in settled
        ),
        clocks=tuple((one.time_b - one.time_a) * float(slower) for one, _ in settled),
        calm=tuple(is_calm for _, is_calm in settled),
        seconds=looks[-1].time_a - looks[0].time_a,
    )


def _calm(looks: list[Look], rates: tuple[Fraction, Fraction]) -> list[bool]:
    """Of each look, whether the machine missed nothing at it or shortly before."""
    found, missed_at, before = [], -RECOVERY_SECONDS, looks[0].at
    for one in looks:
        behind = (one.time_a * rates[0] - one.a - 0.5, one.time_b * rates[1] - one.b - 0.5)
        is_starved = one.waits or one.at - before > STARVED_SECONDS
        if is_starved or max(map(abs, behind)) > MISSED_FRAMES:
            missed_at = one.at
        before = one.at
        found.append(one.at - missed_at >= RECOVERY_SECONDS)
    return found
