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
from jobs.renditions.opening import NotAVideo, OpenedVideo, opened_video, plays_in_browsers
from jobs.renditions.places import Places
from jobs.renditions.rates import FASTEST, frame_rate

MAX_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A video that decodes from start to end.

    ``duration_seconds`` is that of the picture, ``audio_seconds`` that of the sound (decoded
    samples / rate); ``frames`` were counted; sides are pixels; ``sha256`` is of the whole file.
    ``review_frames`` is how many frames the review copy has, at the constant ``frame_rate``.
    ``plays_in_browsers``: every browser plays the file itself, and shows frame n of the review
    copy at the same time.
    """

    duration_seconds: float
    frame_rate: Fraction
    frames: int
    width: int
    height: int
    audio_seconds: float
    bytes: int
    sha256: str
    review_frames: int
    plays_in_browsers: bool


@dataclass(slots=True)
class _Watched:
    """Counts of a decoding pass. A frame without a time is a None among the ``stamps``."""

    corrupt_frames: int = 0
    stamps: list[int | None] = field(default_factory=list)
    first: int | None = None
    time_base: Fraction = Fraction(0)
    audio_seconds: float = 0.0
    picture: Damage = field(default_factory=Damage)
    sound: Damage = field(default_factory=Damage)

    def saw(self, frame: VideoFrame) -> None:
        self.stamps.append(frame.pts)
        self.corrupt_frames += frame.is_corrupt
        if frame.pts is not None:
            self.first = frame.pts if self.first is None else self.first
            self.time_base = self.time_base or fraction(frame.time_base)
            too_long = (frame.pts - self.first) * self.time_base > MAX_SECONDS
        else:
            too_long = self.frames > MAX_SECONDS * FASTEST
        if too_long:
            raise NotAVideo(f"The video is longer than {MAX_SECONDS // 60} minutes.")

    @property
    def frames(self) -> int:
        return len(self.stamps)

    @property
    def times(self) -> list[int]:
        return [stamp for stamp in self.stamps if stamp is not None]

    @property
    def span_seconds(self) -> Fraction:
        """From the first frame to the last; frames without times count as none."""
        times = self.times
        return (max(times) - min(times)) * self.time_base if times else Fraction(0)

    def frames_at(self, rate: Fraction) -> int:
        """How many frames a copy at this constant rate has."""
        places = Places(rate)
        for stamp in self.stamps:
            places.take(None if stamp is None else stamp * self.time_base)
        return places.count

    def begins_at_once(self, rate: Fraction) -> bool:
        """Whether a player's clock is at zero when the first frame is shown."""
        return abs((self.first or 0) * self.time_base) < 1 / (2 * rate)

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
        plays = plays_in_browsers(video) and watched.begins_at_once(rate)
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
        review_frames=watched.frames_at(rate),
        plays_in_browsers=plays,
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
