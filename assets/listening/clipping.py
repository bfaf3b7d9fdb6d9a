"""Sound that was cut off: tops of waves that are flat, at full scale or below.

Straight from the converter a flat top is a run of samples at full scale. Turned down afterwards it
is still flat, and all such tops end at one level, the highest of the recording, with a corner where
the wave was cut. Once such sound was stored as MP3, AAC or Opus, its tops ripple around that level;
they are still broader than any top that a voice makes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assets.waveform import Samples

#: A sample this close to full scale cannot be told from one that was cut off.
_FULL_SCALE = 0.9985
#: So many samples beside each other at full scale are a flat top; a clean peak touches it once.
_FLAT_SAMPLES = 3
#: Flat tops closer together than this are one clipped place.
_ONE_PLACE_SECONDS = 0.05
#: A cut wave leaves its ceiling by more than so many times what is still flat; the round top of a
#: slow one by less than three times.
_CORNER = 4.0
#: Nothing is clipped (and turned down) that is softer than this.
_LOWEST_CEILING = 0.02
#: Broad tops are looked for in stretches of 10 ms that come this near to the recording's peak.
_NEAR_PEAK = 0.75
#: Of the time that a wave is above 70 % of its top, a sine is 57 % above 90 %, a cut one more.
_BROAD_SHARE, _HIGH, _UPPER = 0.8, 0.9, 0.7
#: Limited but clean speech had up to 0.15 broad tops a second, speech clipped by 6 dB 0.9 and more
#: (tests/calibration/sounds.py).
_BROAD_A_SECOND = 0.5


class Clipping:
    """Finds clipped places while the loudest channel of a recording streams by."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._flat = _Places()
        self._ceilings = (_Ceiling(), _Ceiling())
        self._peak = 0.0
        self._broad: list[NDArray[np.float64]] = []
        self._before: Samples = np.zeros(0, np.float32)

    def add(self, samples: Samples, rate: int) -> None:
        """Take the next samples, shape (samples,)."""
        # The end of the piece before counts too: a flat top may lie on the border.
        joined = np.concatenate((self._before, samples))
        begun = self._seconds - len(self._before) / rate
        self._before = joined[-(_FLAT_SAMPLES - 1) :]
        self._flat.add(begun + _flat_runs(np.abs(joined) >= _FULL_SCALE) / rate)
        # Up and down are cut at different levels where there was direct current.
        for ceiling, side in zip(self._ceilings, (joined, -joined), strict=True):
            ceiling.add(side, begun, rate)
        tops = _broad_tops(samples, rate // 100)
        tops[0] = self._seconds + tops[0] / 100
        self._broad.append(tops)
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0.0)))
        self._seconds += len(samples) / rate

    def found(self) -> tuple[int, float | None]:
        """How many places are clipped, and the second of the first."""
        below = max((one.places for one in self._ceilings), key=lambda one: one.count)
        chosen = max(self._flat, below, key=lambda one: one.count)
        times, tops = np.concatenate([np.zeros((2, 0)), *self._broad], axis=1)
        broad = _Places()
        broad.add(times[tops >= _NEAR_PEAK * min(1.0, self._peak)])
        is_clipped = broad.count > _BROAD_A_SECOND * self._seconds
        chosen = broad if is_clipped and broad.count > chosen.count else chosen
        return chosen.count, chosen.first


class _Ceiling:
    """The flat tops with corners at the highest level so far of one side of the wave."""

    def __init__(self) -> None:
        self._level = _LOWEST_CEILING
        self.places = _Places()

    def add(self, side: Samples, begun: float, rate: int) -> None:
        highest = float(side.max(initial=0.0))
        still_flat = 1 - _FULL_SCALE
        if highest < self._level * _FULL_SCALE:
            return
        if highest > self._level * (1 + still_flat):
            # What lay below a higher top was not cut off there.
            self._level, self.places = highest, _Places()
        below = 1 - side / self._level
        runs = _flat_runs(below <= still_flat).astype(np.int64)
        inside = runs[(runs > 0) & (runs + _FLAT_SAMPLES < len(side))]
        enters = below[inside - 1] > _CORNER * still_flat
        leaves = below[inside + _FLAT_SAMPLES] > _CORNER * still_flat
        self.places.add(begun + inside[enters | leaves] / rate)


def _flat_runs(flat: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where so many samples beside each other are flat."""
    if len(flat) < _FLAT_SAMPLES or not flat.any():
        return np.zeros(0)
    return np.flatnonzero(flat[2:] & flat[1:-1] & flat[:-2]).astype(np.float64)


class _Places:
    def __init__(self) -> None:
        self.count = 0
        self.first: float | None = None
        self._last = -1.0

    def add(self, times: NDArray[np.float64]) -> None:
        for at in times.tolist():
            if at - self._last > _ONE_PLACE_SECONDS or self.first is None:
                self.count += 1
                self.first = at if self.first is None else self.first
                self._last = at


def _broad_tops(samples: Samples, length: int) -> NDArray[np.float64]:
    """The numbers and the levels, shape (2, tops), of the stretches of `length` samples that have
    a broad top; those far below the loudest of this piece are left out."""
    whole = len(samples) // length
    stretches = samples[: whole * length].reshape(whole, length)
    top = np.abs(stretches).max(axis=1, initial=0.0)
    near = np.flatnonzero(top >= max(_LOWEST_CEILING, _NEAR_PEAK * top.max(initial=0.0)))
    if not len(near):
        return np.zeros((2, 0))
    loud, top = stretches[near], top[near, np.newaxis]
    # The side (up or down) on which the top is; voices lean to one side.
    upright = np.where(loud.max(axis=1, keepdims=True) >= top, loud, -loud)
    high = (upright >= _HIGH * top).sum(axis=1)
    upper = (upright >= _UPPER * top).sum(axis=1)
    broad = (high > _FLAT_SAMPLES) & (high > _BROAD_SHARE * upper)
    return np.stack((near[broad].astype(np.float64), top[broad, 0].astype(np.float64)))
