"""The frame rate of a video as an exact fraction, from its own times rather than its header."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

_NTSC = (Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(60_000, 1001))
_STANDARD = (*map(Fraction, (12, 15, 24, 25, 30, 48, 50, 60, 120)), *_NTSC)
SLOWEST, FASTEST = Fraction(1), Fraction(120)
_FALLBACK = Fraction(25)
# A median step this far from the average step means that the frames do not come evenly.
_EVEN = Fraction(1, 5)


def frame_rate(times: Sequence[int], *, time_base: Fraction, declared: Fraction) -> Fraction:
    """Frames per second of a video whose frames are shown at ``times`` (in ``time_base`` seconds).

    Evenly spaced frames give their average rate; what the header declares counts while it agrees
    within 1 %. Uneven ones give the rate of their usual step, so that pauses do not thin out the
    motion. A rate next to a standard one becomes exactly that; any other becomes a small fraction
    between 1 and 120.
    """
    ordered = sorted(set(times))
    steps = [later - earlier for earlier, later in pairwise(ordered)]
    if not steps or time_base <= 0:
        return _near_standard(declared, Fraction(1, 1000)) if declared > 0 else _FALLBACK
    span_seconds = (ordered[-1] - ordered[0]) * time_base
    average = len(steps) / span_seconds
    usual = 1 / (Fraction(median(steps)) * time_base)
    if abs(usual / average - 1) > _EVEN:
        return _near_standard(usual, Fraction(4, 100))
    agrees = declared > 0 and abs(declared / average - 1) < Fraction(1, 100)
    # 29.97 and 30 lie 0.1 % apart; WebM rounds its times to a millisecond.
    tolerance = Fraction(4, 10_000) + Fraction(1, 1000) / max(span_seconds, Fraction(1, 10))
    return _near_standard(declared if agrees else average, tolerance)


def _near_standard(found: Fraction, tolerance: Fraction) -> Fraction:
    nearest = min(_STANDARD, key=lambda rate: abs(rate - found))
    if abs(nearest / found - 1) <= tolerance:
        return nearest
    return min(FASTEST, max(SLOWEST, found.limit_denominator(1001)))
