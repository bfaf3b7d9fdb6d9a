"""The one way a media file is opened: by its bytes, as one of a few containers, nothing else.

FFmpeg also opens playlists, concat scripts and network addresses, which read other files of this
machine. So every file is handed over as open bytes (its name is never seen), and both whitelists
are always passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeGuard

import av
from av import AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.rational import AVRational
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

MAX_CHANNELS = 8
MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 4_000, 384_000

Decodable = AudioStream | VideoStream

# Damage below this share of the stream is heard as a click at most.
TOLERATED_DAMAGE = 0.02
# Larger than any frame of speech: a bigger packet is a stretch that a parser could not divide.
_SMALL_PACKET_BYTES = 1500


@contextmanager
def opened_media(path: Path, *, formats: Sequence[str]) -> Iterator[InputContainer]:
    """Open a media file for reading as one of ``formats`` (FFmpeg demuxer names).

    Raises ``av.FFmpegError`` where the bytes are none of them, ``OSError`` where they cannot be
    read.
    """
    options = {"format_whitelist": ",".join(formats), "protocol_whitelist": "file"}
    with (
        path.open("rb") as source,
        av.open(source, mode="r", options=options) as container,
    ):
        yield container


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The first video stream that is not a cover picture, or None."""
    for stream in container.streams.video:
        if not stream.disposition & (Disposition.attached_pic | Disposition.still_image):
            return stream
    return None


@dataclass(slots=True)
class Damage:
    """What a decoding pass could not use, in bytes of the stream."""

    read_bytes: int = 0
    failed_bytes: int = 0
    failed_packets: int = 0
    first_position: int | None = None
    broken_off: bool = False

    def saw(self, packet: Packet[Stream]) -> None:
        """Count a packet that the demuxer delivered."""
        self.read_bytes += packet.size
        if self.first_position is None and packet.pos is not None and packet.pos >= 0:
            self.first_position = packet.pos

    def failed(self, packet: Packet[Stream]) -> None:
        """Count a packet that the decoder refused."""
        self.failed_packets += 1
        self.failed_bytes += packet.size

    @property
    def failed_share(self) -> float:
        """Share (0..1) of the stream's bytes that did not decode; one small packet is forgiven."""
        if self.failed_packets <= 1 and self.failed_bytes < _SMALL_PACKET_BYTES:
            return 0.0
        return self.failed_bytes / max(1, self.read_bytes)

    def unusable_share(self, stream_end: int) -> float:
        """Share of the bytes from the first packet to ``stream_end`` that gave no sound.

        Only for bare streams (MP3, ADTS), where packets lie one behind the other: there a parser
        jumps over damage without a word, or hands it out as one packet. The places of later
        packets are not used, because parsers make them up by adding sizes.
        """
        span = stream_end - (self.first_position or 0)
        usable = self.read_bytes - self.failed_bytes
        return max(0.0, 1.0 - usable / span) if span > 0 else 0.0


def decoded_sound(
    container: InputContainer, stream: AudioStream, damage: Damage
) -> Iterator[AudioFrame]:
    """Decode one audio stream from here to its end, noting in ``damage`` what did not decode."""
    for frame in decoded_frames(container, {stream: damage}):
        if isinstance(frame, AudioFrame):
            yield frame


def decoded_frames(
    container: InputContainer, damages: Mapping[Decodable, Damage]
) -> Iterator[AudioFrame | VideoFrame]:
    """Decode the streams named by ``damages`` side by side, from here to the end, streaming.

    A packet that does not decode is noted in its stream's damage and left out. A demuxer that gives
    up in the middle ends all streams, which is noted too.
    """
    by_index = {stream.index: damage for stream, damage in damages.items()}
    demuxer = container.demux(*damages)
    while True:
        try:
            packet = next(demuxer, None)
        except av.FFmpegError:
            for damage in damages.values():
                damage.broken_off = True
            return
        if packet is None:
            return
        damage = by_index[packet.stream_index]
        damage.saw(packet)
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):  # ValueError: a codec without a decoder
            damage.failed(packet)
        else:
            yield from (frame for frame in frames if _is_usable(frame))


def _is_usable(frame: object) -> TypeGuard[AudioFrame | VideoFrame]:
    """Not so for sound that no recorder makes: PyAV and the resampler fail on it."""
    if isinstance(frame, AudioFrame):
        return is_usable_sound(frame.sample_rate, frame.layout.nb_channels) and frame.samples > 0
    return isinstance(frame, VideoFrame)


def is_usable_sound(sample_rate: int, channels: int) -> bool:
    """Whether sound of this rate (per second) and channel count can be worked with."""
    return MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE and 1 <= channels <= MAX_CHANNELS


def fraction(value: AVRational | Fraction | int) -> Fraction:
    """An exact fraction of FFmpeg's rational; zero where it is undefined (0/0)."""
    return Fraction(value.numerator, value.denominator) if value.denominator else Fraction(0)


def missing_share(container: InputContainer, file_bytes: int) -> float:
    """Share (0..1) of the indexed bytes that lie behind the end of the file: it was cut off.

    MP4 knows the place of every sample; other containers have no such index and give 0.
    """
    total = missing = 0
    for stream in container.streams:
        for entry in stream.index_entries:
            total += entry.size
            missing += entry.size if entry.pos + entry.size > file_bytes else 0
    return missing / total if total else 0.0
