"""Decoded sound as numbers: sample arrays, and the peaks a waveform is drawn from."""

from fractions import Fraction
from typing import Any

import numpy as np
from av import AudioFrame
from numpy.typing import NDArray

Samples = NDArray[np.float32]

PEAK_BUCKETS = 400
#: 24 dB over full scale: no recording has that, and LAME ends the whole process at a million.
LOUDEST = 16.0
# Peaks are kept per 128 samples while decoding, because the length is not known before the end:
# 30 minutes of 48 kHz are 675,000 numbers.
_BLOCK_SAMPLES = 128


def samples_of(frame: AudioFrame) -> Samples:
    """One decoded frame as float32 of shape (channels, samples), full scale = 1.0, without NaN
    and within ±`LOUDEST`."""
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    if values.dtype == np.uint8:
        scaled = (values.astype(np.float32) - 128.0) / 128.0
    elif values.dtype.kind == "i":
        scaled = values.astype(np.float32) / np.float32(2.0 ** (8 * values.dtype.itemsize - 1))
    else:
        scaled = values.astype(np.float32)
        # The usual case is told by one comparison; it is false where there is a NaN.
        if not np.abs(scaled).max(initial=0.0) <= LOUDEST:
            numbers = np.nan_to_num(scaled, posinf=1.0, neginf=-1.0)
            scaled = np.clip(numbers, -LOUDEST, LOUDEST)
    return scaled


def framed(samples: Samples, rate: int, at: int) -> AudioFrame:
    """Mono samples, shape (1, samples), as a frame that begins at sample `at`."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="mono")
    frame.sample_rate = rate
    frame.pts, frame.time_base = at, Fraction(1, rate)
    return frame


class Waveform:
    """Collects peaks while sound streams by, in memory that grows by 4 bytes per 128 samples."""

    def __init__(self) -> None:
        self._blocks: list[Samples] = []
        self._rest: Samples = np.empty(0, np.float32)

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (channels, samples); the loudest channel counts."""
        loudest = np.abs(samples).max(axis=0)
        joined = np.concatenate((self._rest, loudest))
        whole = len(joined) // _BLOCK_SAMPLES * _BLOCK_SAMPLES
        if whole:
            self._blocks.append(joined[:whole].reshape(-1, _BLOCK_SAMPLES).max(axis=1))
        self._rest = joined[whole:]

    def peaks(self, buckets: int = PEAK_BUCKETS) -> list[int]:
        """The highest level in each of ``buckets`` equal stretches: 0 silent, 100 full scale."""
        last = [self._rest.max(keepdims=True)] if len(self._rest) else []
        blocks = np.concatenate([*self._blocks, *last, np.zeros(0, np.float32)])
        if not len(blocks):
            return [0] * buckets
        starts = np.arange(buckets) * len(blocks) // buckets
        levels = np.maximum.reduceat(blocks, starts)
        percent: list[int] = np.clip(np.rint(levels * 100), 0, 100).astype(int).tolist()
        return percent
