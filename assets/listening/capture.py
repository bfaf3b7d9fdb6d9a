"""How a recording was captured: what the microphone, the converter and the line did to it.

These flaws are found in the master. The mono MP3 made from it rounds flat tops, mixes a dead
channel away and may filter what stands beside the voice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.listening.clipping import Clipping
from assets.waveform import Samples

#: A channel this much (as power) below the loudest carries no voice: 50 dB.
_DEAD_SHARE = 1e-5
_SPECTRUM_SAMPLES = 4096
#: The band ends where the average spectrum falls this far (dB) below its own upper voice band.
_BAND_EDGE_DB = 55.0


@dataclass(frozen=True, slots=True)
class Captured:
    """Peak (0..1 and above), clipped places with the second of the first, channels, dead ones,
    direct current as a share of full scale, and the upper end (Hz) of what was recorded."""

    peak: float
    clipped_places: int
    clipped_from: float | None
    channels: int
    dead_channels: int
    dc_offset: float
    band_hz: int


class Capture:
    """Adds up a recording piece by piece, at its own rate and with all its channels."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._clipping = Clipping()
        self._sums: NDArray[np.float64] = np.zeros(1)
        self._powers: NDArray[np.float64] = np.zeros(1)
        self._samples = 0
        self._band = _Band()

    def add(self, samples: Samples, rate: int) -> None:
        """Take the next samples, shape (channels, samples), at `rate` per second."""
        if len(samples) > len(self._sums):
            missing = len(samples) - len(self._sums)
            self._sums = np.pad(self._sums, (0, missing))
            self._powers = np.pad(self._powers, (0, missing))
        peaks = np.abs(samples).max(axis=1, initial=0.0)
        loudest = samples[int(peaks.argmax())]
        self._peak = max(self._peak, float(peaks.max()))
        self._clipping.add(loudest, rate)
        self._sums[: len(samples)] += samples.sum(axis=1, dtype=np.float64)
        self._powers[: len(samples)] += np.einsum("ij,ij->i", samples, samples, dtype=np.float64)
        self._samples += samples.shape[1]
        self._band.add(loudest, rate)

    def captured(self) -> Captured:
        """What the whole has."""
        count = max(1, self._samples)
        clipped_places, clipped_from = self._clipping.found()
        means = self._sums / count
        powers = np.maximum(0.0, self._powers / count - means**2)
        dead = powers <= powers.max() * _DEAD_SHARE if powers.max() > 0 else powers < 0
        return Captured(
            peak=self._peak,
            clipped_places=clipped_places,
            clipped_from=clipped_from,
            channels=len(means),
            dead_channels=int(dead.sum()),
            dc_offset=float(np.abs(means).max()),
            band_hz=self._band.upper_end(),
        )


class _Band:
    """The average spectrum of the loud moments: where it falls off is the end of the band."""

    def __init__(self) -> None:
        self._rate = 0
        self._rest: Samples = np.zeros(0, np.float32)
        self._total: NDArray[np.float64] = np.zeros(_SPECTRUM_SAMPLES // 2 + 1)
        self._window = np.hanning(_SPECTRUM_SAMPLES).astype(np.float32)

    def add(self, samples: Samples, rate: int) -> None:
        self._rate = self._rate or rate
        if rate != self._rate:
            return
        joined = np.concatenate((self._rest, samples))
        whole = len(joined) // _SPECTRUM_SAMPLES
        self._rest = joined[whole * _SPECTRUM_SAMPLES :]
        if whole:
            pieces = joined[: whole * _SPECTRUM_SAMPLES].reshape(whole, -1) * self._window
            self._total += (np.abs(np.fft.rfft(pieces)) ** 2).sum(axis=0)

    def upper_end(self) -> int:
        """Hz up to which there is sound within `_BAND_EDGE_DB` of the voice; 0 for silence."""
        if not self._total.any():
            return 0
        hertz = np.fft.rfftfreq(_SPECTRUM_SAMPLES, 1 / self._rate)
        smooth = np.convolve(self._total, np.ones(9) / 9, "same")
        voice = smooth[(hertz >= 300) & (hertz <= 3_000)].max(initial=0.0)
        above = np.flatnonzero(smooth >= voice * 10 ** (-_BAND_EDGE_DB / 10))
        return int(hertz[above[-1]]) if len(above) else 0
