"""Whether an MP4 is sold with copy protection, read from its sample descriptions.

Source: ISO/IEC 14496-12 (boxes, ``enca`` and ``encv``); ``drms`` is FairPlay, ``aavd`` Audible.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PROTECTED = frozenset({b"drms", b"drmi", b"enca", b"encv", b"aavd"})
_WAY_DOWN = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_MAX_BOXES = 10_000


def is_copy_protected(path: Path) -> bool:
    """Whether a track of an MP4 declares encrypted samples; damaged boxes count as plain."""
    with path.open("rb") as source:
        size = source.seek(0, 2)
        return any(name in _PROTECTED for name in _sample_entries(source, 0, size, _WAY_DOWN))


def _sample_entries(
    source: BinaryIO, start: int, end: int, way: tuple[bytes, ...]
) -> Iterator[bytes]:
    for name, body, body_end in _boxes(source, start, end):
        if not way:
            yield name
        elif name == way[0]:
            # stsd starts with version, flags and a count (8 bytes) before its entries.
            skip = 8 if name == b"stsd" else 0
            yield from _sample_entries(source, body + skip, body_end, way[1:])


def _boxes(source: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the body of each box between two places of the file."""
    at = start
    for _ in range(_MAX_BOXES):
        source.seek(at)
        header = source.read(16)
        if at + 8 > end or len(header) < 8:
            return
        size, name, body = int.from_bytes(header[:4], "big"), header[4:8], at + 8
        if size == 1:  # a 64-bit size follows the name
            size, body = int.from_bytes(header[8:16], "big"), at + 16
        elif size == 0:  # up to the end
            size = end - at
        if at + size < body or at + size > end:
            return
        yield name, body, at + size
        at += size
