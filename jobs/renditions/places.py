"""Which number a frame has at a constant rate: one rule for the count and for the review copy."""

from fractions import Fraction
from math import floor


class Places:
    """Gives frames, in the order in which they are shown, their numbers at ``rate`` per second.

    The first frame is number 0 whenever it is shown. Of two frames that meet in one place the
    later is left out; a place that no frame begins in shows the one before.
    """

    def __init__(self, rate: Fraction) -> None:
        self._rate = rate
        self._start: Fraction | None = None
        self.count = 0

    def take(self, at: Fraction | None) -> int | None:
        """The number of a frame shown at ``at`` seconds, or None if it is left out.

        Frames without a time follow one another. From then on ``count`` frames have a number.
        """
        place = self.count if at is None else self._place(at)
        if place < self.count:
            return None
        self.count = place + 1
        return place

    def _place(self, at: Fraction) -> int:
        if self._start is None:
            self._start = at
        # Not round(): it sends the halves 7.5 and 8.5 both to 8, which would lose a frame.
        return floor((at - self._start) * self._rate + Fraction(1, 2))
