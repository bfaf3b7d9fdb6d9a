"""The take: how loud it is at every frame, and its sound for the film."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

# Demuxers of sound files. A playlist or a script format could read other files of this machine.
FORMATS = "mp3,wav,aac,mov,mp4,m4a,ogg,matroska,webm,flac"
LOUDNESS_RATE = 100


class Unhearable(Exception):
    """The file holds no sound that can be decoded."""


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The sound file, for decoding. Raises Unhearable for what is not sound."""
    try:
        with (
            path.open("rb") as source,
            av.open(
                source,
                mode="r",
                options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
            ) as container,
        ):
            if not container.streams.audio:
                raise Unhearable("the file has no sound track")
            yield container
    except av.FFmpegError as error:
        raise Unhearable(f"the sound cannot be decoded: {error.strerror}") from error


def frames(container: InputContainer) -> Iterator[AudioFrame]:
    """The decoded frames of the first sound track; a damaged packet is left out, as players do."""
    for packet in container.demux(audio=0):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


@dataclass(frozen=True, slots=True)
class Take:
    """What the film needs to know of a take before it is drawn."""

    seconds: float
    sample_rate: int
    channels: int
    loudness: NDArray[np.float32]

    def mouth(self, rate: int, count: int) -> NDArray[np.float32]:
        """How far the mouth is open (0..1) at each of ``count`` frames, ``rate`` per second."""
        at = (np.arange(count) + 0.5) / rate * LOUDNESS_RATE
        return np.interp(at, np.arange(len(self.loudness)), self.loudness).astype(np.float32)


def hear(path: Path) -> Take:
    """Decode the whole file once, keeping 100 loudness values per second. Raises Unhearable."""
    squares: list[NDArray[np.floating]] = []
    samples = 0
    with opened(path) as container:
        track = container.streams.audio[0]
        rate, channels = track.rate, track.channels
        mono = AudioResampler(format="flt", layout="mono", rate=rate)
        window = max(1, rate // LOUDNESS_RATE)
        rest = np.zeros(0, np.float32)
        for frame in frames(container):
            samples += frame.samples
            frame.pts = None
            for piece in mono.resample(frame):
                heard = np.concatenate([rest, piece.to_ndarray()[0]])
                whole = len(heard) // window * window
                squares.append(np.square(heard[:whole].reshape(-1, window)).mean(axis=1))
                rest = heard[whole:]
    if not samples:
        raise Unhearable("the file holds no sound at all")
    return Take(samples / rate, rate, channels, _opening(np.concatenate([*squares, [0.0]])))


def _opening(power: NDArray[np.floating]) -> NDArray[np.float32]:
    """Loudness against this take's own loud passages, with a quick attack and a slow release."""
    level = np.sqrt(power)
    loud = float(np.percentile(level[level > 1e-4], 92)) if (level > 1e-4).any() else 1.0
    wanted = np.clip((level / loud - 0.08) / 0.92, 0, 1) ** 0.7
    heard = np.zeros(len(wanted), np.float32)
    value = 0.0
    for index, target in enumerate(wanted):
        value += (target - value) * (0.5 if target > value else 0.22)
        heard[index] = value
    return heard
