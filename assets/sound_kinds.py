"""Which recordings are taken in, by container and codec, and a sentence for every other file."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from assets.containers import (
    MAX_CHANNELS,
    MAX_SAMPLE_RATE,
    is_usable_sound,
    moving_picture,
    opened_media,
)
from assets.copy_protection import is_copy_protected
from assets.probing import HEAD_BYTES, Recognised, Refused, megabytes, recognise

MAX_SOURCE_BYTES = 100_000_000
ACCEPTED = "Send an MP3, WAV, M4A, AAC, OGG or WebM recording."


@dataclass(frozen=True, slots=True)
class SoundKind:
    """A recording that is taken in: FFmpeg's demuxer and codec names, and ours."""

    name: str
    demuxer: str
    codecs: tuple[str, ...]
    content_type: str
    extension: str


KINDS: tuple[SoundKind, ...] = (
    SoundKind("mp3", "mp3", ("mp3",), "audio/mpeg", ".mp3"),
    SoundKind("wav", "wav", ("pcm_", "adpcm_"), "audio/wav", ".wav"),
    SoundKind("m4a", "mov", ("aac", "alac"), "audio/mp4", ".m4a"),
    SoundKind("aac", "aac", ("aac",), "audio/aac", ".aac"),
    SoundKind("ogg", "ogg", ("opus", "vorbis"), "audio/ogg", ".ogg"),
    SoundKind("webm", "matroska", ("opus", "vorbis"), "audio/webm", ".webm"),
)


@dataclass(frozen=True, slots=True)
class OpenedSound:
    """An open recording: its container, its one audio stream and its kind."""

    container: InputContainer
    stream: AudioStream
    kind: SoundKind
    words: str


@contextmanager
def opened_sound(path: Path) -> Iterator[OpenedSound]:
    """Open a recording by its bytes; raises ``Refused`` for everything that is not accepted."""
    recognised = _checked_head(path)
    with ExitStack() as stack:
        # Only opening is guarded: what fails later (a full disk) is not the file's fault.
        try:
            media = opened_media(path, formats=[kind.demuxer for kind in KINDS])
            container = stack.enter_context(media)
        except av.FFmpegError as error:
            raise Refused("sound.type", _unreadable(recognised)) from error
        yield _chosen(container, recognised)


def _checked_head(path: Path) -> Recognised | None:
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise Refused("sound.empty", f"This file is empty (0 bytes). {ACCEPTED}")
    if size_bytes > MAX_SOURCE_BYTES:
        raise Refused(
            "sound.bytes",
            f"This file has {megabytes(size_bytes)}; the studio takes recordings of at most "
            f"{megabytes(MAX_SOURCE_BYTES)}. Export it as MP3 or cut it into shorter takes.",
        )
    with path.open("rb") as source:
        recognised = recognise(source.read(HEAD_BYTES))
    if recognised and recognised.kind == "mp4" and is_copy_protected(path):
        raise Refused(
            "sound.protected",
            "This recording is copy-protected, so it cannot be decoded. "
            "Send a recording of your own, or an unprotected export.",
        )
    return recognised


def _unreadable(recognised: Recognised | None) -> str:
    if recognised is None:
        return f"This file is not a recording the studio knows. {ACCEPTED}"
    if recognised.kind in {"mp3", "wav", "ogg", "webm", "mp4"}:
        return (
            f"This starts like {recognised.words}, but it is damaged or cut off and cannot be "
            "decoded. Export or download it again, then send the new file."
        )
    return f"This is {recognised.words}. {ACCEPTED}"


def _chosen(container: InputContainer, recognised: Recognised | None) -> OpenedSound:
    words = recognised.words if recognised else "a recording"
    if moving_picture(container) is not None:
        raise Refused(
            "sound.video",
            "This is a video. Export its sound as MP3, WAV or M4A and send that.",
        )
    if not container.streams.audio:
        raise Refused("sound.silent", f"This is {words} without any sound in it. {ACCEPTED}")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is not None and not is_usable_sound(stream.rate, context.layout.nb_channels):
        raise Refused(
            "sound.channels",
            f"This recording has {context.layout.nb_channels:,} channels of {stream.rate:,} "
            f"samples a second; the studio takes at most {MAX_CHANNELS} channels and "
            f"{MAX_SAMPLE_RATE:,} samples. Export it as mono at 44,100.",
        )
    codec = context.codec.canonical_name if context is not None else "unknown"
    demuxers = container.format.name.split(",")
    for kind in KINDS:
        if kind.demuxer in demuxers and codec.startswith(kind.codecs):
            return OpenedSound(container, stream, kind, words)
    raise Refused(
        "sound.type",
        f"The sound in this file is stored as “{codec}”, which is not taken. {ACCEPTED}",
    )
