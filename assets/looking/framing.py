"""A part of a picture: which one to propose so that the face is seen, and what may be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from assets.limits import STRICT, InputLimits
from assets.looking.faces import Face
from assets.preflight import thresholds as t

# What is left of a picture that is longer than any engine takes.
_WIDE = 16 / 9
# A face that is found again in the crop differs a little in size.
_ROOM = 1.15
# Where the middle of the face lies in a proposal: a little above the middle, as in any portrait.
_FACE_DOWN = 0.4


@dataclass(frozen=True, slots=True)
class Framing:
    """A rectangle in pixels of the picture: its left upper corner and its size."""

    left: int
    top: int
    width: int
    height: int

    def refusal(self, width: int, height: int, limits: InputLimits = STRICT) -> str:
        """Why it cannot be cut out of a picture of this size, or an empty string."""
        if min(self.left, self.top) < 0 or min(self.width, self.height) < 1:
            return "The crop must begin inside the picture."
        if self.left + self.width > width or self.top + self.height > height:
            return f"The crop reaches over the border: the picture has {width:,} × {height:,} px."
        if min(self.width, self.height) < limits.image_min_side:
            return f"Both sides must have {limits.image_min_side} px or more."
        if max(self.width, self.height) > limits.image_max_ratio * min(self.width, self.height):
            return f"The long side may be {limits.image_max_ratio:g} times the short one at most."
        return ""


def propose(width: int, height: int, face: Face | None, limits: InputLimits = STRICT) -> Framing:
    """The part of a picture that cures a wrong shape and a tiny face, as large as possible.

    The shape is kept where engines take it, because the video gets it. With nothing to cure it
    is the whole picture; where a side is under the engines' least, nothing can be cut off it.
    """
    across, down = _shape(width, height, limits)
    if face is not None:
        side = face.width * width
        wanted = max(_short_side(side), limits.image_min_side)
        if side < t.IMAGE_SMALL_FACE.value * min(width, height) and wanted < min(across, down):
            scale = wanted / min(across, down)
            across, down = across * scale, down * scale
    x, y = _middle(width, height, face)
    size = (min(width, round(across)), min(height, round(down)))
    left = round(min(max(0.0, x - size[0] / 2), width - size[0]))
    top = round(min(max(0.0, y - size[1] * _FACE_DOWN), height - size[1]))
    return Framing(left, top, *size)


def _shape(width: int, height: int, limits: InputLimits) -> tuple[float, float]:
    """The largest size of a shape that engines take."""
    if width > height * limits.image_max_ratio:
        return height * _WIDE, height
    if height > width * limits.image_max_ratio:
        return width, width * _WIDE
    return width, height


def _short_side(face: float) -> float:
    """That of a crop around a face of `face` px: head and shoulders, but no crop that then is too
    small itself where the face would be large enough in more of the picture."""
    most = face / (t.IMAGE_SMALL_FACE.value * _ROOM)
    return max(face / t.IMAGE_CROPPED_FACE.value, min(t.IMAGE_SHORT_SIDE.value, most))


def _middle(width: int, height: int, face: Face | None) -> tuple[float, float]:
    """What the framing is laid around, in pixels."""
    if face is None:
        return width / 2, height * _FACE_DOWN
    return (face.x + face.width / 2) * width, (face.y + face.height / 2) * height
