"""The one way a result file is opened, and the sentence for a file that is no video."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from assets.containers import moving_picture, opened_media
from assets.probing import HEAD_BYTES, recognise

_DEMUXERS = ("mov", "matroska")
_MAX_PIXELS = 8192 * 4320
_DECODING_THREADS = 2


class NotAVideo(Exception):
    """A file that is not a playable video with picture and sound. ``sentence`` says what it is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class OpenedVideo:
    """An open MP4, MOV, WebM or MKV with its first picture and sound streams."""

    container: InputContainer
    picture: VideoStream
    sound: AudioStream


@contextmanager
def opened_video(path: Path) -> Iterator[OpenedVideo]:
    """Open a video by its bytes; raises ``NotAVideo`` for everything else."""
    if path.stat().st_size == 0:
        raise NotAVideo("The file is empty (0 bytes).")
    with ExitStack() as stack:
        # Only opening is guarded: what fails later (a full disk) is not the file's fault.
        try:
            container = stack.enter_context(opened_media(path, formats=_DEMUXERS))
        except av.FFmpegError as error:
            raise NotAVideo(_unreadable(path)) from error
        yield _with_both_streams(container)


def plays_in_browsers(video: OpenedVideo) -> bool:
    """Whether it is what every browser plays: H.264 in 4:2:0 with eight bits, AAC, in an MP4."""
    picture, sound = video.picture.codec_context, video.sound.codec_context
    return (
        "mp4" in video.container.format.name
        and (picture.name, picture.pix_fmt) == ("h264", "yuv420p")
        and sound.name == "aac"
    )


def _unreadable(path: Path) -> str:
    with path.open("rb") as source:
        recognised = recognise(source.read(HEAD_BYTES))
    if recognised is None:
        return "The file is not a video in MP4, MOV, WebM or MKV."
    if recognised.kind in {"mp4", "webm"}:
        return f"The file starts like {recognised.words}, but it is damaged or cut off."
    return f"The file is {recognised.words}, not a video."


def _with_both_streams(container: InputContainer) -> OpenedVideo:
    picture = moving_picture(container)
    if picture is None or picture.codec_context is None or not picture.width:
        raise NotAVideo("The file has no moving picture that can be decoded.")
    if not container.streams.audio or container.streams.audio[0].codec_context is None:
        raise NotAVideo("The video has no sound.")
    if picture.width * picture.height > _MAX_PIXELS:
        raise NotAVideo(
            f"The video is {picture.width:,} × {picture.height:,} px, "
            "which is more than the studio decodes (8,192 × 4,320 px)."
        )
    picture.thread_type = "AUTO"
    picture.codec_context.thread_count = _DECODING_THREADS
    return OpenedVideo(container, picture, container.streams.audio[0])


@contextmanager
def appearing_whole(to: Path) -> Iterator[Path]:
    """A path to write to: becomes ``to`` when the block ends well, vanishes when it does not."""
    part = to.with_name(to.name + ".part")
    try:
        yield part
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
