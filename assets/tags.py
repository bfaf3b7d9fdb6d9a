"""Tags that stand behind the sound of an MP3 or AAC file: they are no damage.

Sources: ID3v1 (128 bytes at the end, beginning with TAG), APE tags version 2 (32-byte footer).
"""

from pathlib import Path

_ID3V1_BYTES = 128
_APE_FOOTER_BYTES = 32
_APE_HAS_HEADER = 1 << 31


def trailing_tag_bytes(path: Path) -> int:
    """How many bytes at the end of a file are ID3v1 and APEv2 tags (0 where there are none)."""
    with path.open("rb") as source:
        size = source.seek(0, 2)
        source.seek(max(0, size - _ID3V1_BYTES - _APE_FOOTER_BYTES))
        tail = source.read()
    id3 = _ID3V1_BYTES if tail[-_ID3V1_BYTES:].startswith(b"TAG") else 0
    return min(size, id3 + _ape_bytes(tail[: len(tail) - id3][-_APE_FOOTER_BYTES:]))


def _ape_bytes(footer: bytes) -> int:
    if not footer.startswith(b"APETAGEX"):
        return 0
    header = _APE_FOOTER_BYTES if int.from_bytes(footer[20:24], "little") & _APE_HAS_HEADER else 0
    return int.from_bytes(footer[12:16], "little") + header
