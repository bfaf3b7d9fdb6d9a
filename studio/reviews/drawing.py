"""Drawings on a picture: what a browser sends, read strictly.

A drawing is a list of shapes, each ``{"tool", "colour", "points"}`` and, for words, ``"words"``.
Points are ``[x, y]`` in shares of the picture's width and height, from 0 at its upper left to 1:
they mean the same place in any window, in full screen and in an export. Strokes and letters are
sized in shares of the picture's height by whoever draws them (`static/js/behaviours/drawing.js`).

==========  =====================================================
tool        points
==========  =====================================================
``pen``     the line, in the order it was drawn
``arrow``   its tail and its point
``box``     two opposite corners
``text``    where the words begin, at the top left
==========  =====================================================
"""

from __future__ import annotations

import json
import math
from typing import Any

COLOURS = ("yellow", "red", "green", "blue", "white", "black")
#: How many points each tool has, at least and at most.
_POINTS = {"pen": (2, 500), "arrow": (2, 2), "box": (2, 2), "text": (1, 1)}
MAX_SHAPES = 60
MAX_WORDS = 200
MAX_CHARACTERS = 200_000
#: They show nothing themselves, and letters and emoji are made with them.
_JOINERS = "\u200c\u200d"
#: A ten-thousandth of the picture is less than half a pixel of a 4k video.
_DECIMALS = 4

type Shape = dict[str, Any]


class NotADrawing(ValueError):
    """What came is no drawing of ours; the message says why."""


def read_drawing(sent: str) -> list[Shape] | None:
    """The drawing that a browser sent as JSON; None where nothing was drawn.

    Raises NotADrawing. Only what is known is kept of it, so that it can be drawn again safely.
    """
    if not sent.strip():
        return None
    if len(sent) > MAX_CHARACTERS:
        raise NotADrawing("This drawing is too long. Draw less, or in two comments.")
    try:
        shapes = json.loads(sent)
    except (ValueError, RecursionError) as problem:
        raise NotADrawing("The drawing did not arrive whole. Draw it again.") from problem
    if not isinstance(shapes, list):
        raise NotADrawing("The drawing did not arrive whole. Draw it again.")
    if len(shapes) > MAX_SHAPES:
        raise NotADrawing(f"A drawing has at most {MAX_SHAPES} shapes. Draw in two comments.")
    return [_shape(one) for one in shapes] or None


def _shape(sent: Any) -> Shape:
    tool = sent.get("tool") if isinstance(sent, dict) else None
    if not isinstance(tool, str) or tool not in _POINTS or sent.get("colour") not in COLOURS:
        raise NotADrawing("The drawing holds a shape that this studio does not know.")
    points = sent.get("points")
    least, most = _POINTS[tool]
    if not isinstance(points, list) or not least <= len(points) <= most:
        raise NotADrawing("A shape of the drawing is not whole. Draw it again.")
    shape: Shape = {
        "tool": tool,
        "colour": sent["colour"],
        "points": [_point(one) for one in points],
    }
    if tool == "text":
        shape["words"] = _words(sent.get("words"))
    return shape


def _point(sent: Any) -> list[float]:
    if not isinstance(sent, list) or len(sent) != 2 or not all(map(_is_share, sent)):
        raise NotADrawing("The drawing leaves the picture. Draw it again.")
    return [round(float(one), _DECIMALS) for one in sent]


def _is_share(number: Any) -> bool:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return is_number and math.isfinite(number) and 0 <= number <= 1


def _words(sent: Any) -> str:
    # JSON may hold what neither a database nor a font has: halves of signs, and what steers a line.
    typed = str(sent or "")
    words = " ".join("".join(sign if _is_seen(sign) else " " for sign in typed).split())
    if not words:
        raise NotADrawing("The drawing holds a text without words.")
    return words[:MAX_WORDS]


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or sign in _JOINERS
