"""One face in a picture, and what finds faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

FaceKind = Literal["frontal", "tilted", "profile"]
type Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Face:
    """A face's square, brow to chin; x and width in shares of the picture's width, y and height
    of its height. It may reach over the border: then the face is cut.

    `yaw_degrees` is an estimate: 0 looks into the camera, positive is turned towards the right
    edge of the picture, None where it cannot be told. `certainty` is 0 to 1.
    """

    x: float
    y: float
    width: float
    height: float
    kind: FaceKind
    yaw_degrees: float | None
    certainty: float

    def has_its_middle_in(self, other: Face) -> bool:
        """Whether it is a part of `other`: a mouth that was taken for a face."""
        x, y = self.x + self.width / 2, self.y + self.height / 2
        inside = other.x <= x <= other.x + other.width
        return inside and other.y <= y <= other.y + other.height


class Detector(Protocol):
    """Finds faces; in no order, possibly one twice."""

    def find(self, rgb: Picture) -> list[Face]:
        """The faces in (height, width, 3) RGB."""
        ...
