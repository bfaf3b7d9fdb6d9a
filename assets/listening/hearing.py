"""What an ear would notice, a hundred times a second: level, voice pitch, brightness.

A recording is heard at 16 kHz in windows of 40 ms every 10 ms; of each window only a few numbers
are kept, so that half an hour needs a few megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.waveform import Samples

RATE = 16_000
STEP_SECONDS = 0.01
_STEP = 160
_WINDOW = 640
_SPECTRUM = 1024
#: Windows worked on at once: 5 seconds keep the arrays in the processor's cache.
_AT_ONCE = 500
#: Lower than any voice: rumble, mains hum and direct current do not count as sound.
_LOWEST_HZ = 70.0
#: Where vowels are, which carry the syllables (de Jong and Wempe, 2009).
_VOWELS_HZ = (300.0, 3_000.0)
_BRIGHT_HZ = 2_500.0
#: The window holds three periods of the lowest, which tell a voice from noise (Boersma, 1993).
_PITCH_HZ = (75.0, 500.0)
#: Whatever repeats itself after one period does so after two or three: the shortest lag is believed
#: that comes this near to the clearest (measured: at less, second harmonics are taken for voices).
_AS_CLEAR = 0.9
_NOTHING = 1e-12

type Track = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Noticed:
    """One number per 10 ms each.

    `level` and `vowels` are dBFS of everything and of the vowels' band; `harmonicity` is how far
    (0..1) the window repeats itself, at `pitch` Hz; `bright` is the share of power above 2.5 kHz.
    """

    level: Track
    vowels: Track
    harmonicity: Track
    pitch: Track
    bright: Track

    @property
    def seconds(self) -> float:
        """The length that was heard."""
        return len(self.level) * STEP_SECONDS


class Hearing:
    """Listens to mono sound of 16 kHz piece by piece; without `melody` all that is noticed of
    harmonicity and pitch is 0, which takes half the time."""

    def __init__(self, *, melody: bool = True) -> None:
        self._melody = melody
        # Half a window of nothing in front centres the first window on the first sample.
        self._waiting: Samples = np.zeros(_WINDOW // 2, np.float32)
        self._heard: list[NDArray[np.float32]] = []

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (1, samples)."""
        self._waiting = np.concatenate((self._waiting, samples[0]))
        while len(self._waiting) >= _WINDOW + (_AT_ONCE - 1) * _STEP:
            self._hear(_AT_ONCE)

    def noticed(self) -> Noticed:
        """What was noticed in the whole; nothing can be added afterwards."""
        self._waiting = np.concatenate((self._waiting, np.zeros(_WINDOW // 2, np.float32)))
        if windows := (len(self._waiting) - _WINDOW) // _STEP + 1:
            self._hear(windows)
        columns = np.concatenate([np.zeros((5, 0), np.float32), *self._heard], axis=1)
        return Noticed(*columns)

    def _hear(self, windows: int) -> None:
        views = np.lib.stride_tricks.sliding_window_view(self._waiting, _WINDOW)
        self._heard.append(_numbers(views[: windows * _STEP : _STEP], self._melody))
        self._waiting = self._waiting[windows * _STEP :]


def _numbers(windows: NDArray[np.float32], melody: bool) -> NDArray[np.float32]:
    # Without its mean, direct current does not leak into the lowest tones of the spectrum.
    spectra = np.fft.rfft((windows - windows.mean(axis=1, keepdims=True)) * _HANN, _SPECTRUM)
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
    power[:, : _bin(_LOWEST_HZ)] = 0
    total = power.sum(axis=1)
    vowels = power[:, _bin(_VOWELS_HZ[0]) : _bin(_VOWELS_HZ[1])].sum(axis=1)
    bright = power[:, _bin(_BRIGHT_HZ) :].sum(axis=1)
    harmonicity, pitch = _repetition(power) if melody else np.zeros((2, len(power)), np.float32)
    return np.stack((
        10 * np.log10(total * _SCALE + _NOTHING),
        10 * np.log10(vowels * _SCALE + _NOTHING),
        harmonicity,
        pitch,
        bright / np.maximum(total, _NOTHING),
    )).astype(np.float32)  # fmt: skip


def _repetition(power: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far each window repeats itself and how often a second.

    The autocorrelation of the window's shape is divided out: Boersma, "Accurate short-term
    analysis of the fundamental frequency", 1993.
    """
    turns = np.fft.irfft(power)[:, : _WINDOW // 2]
    shape = turns / np.maximum(turns[:, :1], _NOTHING) / _OF_WINDOW
    shortest, longest = RATE // int(_PITCH_HZ[1]), int(RATE / _PITCH_HZ[0])
    lags = np.arange(shortest, longest)
    inside = shape[:, shortest:longest]
    tops = np.where(_are_tops(inside), inside, 0)
    best = (tops >= _AS_CLEAR * tops.max(axis=1, keepdims=True)).argmax(axis=1)
    rows = np.arange(len(inside))
    harmonicity = np.clip(tops[rows, best], 0, 1).astype(np.float32)
    return harmonicity, (RATE / _finer(inside, rows, best, lags)).astype(np.float32)


def _are_tops(inside: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Where each row has a top: at the borders of the range it only rises towards one outside."""
    rises = inside[:, 1:] > inside[:, :-1]
    tops = np.zeros(inside.shape, np.bool_)
    tops[:, 1:-1] = rises[:, :-1] & ~rises[:, 1:]
    return tops


def _finer(
    inside: NDArray[np.floating], rows: NDArray[np.int64], best: NDArray[np.int64],
    lags: NDArray[np.int64],
) -> NDArray[np.floating]:  # fmt: skip
    """The lag of the peak between two samples, by a parabola through its neighbours."""
    middle = np.clip(best, 1, len(lags) - 2)
    left, top, right = (inside[rows, middle + step] for step in (-1, 0, 1))
    curve = left - 2 * top + right
    shift = np.where(curve < 0, 0.5 * (left - right) / np.where(curve < 0, curve, -1), 0)
    return lags[middle].astype(np.float64) + np.clip(shift, -1.0, 1.0)


def _bin(hertz: float) -> int:
    return round(hertz * _SPECTRUM / RATE)


_HANN = np.hanning(_WINDOW).astype(np.float32)
# One-sided power of a windowed spectrum to mean square (Parseval).
_SCALE = np.float32(2 / _SPECTRUM / float((_HANN**2).sum()))


def _own_repetition() -> NDArray[np.float32]:
    """The autocorrelation of the window itself, by which that of the sound is divided."""
    turns = np.fft.irfft(np.abs(np.fft.rfft(_HANN, 2 * _WINDOW)) ** 2)[: _WINDOW // 2]
    own: NDArray[np.float32] = (turns / turns[0]).astype(np.float32)
    return own


_OF_WINDOW = _own_repetition()
