"""Pictures for tests: good ones, and ones that mean harm."""

import functools
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

SECRET = "Secret Garden 7, Berlin"

PictureMaker = Callable[[int, int], bytes]


def picture(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A gradient with a dark red block in the upper left corner, which tells which way is up."""
    x, y = np.meshgrid(np.linspace(60, 220, width), np.linspace(60, 220, height))
    image = Image.fromarray(np.stack([x, y, (x + y) / 2], axis=2).astype(np.uint8))
    ImageDraw.Draw(image).rectangle((0, 0, width // 3, height // 3), fill=(160, 10, 20))
    return image.convert(mode)


def saved(image: Image.Image, format_name: str, **options: Any) -> bytes:
    """The image as bytes of a picture format."""
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


@functools.lru_cache(maxsize=16)
def make_png(width: int, height: int) -> bytes:
    """A good PNG."""
    return saved(picture(width, height), "PNG")


@functools.lru_cache(maxsize=16)
def make_jpeg(width: int, height: int) -> bytes:
    """A good JPEG."""
    return saved(picture(width, height), "JPEG", quality=92)


def make_webp(width: int, height: int, *, lossless: bool = False) -> bytes:
    """A good WebP."""
    return saved(picture(width, height), "WEBP", lossless=lossless)


def make_jpeg_with_gps_and_orientation(width: int = 640, height: int = 480) -> bytes:
    """A JPEG as a phone held sideways makes it: stored turned, with GPS, artist and a comment.

    Shown upright it is ``height`` wide and ``width`` high, its red block at the upper left.
    """
    upright = picture(height, width)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.5), 3: "E", 4: (13.0, 24.0, 17.6)})
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    return saved(stored, "JPEG", quality=92, exif=exif, comment=SECRET.encode())


def make_animated_webp() -> bytes:
    """Two frames."""
    second = picture(320, 320).transpose(Image.Transpose.ROTATE_180)
    return saved(picture(320, 320), "WEBP", save_all=True, append_images=[second])


def make_gif() -> bytes:
    """A still GIF."""
    return saved(picture(320, 320), "GIF")


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge_png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred bytes that declare 900 megapixels; built without holding them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            png_chunk(b"IDAT", zlib.compress(bytes(1000))),
            png_chunk(b"IEND", b""),
        )
    )


def svg() -> bytes:
    """A drawing that is text and could carry script."""
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
