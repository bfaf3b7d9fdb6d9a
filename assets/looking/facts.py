"""What is measured in a look: its faces, their light and sharpness, what is behind them.

Measured once, when a picture comes in, and kept with the look as JSON. Only figures are kept, no
features by which somebody could be recognised.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.background import Behind, measure_behind
from assets.looking.compression import jpeg_quality
from assets.looking.face_measures import FaceLight, measure_blur, measure_light
from assets.looking.faces import Face, Picture, find_faces
from assets.looking.portrait import Person
from assets.pictures import pixels_of

MIDDLE_SIDE = 768


@dataclass(frozen=True, slots=True)
class LookFacts:
    """What was measured in a picture of `width` x `height` px.

    `faces` has the largest first; `blur`, `light` and `behind` are of that one and None without
    a face. `blur` is the radius (sigma) of the blur in 256ths of the face's side; `jpeg_quality`
    (1 to 100) is of an earlier, strong compression, None where none shows.
    """

    #: Counted up when a figure is measured in another way; older facts are measured again.
    VERSION: ClassVar = 2

    width: int
    height: int
    faces: tuple[Face, ...]
    blur: float | None
    light: FaceLight | None
    behind: Behind | None
    jpeg_quality: int | None

    @property
    def face(self) -> Face | None:
        """The largest face."""
        return self.faces[0] if self.faces else None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the look."""
        return {"version": self.VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, kept: Any) -> Self | None:
        """What `to_json` gave; None for nothing, for another version, and for what is damaged."""
        if not isinstance(kept, dict) or kept.get("version") != cls.VERSION:
            return None
        try:
            return cls(
                width=int(kept["width"]),
                height=int(kept["height"]),
                faces=tuple(Face(**face) for face in kept["faces"]),
                blur=kept["blur"],
                light=FaceLight(**kept["light"]) if kept["light"] else None,
                behind=Behind(**kept["behind"]) if kept["behind"] else None,
                jpeg_quality=kept["jpeg_quality"],
            )
        except (KeyError, TypeError, ValueError):
            return None


def measure_picture(data: bytes) -> LookFacts:
    """The facts of an encoded picture (JPEG, PNG or WebP, upright).

    Raises `assets.probing.Refused` with a sentence where it is none or does not decode.
    """
    return measure_pixels(pixels_of(data))


def measure_pixels(rgb: Picture) -> LookFacts:
    """The facts of (height, width, 3) RGB."""
    height, width = rgb.shape[:2]
    faces = find_faces(rgb)
    person = Person.of(rgb, faces[0]) if faces else None
    return LookFacts(
        width=width,
        height=height,
        faces=faces,
        blur=measure_blur(person) if person else None,
        light=measure_light(person) if person else None,
        behind=measure_behind(person) if person else None,
        jpeg_quality=jpeg_quality(_middle_in_grey(rgb)),
    )


def _middle_in_grey(rgb: Picture) -> NDArray[np.uint8]:
    """The middle of a large picture, enough to see how it was compressed."""
    height, width = rgb.shape[:2]
    top, left = max(0, (height - MIDDLE_SIDE) // 2), max(0, (width - MIDDLE_SIDE) // 2)
    middle = np.ascontiguousarray(rgb[top : top + MIDDLE_SIDE, left : left + MIDDLE_SIDE])
    return np.asarray(cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY), np.uint8)
