"""How far two compared versions drift apart, read from their pictures.

The tests measure 20 seconds; `MINUTE=1` makes it a minute, whose rows stand in docs/review.md.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction

from playwright.sync_api import Page

from tests.reviews.counting_video import NUMBER

IS_MINUTE = bool(os.environ.get("MINUTE"))
SECONDS = 60 if IS_MINUTE else 20

#: Reads both pictures in one turn of the page, once per picture that it paints.
SAMPLE = f"""(seconds) => new Promise((done) => {{
  const number = {NUMBER};
  const [a, b] = document.querySelectorAll("[data-compare-side] video");
  const samples = [];
  const begun = performance.now();
  const look = (now) => {{
    samples.push([(now - begun) / 1000, number(a), number(b)]);
    if (now - begun < seconds * 1000 && !(a.paused && b.paused)) requestAnimationFrame(look);
    else done(samples);
  }};
  requestAnimationFrame(look);
}})"""


@dataclass(frozen=True, slots=True)
class Drift:
    """Offsets of the second version against the first, in frames of the slower one."""

    offsets: tuple[float, ...]
    seconds: float

    @property
    def worst(self) -> float:
        """The largest."""
        return max(map(abs, self.offsets))

    def share_within(self, frames: float) -> float:
        """The share of the looks at which both were so near."""
        return sum(abs(one) <= frames for one in self.offsets) / len(self.offsets)

    def row(self, rates: tuple[Fraction, Fraction]) -> str:
        """A row of the table: rates, seconds, looks, worst offset, shares within."""
        shares = " | ".join(f"{self.share_within(one):.1%}" for one in (0.5, 1, 1.5, 2))
        names = " and ".join(f"{float(rate):.2f}" for rate in rates)
        return (
            f"| {names} | {self.seconds:.0f} | {len(self.offsets)} | {self.worst:.2f} | {shares} |"
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
    samples = page.evaluate(SAMPLE, seconds)
    settled = [one for one in samples if one[0] >= 1]
    slower = min(rates)
    offsets = tuple(
        float((middle(b, rates[1]) - middle(a, rates[0])) * slower) for _, a, b in settled
    )
    return Drift(offsets, samples[-1][0])
