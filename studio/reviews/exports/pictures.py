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
#: The same as in static/js/behaviours/drawing-shapes.js, so that a drawing looks as it was drawn.
COLOURS = {"yellow": "#ffe14d", "red": "#ff5a4d", "green": "#4fe07a", "blue": "#5ab0ff",
           "white": "#ffffff", "black": "#111111"}  # fmt: skip
STROKE, EDGE, LETTERS, HEAD = 0.009, 0.018, 0.06, 0.05
#: The letters of the report's own font: Pillow's has no ä, ö, ü and ß.
FONT = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"
type Point = tuple[float, float]


def frames_of(path: Path, rate: Fraction, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
    """Each frame of a review copy by its number, as a picture; those it does not have are left out.

    A review copy has a constant rate and key frames close together, so each is found by one seek.
    Raises av.FFmpegError where the file is no video.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base = stream.time_base or Fraction(1, 1000)
        begin = stream.start_time or 0
        for number in sorted(set(numbers)):
            wanted = begin + int(Fraction(2 * number + 1, 2) / rate / base)
            container.seek(begin + int(number / rate / base), stream=stream)
            found = None
            for frame in container.decode(stream):
                if frame.pts is not None and frame.pts > wanted:
                    break
                found = frame
            if found is not None:
                picture = Image.fromarray(found.to_ndarray(format="rgb24"))
                picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
                yield number, picture


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
