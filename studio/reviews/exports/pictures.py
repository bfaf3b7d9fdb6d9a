"""The very frames that comments are about, with what was drawn on them."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import reportlab
from PIL import Image, ImageDraw, ImageFont

LONG_SIDE = 640
#: A review copy's key frames are at most so many frames apart: nearer is sooner walked to.
NEAR = 12
#: The same as in static/js/behaviours/drawing-shapes.js, so that a drawing looks as it was drawn.
COLOURS = {"yellow": "#ffe14d", "red": "#ff5a4d", "green": "#4fe07a", "blue": "#5ab0ff",
           "white": "#ffffff", "black": "#111111"}  # fmt: skip
STROKE, EDGE, LETTERS, HEAD = 0.009, 0.018, 0.06, 0.05
#: The letters of the report's own font: Pillow's has no ä, ö, ü and ß.
FONT = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"
type Point = tuple[float, float]


def frames_of(path: Path, rate: Fraction, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
    """Each frame of a review copy by its number, as a picture; those it does not have are left out.

    A review copy has a constant rate and key frames close together, so each is found by one seek;
    those near each other without one. They are made small while their colours are made, which is
    several times faster than afterwards. Raises av.FFmpegError where the file is no video.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base = stream.time_base or Fraction(1, 1000)
        begin = stream.start_time or 0
        walk: Iterator[Any] = iter(())
        found, ahead, last = None, None, -NEAR - 1
        for number in sorted(set(numbers)):
            wanted = begin + int(Fraction(2 * number + 1, 2) / rate / base)
            if number - last > NEAR:
                container.seek(begin + int(number / rate / base), stream=stream)
                walk, found, ahead = container.decode(stream), None, None
            found, ahead = _up_to(wanted, walk, found, ahead)
            last = number
            if found is not None:
                yield number, _small(found)


def _up_to(wanted: int, walk: Iterator[Any], found: Any, ahead: Any) -> tuple[Any, Any]:
    """The last frame shown at `wanted`, and the one after it, which the walk has passed.

    `found` is the one before on the same walk: still shown where the walk ends first, as in a copy
    that is a frame shorter than its master.
    """
    frame = ahead or next(walk, None)
    while frame is not None and (frame.pts is None or frame.pts <= wanted):
        found, frame = frame, next(walk, None)
    return found, frame


def _small(frame: Any) -> Image.Image:
    scale = min(1, LONG_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    made = frame.reformat(width=width, height=height, format="rgb24", interpolation="LANCZOS")
    return Image.fromarray(made.to_ndarray())


def drawn_on(picture: Image.Image, shapes: list[dict[str, Any]]) -> Image.Image:
    """A copy of the picture with the shapes of `studio.reviews.drawing` on it."""
    copy = picture.convert("RGB")
    draw = ImageDraw.Draw(copy)
    for shape in shapes:
        _draw(draw, shape, copy.size)
    return copy


def jpeg(picture: Image.Image) -> bytes:
    """Its bytes, for a document."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _draw(draw: ImageDraw.ImageDraw, shape: dict[str, Any], size: tuple[int, int]) -> None:
    width, height = size
    unit = min(size)
    colour = COLOURS.get(shape["colour"], COLOURS["yellow"])
    edge = "#ffffff" if shape["colour"] == "black" else "#000000"
    points = [(x * width, y * height) for x, y in shape["points"]]
    if shape["tool"] == "text":
        font = ImageFont.truetype(str(FONT), size=max(8, LETTERS * unit))
        stroke = max(1, round(STROKE * unit / 2))
        draw.text(points[0], shape["words"], colour, font, stroke_width=stroke, stroke_fill=edge)
        return
    for lines in _lines(shape["tool"], points, unit):
        draw.line(lines, edge, max(2, round(EDGE * unit)), joint="curve")
    for lines in _lines(shape["tool"], points, unit):
        draw.line(lines, colour, max(1, round(STROKE * unit)), joint="curve")


def _lines(tool: str, points: list[Point], unit: int) -> list[list[Point]]:
    if tool == "pen":
        return [points]
    (ax, ay), (bx, by) = points
    if tool == "box":
        return [[(ax, ay), (bx, ay), (bx, by), (ax, by), (ax, ay)]]
    angle, long = math.atan2(by - ay, bx - ax), HEAD * unit

    def wing(turn: float) -> Point:
        return bx - long * math.cos(angle + turn), by - long * math.sin(angle + turn)

    return [[(ax, ay), (bx, by)], [wing(0.5), (bx, by), wing(-0.5)]]
