"""The size a picture declares, read from its header before any decoder sees it.

A few hundred bytes may declare 30,000 x 30,000 pixels; decoding them would take gigabytes.
Sources: PNG specification 11.2.2, ITU T.81 B.2.2, WebP container specification.
"""

import struct
from collections.abc import Iterator

# Start-of-frame markers: C0 to CF without the tables C4, C8 and CC that share the range.
_SOF_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


def declared_size(kind: str, data: bytes) -> tuple[int, int] | None:
    """Width and height in px that a ``jpeg``, ``png`` or ``webp`` declares; None if unreadable."""
    try:
        return {"jpeg": _jpeg_size, "png": _png_size, "webp": _webp_size}[kind](data)
    except (struct.error, IndexError):
        return None


def is_lossless_webp(data: bytes) -> bool:
    """Whether the still picture inside a WebP is stored without loss (VP8L)."""
    return any(name == b"VP8L" for name, _ in _webp_chunks(data))


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _STANDALONE_MARKERS:
            at += 2
        elif marker in _SOF_MARKERS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + max(2, struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    for name, at in _webp_chunks(data):
        body = data[at : at + 10]
        if name == b"VP8X":
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if name == b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        if name == b"VP8 ":
            width, height = struct.unpack("<HH", body[6:10])
            return width & 0x3FFF, height & 0x3FFF
    return None


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Name and start of the body of every chunk of a WebP (RIFF) file."""
    at = 12
    while at + 8 <= len(data):
        yield data[at : at + 4], at + 8
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + (size & 1)
