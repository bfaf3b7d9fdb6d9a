"""Videos for tests, whose frames carry their numbers."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.media.sounds import Pipe, voice


def numbered_frame(number: int, width: int, height: int) -> av.VideoFrame:
    """A picture that carries its number as 12 black or white stripes, readable after encoding."""
    stripes = [255 if number >> bit & 1 else 0 for bit in range(12)]
    row = np.repeat(np.array(stripes, np.uint8), -(-width // 12))[:width]
    return av.VideoFrame.from_ndarray(np.tile(row[:, None], (height, 1, 3)), format="rgb24")


def number_of(frame: av.VideoFrame) -> int:
    """Read the number of a `numbered_frame` back."""
    grey = frame.to_ndarray(format="gray")
    step = grey.shape[1] / 12
    middle = grey[grey.shape[0] // 2]
    return sum((int(middle[int((bit + 0.5) * step)]) > 127) << bit for bit in range(12))


def make_video(
    path: Path,
    *,
    seconds: float = 2.0,
    rate: Fraction = Fraction(25),
    width: int = 320,
    height: int = 240,
    sound: bool = True,
    picture: bool = True,
    sound_seconds: float | None = None,
    container: str = "mp4",
    times_ms: list[int] | None = None,
    black_seconds: float = 0.0,
    seekable: bool = True,
    sound_starts_ms: int = 0,
) -> Path:
    """A small H.264/AAC video (VP8/Opus for webm) with numbered frames.

    ``times_ms`` gives every frame its own time instead of a constant rate; ``seekable=False``
    writes a webm without length and index, as a browser's recorder does.
    """
    webm = container == "webm"
    target: Any = str(path) if seekable else Pipe()
    with av.open(target, "w", format=container) as file:
        video = file.add_stream("libvpx" if webm else "libx264", rate=rate) if picture else None
        tone = file.add_stream("libopus" if webm else "aac", rate=48_000) if sound else None
        if video is not None:
            video.width, video.height, video.pix_fmt = width, height, "yuv420p"
            if times_ms is not None:
                video.codec_context.time_base = Fraction(1, 1000)
            _write_frames(file, video, seconds, rate, times_ms, black_seconds)
        if tone is not None:
            samples = voice(seconds if sound_seconds is None else sound_seconds, 48_000)
            _write_sound(file, tone, samples, 48 * sound_starts_ms)
    if isinstance(target, Pipe):
        path.write_bytes(target.getvalue())
    return path


def _write_frames(
    file: Any,
    video: Any,
    seconds: float,
    rate: Fraction,
    times_ms: list[int] | None,
    black_seconds: float,
) -> None:
    count = len(times_ms) if times_ms is not None else round(seconds * rate)
    for number in range(count):
        frame = numbered_frame(number, video.width, video.height)
        if number < black_seconds * rate:
            black = np.zeros((video.height, video.width, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(black, format="rgb24")
        if times_ms is not None:
            frame.pts, frame.time_base = times_ms[number], Fraction(1, 1000)
        else:
            frame.pts, frame.time_base = number, 1 / rate
        file.mux(video.encode(frame))
    file.mux(video.encode(None))


def _write_sound(file: Any, tone: Any, samples: NDArray[np.float32], first: int) -> None:
    for start in range(0, samples.shape[1], 1024):
        piece = np.ascontiguousarray(samples[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, first + start, Fraction(1, 48_000)
        file.mux(tone.encode(frame))
    file.mux(tone.encode(None))
