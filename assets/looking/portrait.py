"""Cut-outs of a picture around one face, ready to be measured.

Light is measured in *stops* (a stop is a factor of two), as photographers do, so that a figure
means the same in a dark and in a bright picture. Pixels are taken as sRGB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.faces import Face, Picture
from assets.looking.faces.scaling import shrunk

type Plane = NDArray[np.uint8]
type Mask = NDArray[np.bool_]

#: The face is measured at this width, so that a figure does not depend on the picture's size.
FACE_SIDE = 256
SMALL_SIDE = 640
_BLACK = 0.003  # what lies under it is noise: no light is compared with less


@dataclass(frozen=True, slots=True)
class Person:
    """Cut-outs of a picture around one face, ready to be measured."""

    face: Plane
    """The face's square, grey, at most FACE_SIDE px."""
    lab: NDArray[np.float32]
    """The whole picture in CIE L*a*b*, long side at most SMALL_SIDE px."""
    grey: Plane
    """The same in grey."""
    box: tuple[float, float, float]
    """The face's left, top and side, in px of the small picture."""

    @classmethod
    def of(cls, rgb: Picture, face: Face) -> Self:
        """The cut-outs of (height, width, 3) RGB."""
        small = shrunk(rgb, SMALL_SIDE)
        height, width = small.shape[:2]
        return cls(
            face=_cut_out(rgb, face),
            lab=cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float32),
            grey=np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8),
            box=(face.x * width, face.y * height, face.width * width),
        )

    @property
    def skin(self) -> Mask:
        """What of `face` is surely face: an ellipse without hair, ears and background."""
        return _ellipse(self.face.shape, 0.5, 0.52, 0.36, 0.44)

    @property
    def whole_face(self) -> Mask:
        """What of `face` is face, with its outline; without what is behind it in the corners."""
        return _ellipse(self.face.shape, 0.5, 0.52, 0.42, 0.5)


def stops(grey_value: float) -> float:
    """The light of a grey value (0 to 255) in stops below white."""
    return math.log2(max(_BLACK, (grey_value / 255) ** 2.2))


def _cut_out(rgb: Picture, face: Face) -> Plane:
    height, width = rgb.shape[:2]
    left, top = max(0, round(face.x * width)), max(0, round(face.y * height))
    right, bottom = round((face.x + face.width) * width), round((face.y + face.height) * height)
    square = np.ascontiguousarray(rgb[top : max(top + 8, bottom), left : max(left + 8, right)])
    return np.asarray(cv2.cvtColor(shrunk(square, FACE_SIDE), cv2.COLOR_RGB2GRAY), np.uint8)


def _ellipse(shape: tuple[int, ...], x: float, y: float, across: float, down: float) -> Mask:
    """Inside an ellipse; middle and half axes in shares of the shape."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    beside = (columns / shape[1] - x) / across
    above = (rows / shape[0] - y) / down
    return np.asarray(beside**2 + above**2 <= 1)
