"""The copy of a version that is reviewed in the browser: every frame can be reached exactly.

Frame n of a comment must be the same picture for everybody, so the copy has a constant frame rate,
a key frame at least every 12 frames, no reordered frames, and its index at the front of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av import AudioFrame, VideoFrame
from av.container import OutputContainer

from assets.containers import Damage, Decodable, decoded_frames, fraction
from jobs.renditions.facts import MAX_SECONDS, probe_video
from jobs.renditions.opening import NotAVideo, OpenedVideo, appearing_whole, opened_video
from jobs.renditions.places import Places
from jobs.renditions.soundtrack import Soundtrack

KEY_FRAME_DISTANCE = 12
_SHORT_SIDE, _LONG_SIDE = 1080, 1920
_ENCODING_THREADS = 2
_X264 = {"preset": "veryfast", "crf": "20", "bf": "0", "sc_threshold": "0"}
_TV_RANGE = 1


@dataclass(frozen=True, slots=True)
class ReviewCopy:
    """The written copy: its exact constant rate, its counted frames, its sides in pixels."""

    frame_rate: Fraction
    frames: int
    width: int
    height: int
    bytes: int


def review_copy(path: Path, to: Path, *, rate: Fraction | None = None) -> ReviewCopy:
    """Write an H.264/AAC MP4 of a video that ``probe_video`` accepted.

    ``rate`` is the probed frame rate (measured here when not given). A video of varying rate keeps
    its timing: frames are repeated or left out. At most 1,920 px on the long and 1,080 px on the
    short side. Raises ``NotAVideo``, or ``OSError`` when the disk is full.
    """
    rate = rate or probe_video(path).frame_rate
    with appearing_whole(to) as part:
        with (
            opened_video(path) as video,
            av.open(
                str(part), "w", format="mp4", container_options={"movflags": "+faststart"}
            ) as out,
        ):
            width, height = reviewed_size(video.picture.width, video.picture.height)
            frames = _Copying(video, out, rate, width, height).run()
        size_bytes = part.stat().st_size
    return ReviewCopy(rate, frames, width, height, size_bytes)


def reviewed_size(width: int, height: int) -> tuple[int, int]:
    """Even sides in pixels that fit 1,920 x 1,080 (or 1,080 x 1,920), never enlarged."""
    short, long = sorted((width, height))
    scale = min(1.0, _SHORT_SIDE / short, _LONG_SIDE / long)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


class _Copying:
    """One pass from an open video to an open copy."""

    def __init__(
        self, video: OpenedVideo, out: OutputContainer, rate: Fraction, width: int, height: int
    ) -> None:
        self._video, self._out, self._rate = video, out, rate
        self._picture: Any = out.add_stream("libx264", rate=rate, options=_X264)
        self._picture.width, self._picture.height = width, height
        self._picture.pix_fmt = "yuv420p"
        self._picture.gop_size = KEY_FRAME_DISTANCE
        self._picture.thread_count = _ENCODING_THREADS
        self._keep_colours()
        self._sound = Soundtrack(out, channels=video.sound.layout.nb_channels)
        self._places = Places(rate)
        self._shown: VideoFrame | None = None
        self._frames = 0

    def run(self) -> int:
        """Copy everything and return the number of frames written."""
        streams: tuple[Decodable, ...] = (self._video.picture, self._video.sound)
        damages = {stream: Damage() for stream in streams}
        for frame in decoded_frames(self._video.container, damages):
            if isinstance(frame, VideoFrame):
                self._show(frame)
            elif isinstance(frame, AudioFrame):
                self._sound.add(frame, starts_after_seconds=self._sound_offset(frame))
        if self._frames == 0:
            raise NotAVideo("The video has no frame that can be decoded.")
        self._out.mux(self._picture.encode(None))
        self._sound.finish()
        return self._frames

    def _keep_colours(self) -> None:
        source, context = self._video.picture.codec_context, self._picture.codec_context
        context.colorspace = source.colorspace
        context.color_primaries = source.color_primaries
        context.color_trc = source.color_trc
        context.color_range = _TV_RANGE

    def _sound_offset(self, frame: AudioFrame) -> Fraction:
        """Seconds from the first picture to this frame of sound."""
        picture = self._video.picture
        picture_start = (picture.start_time or 0) * fraction(picture.time_base)
        return (frame.pts or 0) * fraction(frame.time_base) - picture_start

    def _show(self, frame: VideoFrame) -> None:
        at = None if frame.pts is None else frame.pts * fraction(frame.time_base)
        place = self._places.take(at)
        if place is None:
            return
        if place > MAX_SECONDS * self._rate:
            raise NotAVideo(f"The video is longer than {MAX_SECONDS // 60} minutes.")
        fitted = frame.reformat(
            width=self._picture.width,
            height=self._picture.height,
            format="yuv420p",
            dst_color_range=_TV_RANGE,
        )
        for repeated in self._until(place, fitted):
            self._write(repeated)
        self._write(fitted)
        self._shown = fitted

    def _until(self, place: int, fitted: VideoFrame) -> Iterator[VideoFrame]:
        """The frame that stays on screen until the next one begins."""
        for _ in range(self._frames, place):
            yield self._shown or fitted

    def _write(self, frame: VideoFrame) -> None:
        frame.pts, frame.time_base = self._frames, 1 / self._rate
        # Every frame is encoded as its place demands, not as the source had stored it.
        frame.pict_type = 0
        self._out.mux(self._picture.encode(frame))
        self._frames += 1
