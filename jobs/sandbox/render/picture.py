"""The still parts of a film: the picture prepared for the camera, the mark, and the level ring."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from jobs.sandbox.render.planes import Overlay

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_PIXELS = 60_000_000
# Short and long side of the frame a picture must fit into, by the name of the output.
BOXES = {"720p": (720, 1280), "1080p": (1080, 1920), "540p": (540, 960), "stamp": (160, 284)}
RING_LEVELS = 24


class Unseeable(Exception):
    """The file holds no picture that can be decoded."""


def open_picture(path: Path) -> Image.Image:
    """The picture upright and in RGB. Raises Unseeable for what is not a picture, or is a bomb."""
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Unseeable(f"the picture has more than {LARGEST_PIXELS:,} pixels")
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unseeable(f"the picture cannot be decoded: {error}") from error


def frame_size(width: int, height: int, size: str) -> tuple[int, int]:
    """The largest even (width, height) of this shape in the box of ``size``, lying or upright."""
    short, long = BOXES[size]
    box = (long, short) if width >= height else (short, long)
    scale = min(box[0] / width, box[1] / height)
    across, down = (max(2, round(side * scale / 2) * 2) for side in (width, height))
    return min(across, box[0]), min(down, box[1])


def prepared(picture: Image.Image, frame: tuple[int, int], zoom: float) -> NDArray[np.uint8]:
    """(height, width, 3) RGB that fills a frame of this size, sharp up to ``zoom``; even sides."""
    size = (round(frame[0] * zoom / 2) * 2, round(frame[1] * zoom / 2) * 2)
    filled = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    return np.ascontiguousarray(np.asarray(filled))


def mark_overlay(text: str, frame: tuple[int, int]) -> Overlay:
    """``text`` on a translucent plate in the bottom left corner, where no tile puts a number."""
    height = max(18, min(frame) // 26)
    font = ImageFont.load_default(size=height)
    left, top, right, bottom = font.getbbox(text)
    pad = height // 2
    width = min(round(right - left) + 2 * pad, frame[0] - 2 * pad) // 2 * 2
    plate = Image.new("RGBA", (width, (round(bottom - top) + 2 * pad) // 2 * 2))
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((0, 0, plate.width - 1, plate.height - 1), pad * 0.7, (12, 16, 24, 168))
    draw.text((pad - left, pad - top), text, font=font, fill=(255, 255, 255, 235))
    margin = pad * 2 // 2 * 2
    return Overlay(plate, margin, (frame[1] - plate.height - margin) // 2 * 2)


def ring_overlays(frame: tuple[int, int]) -> list[Overlay]:
    """A ring that grows with the voice, in RING_LEVELS + 1 degrees, at the bottom."""
    side = max(64, min(frame) // 6) // 2 * 2
    x, y = (frame[0] - side) // 4 * 2, (frame[1] - side - side // 4) // 2 * 2
    levels = range(RING_LEVELS + 1)
    return [Overlay(_ring(side, level / RING_LEVELS), x, max(0, y)) for level in levels]


def _ring(side: int, level: float) -> Image.Image:
    scale = 3
    big = Image.new("RGBA", (side * scale, side * scale), (255, 255, 255, 0))
    draw = ImageDraw.Draw(big)
    middle = side * scale / 2
    plate, ring, core = middle * 0.98, middle * (0.5 + 0.4 * level), middle * (0.22 + 0.24 * level)
    draw.circle((middle, middle), plate, fill=(12, 16, 24, 120))
    draw.circle((middle, middle), ring, outline=(255, 255, 255, 220), width=round(middle * 0.07))
    draw.circle((middle, middle), core, fill=(255, 255, 255, 235))
    return Image.fromarray(
        cv2.resize(np.asarray(big), (side, side), interpolation=cv2.INTER_AREA), "RGBA"
    )
