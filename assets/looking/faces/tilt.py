"""How far a head is tilted, told by a cascade that only knows upright ones.

A cascade answers a face the stronger the nearer to upright it is. So the face alone, made small, is
turned in steps, and the mean of the steps, each weighted by how many boxes answered, is the tilt.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 56
_AROUND = 1.9
_STEPS = (-30, -15, 0, 15, 30)
_SCALES = 1.05
_SIDES = (round(0.75 * _SIDE), round(1.35 * _SIDE))
_LEAST_BOXES = 8


def tilt_of(
    grey: NDArray[np.uint8], box: tuple[float, float, float], cascade: cv2.CascadeClassifier
) -> float | None:
    """Degrees of the face in `box` (x and y of its middle, and its side), clockwise above 0.

    None where hardly anything answers.
    """
    x, y, side = box
    scale = _SIDE / side
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way)
    boxes = [_boxes(_turned(small, x * scale, y * scale, step), cascade) for step in _STEPS]
    if sum(boxes) < _LEAST_BOXES:
        return None
    return sum(step * found for step, found in zip(_STEPS, boxes, strict=True)) / sum(boxes)


def _turned(small: cv2.typing.MatLike, x: float, y: float, degrees: float) -> cv2.typing.MatLike:
    """The square around the face, turned against the clock."""
    size = round(_AROUND * _SIDE)
    matrix = cv2.getRotationMatrix2D((x, y), degrees, 1.0)
    matrix[0, 2] += size / 2 - x
    matrix[1, 2] += size / 2 - y
    return cv2.warpAffine(small, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)


def _boxes(face: cv2.typing.MatLike, cascade: cv2.CascadeClassifier) -> int:
    least, most = _SIDES
    _, counts = cascade.detectMultiScale2(
        face, _SCALES, 1, minSize=(least, least), maxSize=(most, most)
    )
    return max((int(count) for count in counts), default=0)
