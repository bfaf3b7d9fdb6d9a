"""Sound that was cut off at full scale: tops of waves that are flat.

Straight from the converter a flat top is a run of samples at full scale. Once such sound was
stored as MP3, AAC or Opus, its tops ripple around full scale; they are still broader than any
top that a voice makes.
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
#: Broad tops are looked for in stretches of 10 ms that come this near to full scale.
_NEAR_FULL_SCALE = 0.85
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
        self._broad = _Places()
        self._before: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def add(self, samples: Samples, rate: int) -> None:
        """Take the next samples, shape (samples,)."""
        self._flat.add(self._flat_tops(np.abs(samples) >= _FULL_SCALE, rate))
        self._broad.add(self._seconds + _broad_tops(samples, rate // 100) / 100)
        self._seconds += len(samples) / rate

    def found(self) -> tuple[int, float | None]:
        """How many places are clipped, and the second of the first."""
        broad = self._broad
        is_clipped = broad.count > _BROAD_A_SECOND * self._seconds
        chosen = broad if is_clipped and broad.count > self._flat.count else self._flat
        return chosen.count, chosen.first

    def _flat_tops(self, full: NDArray[np.bool_], rate: int) -> NDArray[np.float64]:
        # The end of the piece before counts too: a flat top may lie on the border.
        joined = np.concatenate((self._before, full))
        begun = self._seconds - len(self._before) / rate
        self._before = joined[-(_FLAT_SAMPLES - 1) :]
        if len(joined) < _FLAT_SAMPLES or not joined.any():
            return np.zeros(0)
        return begun + np.flatnonzero(joined[2:] & joined[1:-1] & joined[:-2]) / rate


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
    """The numbers of the stretches of `length` samples that have a broad top near full scale."""
    whole = len(samples) // length
    stretches = samples[: whole * length].reshape(whole, length)
    top = np.abs(stretches).max(axis=1, initial=0.0)
    near = np.flatnonzero(top >= _NEAR_FULL_SCALE)
    if not len(near):
        return np.zeros(0)
    loud, top = stretches[near], top[near, np.newaxis]
    # The side (up or down) on which the top is; voices lean to one side.
    upright = np.where(loud.max(axis=1, keepdims=True) >= top, loud, -loud)
    high = (upright >= _HIGH * top).sum(axis=1)
    upper = (upright >= _UPPER * top).sum(axis=1)
    return near[(high > _FLAT_SAMPLES) & (high > _BROAD_SHARE * upper)].astype(np.float64)
