"""Pictures with and without people: the studio's own drawn portraits, and what spoils them."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import studio.operations.demo
from assets.looking.faces import find_faces

type Pixels = NDArray[np.uint8]
type Name = Literal["ines-blazer", "ines-knit", "tomas-studio"]

FOLDER = Path(studio.operations.demo.__file__).parent
NAMES: tuple[Name, ...] = ("ines-blazer", "ines-knit", "tomas-studio")


def portrait(name: Name = "ines-blazer") -> Pixels:
    """A good portrait: 1,080 x 1,350 px, front view, even light, calm background."""
    return _loaded(name).copy()


@cache
def _loaded(name: Name) -> Pixels:
    with Image.open(FOLDER / f"{name}.jpg") as image:
        return np.asarray(image.convert("RGB"))


def encoded(picture: Pixels, format_name: str = "PNG", **options: Any) -> bytes:
    """The picture as bytes of a file."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, format_name, **options)
    return out.getvalue()


def blurred(picture: Pixels, radius: float) -> Pixels:
    """Out of focus, by a Gaussian of `radius` px."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius), np.uint8)


def moved(picture: Pixels, length: int, *, upright: bool = False) -> Pixels:
    """As a camera that moved by `length` px, level or `upright`, leaves it."""
    size = (1, length) if upright else (length, 1)
    return np.asarray(cv2.blur(picture, size), np.uint8)


def noisy(picture: Pixels, sigma: float) -> Pixels:
    """With the grain of a small sensor."""
    noise = np.random.default_rng(1).normal(0, sigma, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


def lit(picture: Pixels, factor: float) -> Pixels:
    """Darker (under 1) or brighter; what is over white is lost."""
    return np.asarray(np.clip(picture * factor, 0, 255), np.uint8)


def as_jpeg(picture: Pixels, quality: int) -> Pixels:
    """As a JPEG of this quality leaves it."""
    with Image.open(io.BytesIO(encoded(picture, "JPEG", quality=quality))) as image:
        return np.asarray(image.convert("RGB"))


def scaled(picture: Pixels, factor: float) -> Pixels:
    """Smaller or larger."""
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=way), np.uint8)


def turned(picture: Pixels, degrees: float) -> Pixels:
    """Turned about its middle; its border's colours fill the corners."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    filled = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(filled, np.uint8)


def lit_from_one_side(picture: Pixels, factor: float) -> Pixels:
    """The half on the right of the face's middle darker by `factor`."""
    (face, *_) = find_faces(picture)
    dark = picture.copy()
    middle = round((face.x + face.width / 2) * picture.shape[1])
    dark[:, middle:] = lit(dark[:, middle:], factor)
    return dark


def against_the_light(picture: Pixels, factor: float) -> Pixels:
    """The person darker by `factor`, what is behind a little brighter."""
    person = _person(picture)
    return np.where(person, lit(picture, factor), lit(picture, 1.2)).astype(np.uint8)


def before(picture: Pixels, background: Pixels) -> Pixels:
    """The person of a portrait in front of another background of the same size."""
    return np.where(_person(picture), picture, background).astype(np.uint8)


def placed(picture: Pixels, on: Pixels, *, left: int, top: int) -> Pixels:
    """A picture pasted into another one."""
    whole = on.copy()
    whole[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return whole


def far_away(picture: Pixels, width: int, height: int, factor: float) -> Pixels:
    """The person of a portrait behind a long table, at the far end of a hall of this size."""
    small = scaled(picture, factor)
    down, across = small.shape[:2]
    table = round(0.22 * height)
    beside, above = (width - across) // 2, height - down - table
    hall = cv2.copyMakeBorder(
        small, above, 0, beside, width - across - beside, cv2.BORDER_REPLICATE
    )
    wood = wall(width, table, 0) + np.array((96, 68, 50), np.uint8)
    return np.concatenate((np.asarray(hall, np.uint8), wood))


def wall(width: int, height: int, grey: int = 190) -> Pixels:
    """Nothing but a wall."""
    return np.full((height, width, 3), grey, np.uint8)


def clutter(width: int, height: int) -> Pixels:
    """A shelf full of things of all colours."""
    random = np.random.default_rng(3)
    image = Image.fromarray(wall(width, height, 180))
    drawing = ImageDraw.Draw(image)
    for _ in range(500):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        size = (int(random.integers(15, 90)), int(random.integers(30, 160)))
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        drawing.rectangle((x, y, x + size[0], y + size[1]), fill=colour)
    return np.asarray(image)


def drawn_fox() -> Pixels:
    """A mascot: a fox of circles and triangles, as a child draws it."""
    image = Image.fromarray(wall(1200, 1200, 235))
    drawing = ImageDraw.Draw(image)
    drawing.polygon([(300, 250), (420, 560), (240, 600)], fill=(214, 110, 40))
    drawing.polygon([(900, 250), (780, 560), (960, 600)], fill=(214, 110, 40))
    drawing.ellipse((260, 400, 940, 1050), fill=(226, 124, 52))
    drawing.polygon([(420, 760), (780, 760), (600, 1040)], fill=(250, 244, 236))
    drawing.ellipse((560, 960, 640, 1030), fill=(30, 24, 22))
    for x in (440, 700):
        drawing.ellipse((x, 600, x + 60, 700), fill=(30, 24, 22))
    return np.asarray(image)


def _person(picture: Pixels) -> NDArray[np.bool_]:
    """Head and body of a demo portrait, shape (height, width, 1)."""
    (face, *_) = find_faces(picture)
    height, width = picture.shape[:2]
    x, y = (face.x + face.width / 2) * width, (face.y + face.height / 2) * height
    side = face.width * width
    mask = Image.new("1", (width, height))
    drawing = ImageDraw.Draw(mask)
    head = (x - 0.62 * side, y - 0.8 * side, x + 0.62 * side, y + 0.7 * side)
    drawing.ellipse(head, fill=1)
    body = (x - 1.1 * side, y + 0.8 * side, x + 1.1 * side, y + 6 * side)
    drawing.rounded_rectangle(body, round(0.4 * side), fill=1)
    drawing.rectangle((x - 0.2 * side, y, x + 0.2 * side, y + side), fill=1)
    return np.asarray(mask)[..., None]
