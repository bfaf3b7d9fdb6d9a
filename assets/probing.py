"""Facts read from bytes: what a file really is, whatever its name or its sender claims."""

from dataclasses import dataclass
from typing import BinaryIO

HEAD_BYTES = 4096


class Refused(Exception):
    """A file that cannot be taken in. Nothing has been kept of it.

    ``code`` is a stable identifier such as ``picture.type``; ``sentence`` is shown beside the form
    field and says what the file is and what to do next.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the first bytes of a file say it is: a stable ``kind`` and words for a sentence."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class _Signature:
    start: int
    magic: bytes
    kind: str
    words: str


# Order matters: a more particular signature stands before a more general one.
_SIGNATURES: tuple[_Signature, ...] = (
    _Signature(0, b"\xff\xd8\xff", "jpeg", "a JPEG picture"),
    _Signature(0, b"\x89PNG\r\n\x1a\n", "png", "a PNG picture"),
    _Signature(8, b"WEBP", "webp", "a WebP picture"),
    _Signature(0, b"GIF8", "gif", "a GIF picture"),
    _Signature(0, b"BM", "bmp", "a BMP picture"),
    _Signature(0, b"II*\x00", "tiff", "a TIFF picture"),
    _Signature(0, b"MM\x00*", "tiff", "a TIFF picture"),
    _Signature(0, b"8BPS", "psd", "a Photoshop document"),
    _Signature(4, b"ftypavif", "avif", "an AVIF picture"),
    _Signature(4, b"ftyphei", "heic", "a HEIC picture"),
    _Signature(4, b"ftypmif1", "heic", "a HEIC picture"),
    _Signature(0, b"%PDF", "pdf", "a PDF document"),
    _Signature(0, b"PK\x03\x04", "zip", "a ZIP archive or an office document"),
    _Signature(8, b"WAVE", "wav", "a WAV recording"),
    _Signature(0, b"fLaC", "flac", "a FLAC recording"),
    _Signature(0, b"#!AMR", "amr", "an AMR recording"),
    _Signature(0, b"FORM", "aiff", "an AIFF recording"),
    _Signature(0, b"caff", "caf", "a Core Audio recording"),
    _Signature(0, b"\x30\x26\xb2\x75", "asf", "a Windows Media file"),
    _Signature(0, b"MThd", "midi", "a MIDI file"),
    _Signature(8, b"AVI ", "avi", "an AVI video"),
    _Signature(0, b"OggS", "ogg", "an Ogg file"),
    _Signature(0, b"\x1aE\xdf\xa3", "webm", "a WebM or Matroska file"),
    _Signature(4, b"ftyp", "mp4", "an MP4 file"),
    _Signature(0, b"ID3", "mp3", "an MP3 recording"),
    _Signature(0, b"#EXTM3U", "playlist", "a playlist"),
    _Signature(0, b"ffconcat", "playlist", "a playlist"),
    _Signature(0, b"[playlist]", "playlist", "a playlist"),
)

_TEXT_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"<svg", "svg", "an SVG drawing"),
    (b"<!doctype html", "html", "a web page"),
    (b"<html", "html", "a web page"),
)


def recognise(head: bytes) -> Recognised | None:
    """Say what a file is from its first bytes (about 4,096), or None where nothing is known.

    This names files in sentences and picks the picture decoder; it never replaces decoding.
    """
    for signature in _SIGNATURES:
        if head.startswith(signature.magic, signature.start):
            return Recognised(signature.kind, signature.words)
    lowered = head.lower()
    for mark, kind, words in _TEXT_MARKS:
        if mark in lowered:
            return Recognised(kind, words)
    return Recognised("text", "a text file") if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two by the end of the head is still text.
        return len(head) - error.start < 4 and error.start > 0
    return True


def read_at_most(source: BinaryIO, max_bytes: int) -> bytes | None:
    """Read a whole file of at most ``max_bytes``; None when it is larger."""
    pieces: list[bytes] = []
    room = max_bytes + 1
    while room > 0 and (piece := source.read(min(room, 1 << 20))):
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces) if room > 0 else None


def megabytes(size_bytes: int) -> str:
    """A size in words a person reads: ``12.4 MB`` (1 MB = 1,000,000 bytes)."""
    return f"{size_bytes / 1_000_000:,.1f} MB".replace(".0 MB", " MB")
