"""Facts of a finished video, measured by decoding every frame and every sample of it."""

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from av import AudioFrame, VideoFrame

from assets.containers import (
    TOLERATED_DAMAGE,
    Damage,
    Decodable,
    decoded_frames,
    fraction,
    missing_share,
)
from jobs.renditions.opening import NotAVideo, OpenedVideo, opened_video
from jobs.renditions.rates import FASTEST, frame_rate

MAX_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A video that decodes from start to end.

    ``duration_seconds`` is that of the picture, ``audio_seconds`` that of the sound (decoded
    samples / rate); ``frames`` were counted; sides are pixels; ``sha256`` is of the whole file.
    """

    duration_seconds: float
    frame_rate: Fraction
    frames: int
    width: int
    height: int
    audio_seconds: float
    bytes: int
    sha256: str


@dataclass(slots=True)
class _Watched:
    """Counts of a decoding pass."""

    frames: int = 0
    corrupt_frames: int = 0
    times: list[int] = field(default_factory=list)
    time_base: Fraction = Fraction(0)
    audio_seconds: float = 0.0
    picture: Damage = field(default_factory=Damage)
    sound: Damage = field(default_factory=Damage)

    def saw(self, frame: VideoFrame) -> None:
        self.frames += 1
        self.corrupt_frames += frame.is_corrupt
        if frame.pts is not None:
            self.times.append(frame.pts)
            self.time_base = self.time_base or fraction(frame.time_base)
            too_long = (frame.pts - self.times[0]) * self.time_base > MAX_SECONDS
        else:
            too_long = self.frames > MAX_SECONDS * FASTEST
        if too_long:
            raise NotAVideo(f"The video is longer than {MAX_SECONDS // 60} minutes.")

    @property
    def span_seconds(self) -> Fraction:
        """From the first frame to the last; frames without times count as none."""
        return (max(self.times) - min(self.times)) * self.time_base if self.times else Fraction(0)

    @property
    def lost_share(self) -> float:
        corrupt = self.corrupt_frames / max(1, self.frames)
        return max(self.picture.failed_share, self.sound.failed_share, corrupt)


def probe_video(path: Path) -> VideoFacts:
    """Decode a video (MP4, MOV, WebM or MKV) completely and return its facts.

    Raises ``NotAVideo`` when it is something else, has no picture or no sound, is longer than an
    hour, is cut off, or more than 2 % of it do not decode.
    """
    file_bytes = path.stat().st_size
    with opened_video(path) as video:
        watched = _watched(video)
        _check_whole(watched, missing_share(video.container, file_bytes))
        rate = frame_rate(
            watched.times,
            time_base=watched.time_base,
            declared=fraction(video.picture.average_rate or 0),
        )
        width, height = video.picture.width, video.picture.height
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return VideoFacts(
        duration_seconds=float(watched.span_seconds + 1 / rate),
        frame_rate=rate,
        frames=watched.frames,
        width=width,
        height=height,
        audio_seconds=watched.audio_seconds,
        bytes=file_bytes,
        sha256=digest,
    )


def _watched(video: OpenedVideo) -> _Watched:
    watched = _Watched()
    damages: dict[Decodable, Damage] = {video.picture: watched.picture, video.sound: watched.sound}
    for frame in decoded_frames(video.container, damages):
        if isinstance(frame, VideoFrame):
            watched.saw(frame)
        elif isinstance(frame, AudioFrame):
            watched.audio_seconds += frame.samples / frame.sample_rate
    return watched


def _check_whole(watched: _Watched, missing: float) -> None:
    if watched.frames == 0:
        raise NotAVideo("The video has no frame that can be decoded.")
    if missing > TOLERATED_DAMAGE:
        raise NotAVideo(f"The video is cut off: {missing:.0%} of it are missing at the end.")
    if watched.lost_share > TOLERATED_DAMAGE or watched.picture.broken_off:
        raise NotAVideo("The video is damaged: parts of it cannot be decoded.")
    if watched.audio_seconds <= 0:
        raise NotAVideo("The sound of the video is empty or cannot be decoded.")
