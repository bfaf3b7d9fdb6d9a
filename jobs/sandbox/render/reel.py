"""The MP4 file being written: pictures in, the take's sound beside them, both starting at 0."""

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from jobs.sandbox.render.sound import Take, frames, opened

FRAME_RATE = 25
# A film of stamp size is only there to be counted and measured: few frames, few bytes.
STAMP_FRAME_RATE = 12
_QUALITY, _STAMP_QUALITY = "25", "42"  # of x264: the larger, the worse
KEY_FRAME_SECONDS = 2
_BT709, _LIMITED = 1, 1


class Reel:
    """A writer for one film. Use as a context manager; leaving it finishes the file."""

    def __init__(
        self,
        to: Path,
        frame_box: tuple[int, int],
        audio: Path,
        take: Take,
        frame_rate: int = FRAME_RATE,
    ) -> None:
        """``frame_box`` is (width, height), both even; ``audio`` is decoded again while writing."""
        self.frame_box = frame_box
        is_stamp = frame_rate == STAMP_FRAME_RATE
        self._frame_rate = frame_rate
        self._file = av.open(
            str(to), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
        )
        self._picture = self._file.add_stream(
            "libx264",
            rate=frame_rate,
            options={
                "preset": "ultrafast",
                "crf": _STAMP_QUALITY if is_stamp else _QUALITY,
                "threads": "2",
            },
        )
        self._picture.width, self._picture.height = frame_box
        self._picture.pix_fmt = "yuv420p"
        context = self._picture.codec_context
        context.gop_size = frame_rate * KEY_FRAME_SECONDS
        context.time_base = Fraction(1, frame_rate)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        # Rates every AAC player takes; of the source's family, so that most takes stay as they are.
        self._rate = 44_100 if take.sample_rate % 11_025 == 0 else 48_000
        layout = "mono" if take.channels == 1 else "stereo"
        self._sound = self._file.add_stream(
            "aac", rate=self._rate, layout=layout, options={"aac_coder": "fast"}
        )
        self._sound.bit_rate = 48_000 if is_stamp else 96_000 if take.channels == 1 else 160_000
        self._pieces = _pieces(audio, self._rate, layout)
        self._shown = 0
        self._heard = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._pump_sound(None)
                self._file.mux(self._picture.encode(None))
                self._file.mux(self._sound.encode(None))
        finally:
            self._pieces.close()
            self._file.close()

    def add(self, buffer: NDArray[np.uint8]) -> None:
        """Append one frame, given as (height * 3 / 2, width) uint8 in yuv420p."""
        frame = av.VideoFrame.from_ndarray(buffer, format="yuv420p")
        frame.colorspace, frame.color_range = _BT709, _LIMITED
        frame.pts, frame.time_base = self._shown, Fraction(1, self._frame_rate)
        self._file.mux(self._picture.encode(frame))
        self._shown += 1
        self._pump_sound(self._shown / self._frame_rate)

    def _pump_sound(self, until_seconds: float | None) -> None:
        """Write sound up to this moment, or all that is left."""
        while until_seconds is None or self._heard < until_seconds * self._rate:
            piece = next(self._pieces, None)
            if piece is None:
                return
            # The place of a sample is its number; the times a source file claims are not used.
            piece.pts, piece.time_base = self._heard, Fraction(1, self._rate)
            self._heard += piece.samples
            self._file.mux(self._sound.encode(piece))


def _pieces(audio: Path, rate: int, layout: str) -> Generator[AudioFrame]:
    """The take, resampled for the encoder."""
    with opened(audio) as container:
        resampler = AudioResampler(format="fltp", layout=layout, rate=rate, frame_size=1024)
        for frame in frames(container):
            frame.pts = None
            yield from resampler.resample(frame)
        yield from resampler.resample(None)
