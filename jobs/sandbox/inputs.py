"""Fetch what an order points at, and refuse what the model would refuse."""

import asyncio
from pathlib import Path
from typing import Literal

import aiohttp

from jobs.sandbox.failures import TaskFailed
from jobs.sandbox.options import Limits
from jobs.sandbox.render.picture import Unseeable, open_picture
from jobs.sandbox.render.sound import Unhearable, hear

Kind = Literal["image", "audio"]
FETCH_SECONDS = 60
_CHUNK_BYTES = 64 * 1024
# What a server may call the file. The bytes decide later; a page of text is refused here.
_CONTENT_TYPES: dict[Kind, tuple[str, ...]] = {
    "image": ("image/", "application/octet-stream", "binary/octet-stream"),
    "audio": ("audio/", "video/mp4", "application/octet-stream", "binary/octet-stream"),
}


async def fetch(
    session: aiohttp.ClientSession, url: str, to: Path, kind: Kind, max_bytes: int
) -> None:
    """Stream ``url`` to ``to``: a plain GET that must answer 200. Raises TaskFailed."""
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_connect=10)
    try:
        async with session.get(url, allow_redirects=False, timeout=timeout) as answer:
            _check_head(answer, kind, max_bytes)
            await _save(answer, to, kind, max_bytes)
    except (aiohttp.ClientError, TimeoutError, ValueError, UnicodeError) as error:
        reason = type(error).__name__
        raise TaskFailed(
            "file_download_error", f"Failed to download the {kind}: {reason}"
        ) from error


def _check_head(answer: aiohttp.ClientResponse, kind: Kind, max_bytes: int) -> None:
    if answer.status != 200:
        raise TaskFailed(
            "file_download_error",
            f"Failed to download the {kind}: the address answered HTTP {answer.status}, not 200",
        )
    if not answer.content_type.startswith(_CONTENT_TYPES[kind]):
        raise TaskFailed(
            "file_download_error",
            f"Failed to download the {kind}: the address answered with {answer.content_type}",
        )
    if answer.content_length is not None and answer.content_length > max_bytes:
        raise _too_large(kind, max_bytes)


async def _save(answer: aiohttp.ClientResponse, to: Path, kind: Kind, max_bytes: int) -> None:
    received = 0
    with to.open("wb") as target:
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            received += len(chunk)
            if received > max_bytes:
                raise _too_large(kind, max_bytes)
            await asyncio.to_thread(target.write, chunk)


def _too_large(kind: Kind, max_bytes: int) -> TaskFailed:
    limit = f"{max_bytes / 1_000_000:g} MB"
    return TaskFailed("file_too_large", f"The {kind} file is too large: at most {limit}")


def check_image(path: Path, limits: Limits) -> None:
    """Refuse by type, sides and ratio. Raises TaskFailed."""
    with path.open("rb") as source:
        head = source.read(12)
    if not head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise TaskFailed("unsupported_image_format", "Unsupported image format: use JPEG or PNG")
    try:
        picture = open_picture(path)
    except Unseeable as error:
        raise TaskFailed("image_load_error", f"Failed to load the image: {error}") from error
    width, height = picture.size
    if min(width, height) < limits.image_min_side:
        raise TaskFailed(
            "image_too_small",
            f"The image is too small: {width} x {height}, "
            f"both sides need at least {limits.image_min_side} px",
        )
    if max(width, height) > limits.image_max_ratio * min(width, height):
        raise TaskFailed(
            "invalid_parameter", f"Image aspect ratio of {width} x {height} is beyond 2.5:1"
        )


def check_audio(path: Path, limits: Limits, declared_seconds: float | None) -> float:
    """Refuse by type, length, and a declared length (None: none) that is not the real one.

    Returns the length in seconds. Raises TaskFailed.
    """
    with path.open("rb") as source:
        head = source.read(12)
    if not _is_sound(head):
        raise TaskFailed(
            "unsupported_audio_format", "Unsupported audio format: use MP3, WAV, M4A or AAC"
        )
    try:
        seconds = hear(path).seconds
    except Unhearable as error:
        raise TaskFailed("audio_load_error", f"Failed to load the audio: {error}") from error
    _check_length(seconds, limits, declared_seconds)
    return seconds


def _is_sound(head: bytes) -> bool:
    """MP3 (bare or behind ID3), ADTS AAC, WAV, M4A by their first twelve bytes."""
    sync = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    wav = head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"
    return sync or wav or head[:3] == b"ID3" or head[4:8] == b"ftyp"


def _check_length(seconds: float, limits: Limits, declared_seconds: float | None) -> None:
    if seconds > limits.audio_max_seconds + 0.05:
        raise TaskFailed(
            "audio_duration_too_long",
            f"The audio is too long: {seconds:.1f} s, at most {limits.audio_max_seconds:g} s",
        )
    if seconds < limits.audio_min_seconds - 0.05:
        raise TaskFailed(
            "audio_duration_too_short",
            f"The audio is too short: {seconds:.1f} s, at least {limits.audio_min_seconds:g} s",
        )
    if declared_seconds is None:
        return
    if abs(declared_seconds - seconds) > limits.audio_mismatch * seconds:
        raise TaskFailed(
            "audio_duration_mismatch",
            f"audio_duration_seconds says {declared_seconds:g}, the audio has {seconds:.2f} s",
        )
