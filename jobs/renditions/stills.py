"""Still pictures of a video: a poster, and a film strip to scrub through."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import VideoFrame
from PIL import Image

from jobs.renditions.opening import NotAVideo, OpenedVideo, appearing_whole, opened_video

POSTER_LONG_SIDE = 1280
TILES = 12
TILE_SIDE = 160
# A third in is past a fade-in; the others are for videos that happen to be black there.
_POSTER_PLACES = (Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1, 10), Fraction(9, 10))
# Mean brightness (0..255) from which a frame shows something; black in video range is about 0.
_SHOWS_SOMETHING = 16.0


@dataclass(frozen=True, slots=True)
class FilmStrip:
    """One JPEG row of ``tiles`` pictures, each ``tile_width`` x ``tile_height`` px."""

    tiles: int
    tile_width: int
    tile_height: int


def poster(path: Path, to: Path) -> None:
    """Write a JPEG of the frame a third in, or of the first place that is not black.

    The long side is at most 1,280 px. Raises ``NotAVideo``, or ``OSError`` when the disk is full.
    """
    with opened_video(path) as video:
        best, best_light = None, -1.0
        for frame in _frames_at(video, _POSTER_PLACES):
            light = float(np.mean(frame.to_ndarray(format="gray")))
            if light > best_light:
                best, best_light = frame, light
            if light >= _SHOWS_SOMETHING:
                break
        picture = _picture(best, POSTER_LONG_SIDE)
    with appearing_whole(to) as part:
        picture.save(part, "JPEG", quality=88)


def film_strip(path: Path, to: Path, *, tiles: int = TILES) -> FilmStrip:
    """Write one JPEG with ``tiles`` pictures side by side, evenly spread over the video.

    Each fits into 160 x 160 px. Raises ``NotAVideo``, or ``OSError`` when the disk is full.
    """
    places = [Fraction(2 * tile + 1, 2 * tiles) for tile in range(tiles)]
    strip: Image.Image | None = None
    width = height = 0
    with opened_video(path) as video:
        for tile, frame in enumerate(_frames_at(video, places)):
            picture = _picture(frame, TILE_SIDE)
            if strip is None:
                width, height = picture.size
                strip = Image.new("RGB", (width * tiles, height))
            strip.paste(picture.resize((width, height)), (tile * width, 0))
    if strip is None:
        raise NotAVideo("The video has no frame that can be decoded.")
    with appearing_whole(to) as part:
        strip.save(part, "JPEG", quality=80)
    return FilmStrip(tiles, width, height)


def _picture(frame: VideoFrame | None, long_side: int) -> Image.Image:
    if frame is None:
        raise NotAVideo("The video has no frame that can be decoded.")
    picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
    picture.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return picture


def _frames_at(video: OpenedVideo, places: Sequence[Fraction]) -> Iterator[VideoFrame]:
    """The frames at shares (0..1) of the video, or the nearest earlier ones, found by seeking."""
    first, last = _packet_times(video)
    for place in places:
        frame = _frame_at(video, int(first + (last - first) * place))
        if frame is not None:
            yield frame


def _packet_times(video: OpenedVideo) -> tuple[int, int]:
    """First and last time of the picture, in its time base, read without decoding."""
    times: list[int] = []
    # A file that breaks off has the times up to there.
    with suppress(av.FFmpegError):
        for packet in video.container.demux(video.picture):
            times += [] if packet.pts is None else [packet.pts]
    if not times:
        raise NotAVideo("The video has no frame that can be decoded.")
    return min(times), max(times)


def _frame_at(video: OpenedVideo, pts: int) -> VideoFrame | None:
    latest: VideoFrame | None = None
    try:
        video.container.seek(pts, stream=video.picture)
        for frame in video.container.decode(video.picture):
            if latest is not None and frame.pts is not None and frame.pts > pts:
                break
            latest = frame
    except av.FFmpegError:
        return latest
    return latest
