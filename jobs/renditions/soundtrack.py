"""The sound of a review copy: AAC, starting exactly with the first picture."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av import AudioFrame, AudioResampler
from av.container import OutputContainer

RATE = 48_000
BIT_RATE = 160_000
# Below this an offset is rounding of a container's clock.
_HEARD_SECONDS = Fraction(5, 1000)
_MAX_SILENCE_SECONDS = 60
_SILENCE_SAMPLES = 4096


class Soundtrack:
    """Takes decoded sound frame by frame and writes it into a container as 48 kHz AAC."""

    def __init__(self, out: OutputContainer, *, channels: int) -> None:
        self._out = out
        self._layout = "mono" if channels == 1 else "stereo"
        self._stream = out.add_stream("aac", rate=RATE, layout=self._layout)
        self._stream.bit_rate = BIT_RATE
        self._resampler: AudioResampler | None = None
        self._taken_rate = self._taken = 0
        self._written = 0
        self._begun = False
        self._to_skip = 0

    def add(self, frame: AudioFrame, *, starts_after_seconds: Fraction) -> None:
        """Write one frame. The offset of the first one to the picture becomes silence or a cut."""
        if not self._begun:
            self._begin(starts_after_seconds)
        for resampled in self._resampled(frame):
            self._write(resampled)

    def finish(self) -> None:
        """Write what resampler and encoder still hold."""
        if self._resampler is not None:
            for frame in self._resampler.resample(None):
                self._write(frame)
        self._out.mux(self._stream.encode(None))

    def _begin(self, offset_seconds: Fraction) -> None:
        self._begun = True
        if abs(offset_seconds) < _HEARD_SECONDS:
            return
        samples = round(min(offset_seconds, Fraction(_MAX_SILENCE_SECONDS)) * RATE)
        self._to_skip = max(0, -samples)
        for start in range(0, max(0, samples), _SILENCE_SAMPLES):
            self._write(self._silence(min(_SILENCE_SAMPLES, samples - start)))

    def _silence(self, samples: int) -> AudioFrame:
        zeros = np.zeros((1 if self._layout == "mono" else 2, samples), np.float32)
        frame = AudioFrame.from_ndarray(zeros, format="fltp", layout=self._layout)
        frame.sample_rate = RATE
        return frame

    def _resampled(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        if self._resampler is None or frame.sample_rate != self._taken_rate:
            if self._resampler is not None:
                yield from self._resampler.resample(None)
            self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=RATE)
            self._taken_rate, self._taken = frame.sample_rate, 0
        frame.pts, frame.time_base = self._taken, Fraction(1, frame.sample_rate)
        self._taken += frame.samples
        yield from self._resampler.resample(frame)

    def _write(self, frame: AudioFrame) -> None:
        if self._to_skip:
            kept = self._cut(frame)
            if kept is None:
                return
            frame = kept
        frame.pts, frame.time_base = self._written, Fraction(1, RATE)
        self._written += frame.samples
        self._out.mux(self._stream.encode(frame))

    def _cut(self, frame: AudioFrame) -> AudioFrame | None:
        """Leave out what sounds before the first picture."""
        skipped = min(self._to_skip, frame.samples)
        self._to_skip -= skipped
        if skipped == frame.samples:
            return None
        rest = np.ascontiguousarray(frame.to_ndarray()[:, skipped:], dtype=np.float32)
        cut = AudioFrame.from_ndarray(rest, format="fltp", layout=self._layout)
        cut.sample_rate = RATE
        return cut
