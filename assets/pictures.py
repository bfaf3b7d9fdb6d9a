"""Pictures as people send them, made safe to keep: decoded, upright, without metadata."""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assets.colours import to_srgb
from assets.picture_headers import declared_size, is_lossless_webp
from assets.probing import HEAD_BYTES, Recognised, Refused, megabytes, read_at_most, recognise

MAX_SOURCE_BYTES = 50_000_000
MAX_SOURCE_PIXELS = 60_000_000
MAX_CLEAN_BYTES = 10_000_000
MAX_CLEAN_SIDE = 4096
ACCEPTED = "Send a JPEG, PNG or WebP picture."

_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
_JPEG_QUALITIES = (95, 90, 85, 75)
# What Pillow's three decoders raise on damaged bytes.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
# EXIF orientation -> what makes the picture upright (EXIF 2.32, tag 0x0112).
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A JPEG or PNG of at most 10,000,000 bytes in sRGB: pixels and nothing else."""

    data: bytes
    content_type: str
    extension: str
    width: int
    height: int
    sha256: str


def clean_picture(source: BinaryIO, *, max_bytes: int = MAX_SOURCE_BYTES) -> CleanPicture:
    """Decode a JPEG, PNG or WebP and write its pixels anew.

    EXIF orientation is applied, colour profiles are converted to sRGB, transparency is laid on
    white, and all metadata (EXIF, GPS, XMP, comments) is gone. A long side over 4,096 px is
    scaled down to 4,096 px with the ratio kept. Lossless sources stay PNG while that fits
    10,000,000 bytes; everything else becomes JPEG (quality 95, 4:4:4; less only where the size
    demands it).

    Raises ``Refused`` for everything that is not such a picture, is larger than ``max_bytes``,
    declares more than 60 megapixels, moves, or does not decode to its last line.
    """
    data = read_at_most(source, max_bytes)
    if data is None:
        raise Refused(
            "picture.bytes",
            f"This file is larger than {megabytes(max_bytes)}, the most the studio takes for a "
            "picture. Export it as a JPEG with about 4,096 px on the long side.",
        )
    recognised = _picture_kind(data)
    _check_declared_size(recognised, data)
    lossless = recognised.kind == "png" or (recognised.kind == "webp" and is_lossless_webp(data))
    return _encode(_decoded(recognised, data), lossless=lossless)


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    """The pixels of a picture, (height, width, 3) sRGB; raises ``Refused`` as `clean_picture`."""
    recognised = _picture_kind(data)
    _check_declared_size(recognised, data)
    return np.asarray(_decoded(recognised, data), np.uint8)


def cropped(data: bytes, *, left: int, top: int, width: int, height: int) -> CleanPicture:
    """A rectangle (pixels, inside the picture) of a clean picture; a PNG stays PNG.

    Raises ``Refused`` as `clean_picture`, and ValueError for a rectangle that reaches outside.
    """
    recognised = _picture_kind(data)
    pixels = _decoded(recognised, data)
    right, bottom = left + width, top + height
    if not (0 <= left < right <= pixels.width and 0 <= top < bottom <= pixels.height):
        raise ValueError(f"{width} x {height} at {left}, {top} is not inside {pixels.size}")
    part = _bare(pixels.crop((left, top, right, bottom)))
    return _encode(part, lossless=recognised.kind == "png")


def thumbnail(data: bytes, long_side: int) -> bytes:
    """A small WebP of a clean picture, at most ``long_side`` px long and never enlarged."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        image.draft("RGB", (long_side, long_side))
        small = image.convert("RGB")
    small.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    _bare(small).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def _picture_kind(data: bytes) -> Recognised:
    if not data:
        raise Refused("picture.empty", f"This file is empty (0 bytes). {ACCEPTED}")
    recognised = recognise(data[:HEAD_BYTES])
    if recognised is None:
        raise Refused("picture.type", f"This file is not a picture the studio knows. {ACCEPTED}")
    if recognised.kind not in _FORMATS:
        raise Refused("picture.type", f"This is {recognised.words}. {ACCEPTED}")
    return recognised


def _check_declared_size(recognised: Recognised, data: bytes) -> None:
    size = declared_size(recognised.kind, data)
    if size is None or 0 in size:
        raise Refused(
            "picture.damaged",
            f"This starts like {recognised.words}, but its header is damaged. "
            "Export or download it again, then send the new file.",
        )
    _check_pixels(*size)


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_SOURCE_PIXELS:
        raise Refused(
            "picture.pixels",
            f"This picture is {width:,} × {height:,} px ({width * height / 1e6:,.0f} megapixels); "
            f"the studio opens at most {MAX_SOURCE_PIXELS / 1e6:.0f} megapixels. "
            "Scale it down to about 4,096 px on the long side.",
        )


def _decode(recognised: Recognised, data: bytes) -> Image.Image:
    """Decode to an upright sRGB image of at most MAX_CLEAN_SIDE px; raises decoder errors."""
    with Image.open(io.BytesIO(data), formats=(_FORMATS[recognised.kind],)) as image:
        _check_pixels(*image.size)
        # A phone's JPEG may carry a depth or gain map as a second "frame": that is no animation.
        if recognised.kind != "jpeg" and getattr(image, "is_animated", False):
            raise Refused(
                "picture.animated",
                f"This is {recognised.words} that moves. Send a still picture: JPEG, PNG or WebP.",
            )
        orientation = _orientation(image)
        # JPEG decodes to a half or a quarter at no cost; never below the size that is kept.
        image.draft(None, (MAX_CLEAN_SIDE, MAX_CLEAN_SIDE))
        image.load()
        icc_profile = image.info.get("icc_profile")
        upright = to_srgb(image, icc_profile)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    if max(upright.size) > MAX_CLEAN_SIDE:
        upright.thumbnail((MAX_CLEAN_SIDE, MAX_CLEAN_SIDE), Image.Resampling.LANCZOS)
    return _bare(upright)


def _decoded(recognised: Recognised, data: bytes) -> Image.Image:
    """As `_decode`; refuses what is damaged."""
    try:
        return _decode(recognised, data)
    except _DECODER_ERRORS as error:
        raise Refused(
            "picture.damaged",
            f"This is {recognised.words}, but it is damaged or cut off and cannot be decoded. "
            "Export or download it again, then send the new file.",
        ) from error


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where it is absent or its block is damaged."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except _DECODER_ERRORS:
        return 1


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels in a new image: JPEG comments survive a plain re-save."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare


def _encode(pixels: Image.Image, *, lossless: bool) -> CleanPicture:
    if lossless:
        data = _written(pixels, "PNG")
        if len(data) <= MAX_CLEAN_BYTES:
            return _described(data, pixels, "image/png", ".png")
    while True:
        for quality in _JPEG_QUALITIES:
            data = _written(pixels, "JPEG", quality=quality, subsampling=0)
            if len(data) <= MAX_CLEAN_BYTES:
                return _described(data, pixels, "image/jpeg", ".jpg")
        # Only noise gets here: fewer pixels instead of visible blocks.
        width, height = pixels.size
        pixels = pixels.resize((max(1, width * 3 // 4), max(1, height * 3 // 4)))


def _written(pixels: Image.Image, format_name: str, **options: int) -> bytes:
    out = io.BytesIO()
    pixels.save(out, format_name, **options)
    return out.getvalue()


def _described(data: bytes, pixels: Image.Image, content_type: str, extension: str) -> CleanPicture:
    return CleanPicture(
        data=data,
        content_type=content_type,
        extension=extension,
        width=pixels.width,
        height=pixels.height,
        sha256=hashlib.sha256(data).hexdigest(),
    )
