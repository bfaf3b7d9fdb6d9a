"""Recordings for tests: good ones, and ones that mean harm."""

import functools
import io
import math
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.media.pictures import SECRET, make_png


def voice(seconds: float, rate: int = 44_100, channels: int = 1) -> NDArray[np.float32]:
    """A sliding, pulsing tone of shape (channels, samples): no two moments are alike."""
    t = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * math.pi * (220 * t + 40 * t * t / max(seconds, 1)))
    pulse = 0.5 + 0.45 * np.sin(2 * math.pi * 2.3 * t + 0.4 * t)
    return np.tile((0.6 * tone * pulse).astype(np.float32), (channels, 1))


def encoded_sound(
    samples: NDArray[np.float32],
    *,
    container: str,
    codec: str,
    rate: int = 44_100,
    sample_format: str = "fltp",
    options: dict[str, str] | None = None,
    bit_rate: int | None = None,
    quality: int | None = None,
    seekable: bool = True,
    path: Path | None = None,
) -> bytes:
    """Encode (channels, samples) with FFmpeg. ``seekable=False`` writes as into a pipe.

    Formats that re-read what they wrote (``+faststart``) need a ``path`` to write to.
    """
    out: Any = str(path) if path else io.BytesIO() if seekable else Pipe()
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(out, "w", format=container, options=options or {}) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout=layout, format=sample_format)
        if bit_rate:
            stream.bit_rate = bit_rate
        if quality is not None:  # variable bit rate; 118 is FFmpeg's lambda per step
            stream.codec_context.qscale = True
            stream.codec_context.global_quality = quality * 118
        for start in range(0, samples.shape[1], 4096):
            piece = np.ascontiguousarray(samples[:, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts, frame.time_base = start, Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.read_bytes() if path else bytes(out.getvalue())


class Pipe(io.BytesIO):
    """A file that cannot go back to mend its header, as a browser's recorder."""

    def seekable(self) -> bool:
        return False

    seek = None  # type: ignore[assignment]
    tell = None  # type: ignore[assignment]


def make_wav(seconds: float, *, rate: int = 44_100, channels: int = 1) -> bytes:
    """16-bit PCM in WAV, written by hand."""
    pcm = (voice(seconds, rate, channels).T * 32_767).astype("<i2").tobytes()
    return wav_header(len(pcm), rate=rate, channels=channels) + pcm


def wav_header(data_bytes: int, *, rate: int = 44_100, channels: int = 1) -> bytes:
    """The 44 bytes before the samples of a WAV, claiming ``data_bytes`` of them."""
    align = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * align, align, 16)
    claimed = struct.pack("<I", data_bytes)
    riff = struct.pack("<I", min(0xFFFFFFFF, data_bytes + 36))
    return b"RIFF" + riff + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + claimed


def lying_wav_header(seconds: float, claimed_seconds: float = 36_000) -> bytes:
    """A WAV of some seconds whose header promises ten hours."""
    pcm = (voice(seconds, 22_050).T * 32_767).astype("<i2").tobytes()
    return wav_header(int(claimed_seconds * 22_050 * 2), rate=22_050) + pcm


@functools.lru_cache(maxsize=16)
def make_mp3(seconds: float, *, rate: int = 44_100, channels: int = 1) -> bytes:
    """A good MP3 with its length header."""
    return encoded_sound(
        voice(seconds, rate, channels), container="mp3", codec="libmp3lame", rate=rate
    )


def make_mp3_without_length(seconds: float) -> bytes:
    """A variable-rate MP3 without Xing header: its length can only be guessed or decoded."""
    half = voice(seconds / 2)
    return encoded_sound(
        np.concatenate((half, np.zeros_like(half)), axis=1),
        container="mp3",
        codec="libmp3lame",
        options={"write_xing": "0"},
        quality=2,
    )


def mp3_with_cover(seconds: float) -> bytes:
    """A good MP3 behind an ID3 tag that holds a cover picture."""
    return _id3(b"APIC", b"\x00image/png\x00\x03\x00" + make_png(64, 64)) + make_mp3(seconds)


def mp3_with_artist(seconds: float) -> bytes:
    """A good MP3 behind an ID3 tag that names a person."""
    return _id3(b"TPE1", b"\x00" + SECRET.encode()) + make_mp3(seconds)


def _id3(name: bytes, body: bytes) -> bytes:
    frame = name + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    sync_safe = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sync_safe + frame


def make_m4a(seconds: float, *, rate: int = 44_100, channels: int = 1) -> bytes:
    """AAC in MP4, as a phone records."""
    samples = voice(seconds, rate, channels)
    return encoded_sound(samples, container="ipod", codec="aac", rate=rate)


def make_m4a_index_first(path: Path, seconds: float) -> bytes:
    """An M4A with its index at the front: cut in two, it still opens."""
    options = {"movflags": "+faststart"}
    return encoded_sound(voice(seconds), container="ipod", codec="aac", options=options, path=path)


def make_fragmented_m4a(seconds: float) -> bytes:
    """AAC in fragmented MP4 without a total length, as Safari's recorder makes."""
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}
    return encoded_sound(voice(seconds), container="mp4", codec="aac", options=flags)


def make_alac(seconds: float) -> bytes:
    """Apple Lossless in MP4."""
    return encoded_sound(voice(seconds), container="ipod", codec="alac", sample_format="s16p")


def make_protected_m4a(seconds: float = 3) -> bytes:
    """An M4A whose track says FairPlay."""
    return make_m4a(seconds).replace(b"mp4a", b"drms", 1)


def make_aac(seconds: float, *, rate: int = 48_000) -> bytes:
    """Bare AAC (ADTS)."""
    return encoded_sound(voice(seconds, rate), container="adts", codec="aac", rate=rate)


def make_ogg_opus(seconds: float) -> bytes:
    """Opus in Ogg, as Firefox records."""
    return encoded_sound(
        voice(seconds, 48_000), container="ogg", codec="libopus", rate=48_000, sample_format="flt"
    )


def make_webm_opus(seconds: float) -> bytes:
    """Opus in WebM as MediaRecorder makes it: no duration in the header, no index."""
    return encoded_sound(
        voice(seconds, 48_000),
        container="webm",
        codec="libopus",
        rate=48_000,
        sample_format="flt",
        seekable=False,
    )


def make_flac(seconds: float) -> bytes:
    """A recording that is good, but not of an accepted kind."""
    return encoded_sound(voice(seconds), container="flac", codec="flac", sample_format="s16")


def playlist_of(path: str) -> bytes:
    """An HLS playlist whose only part is a file of this machine."""
    return (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{path}\n#EXT-X-ENDLIST\n".encode()
    )


def concat_of(path: str) -> bytes:
    """An FFmpeg concat script that names a file of this machine."""
    return f"ffconcat version 1.0\nfile '{path}'\n".encode()
