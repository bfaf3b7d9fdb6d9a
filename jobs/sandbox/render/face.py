"""Find the face, and draw its mouth open by degrees."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from jobs.sandbox.render.planes import Planes, to_planes

LEVELS = 24
_SEARCH_SIDE = 640


@dataclass(frozen=True, slots=True)
class Face:
    """A face's square in a picture, in pixels, and the row of the line between its lips."""

    x: int
    y: int
    side: int
    mouth_y: int

    @property
    def middle_x(self) -> float:
        """The column of nose and mouth."""
        return self.x + self.side / 2


@cache
def _cascade() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(
        str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml")
    )


def find_face(rgb: NDArray[np.uint8]) -> Face | None:
    """The largest face turned to the camera in (height, width, 3) RGB, or None."""
    height, width = rgb.shape[:2]
    scale = min(1.0, _SEARCH_SIDE / max(height, width))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    even = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(small)
    found = _cascade().detectMultiScale(even, 1.1, 4, minSize=(28, 28))
    if not len(found):
        return None
    x, y, side, _ = (round(float(value) / scale) for value in max(found, key=lambda box: box[2]))
    return Face(x, y, side, _lip_line(grey, x, y, side))


def _lip_line(grey: cv2.typing.MatLike, x: int, y: int, side: int) -> int:
    """The darkest row where a mouth can be, against its surroundings."""
    top, bottom = y + round(0.68 * side), y + round(0.86 * side)
    area = grey[top : bottom + 1, x + round(0.38 * side) : x + round(0.62 * side)]
    if area.shape[0] < 5:
        return int(min(y + round(0.77 * side), grey.shape[0] - 1))
    rows = area.mean(axis=1, dtype=np.float64)
    around = np.convolve(np.pad(rows, 8, mode="edge"), np.ones(17) / 17, mode="valid")
    middle = np.abs(np.linspace(-1, 1, len(rows)))
    return top + int(np.argmin(rows - around + 6 * middle))


@dataclass(frozen=True, slots=True)
class Mouth:
    """The area round the mouth in LEVELS + 1 degrees from closed to open; x and y are even."""

    x: int
    y: int
    drawn: tuple[Planes, ...]

    def put(self, picture: Planes, opening: float) -> int:
        """Draw the mouth into ``picture``, open by 0..1; returns the degree used."""
        level = round(min(max(opening, 0.0), 1.0) * LEVELS)
        picture.put(self.drawn[level], self.x, self.y)
        return level


def draw_mouth(rgb: NDArray[np.uint8], face: Face) -> Mouth | None:
    """Every degree of the mouth, or None where the face is too small or cut off."""
    half_width, above, below = (round(face.side * share) for share in (0.30, 0.10, 0.26))
    left = round(face.middle_x - half_width) // 2 * 2
    top = (face.mouth_y - above) // 2 * 2
    right, bottom = left + 2 * half_width // 2 * 2, (face.mouth_y + below) // 2 * 2
    if left < 0 or top < 0 or right > rgb.shape[1] or bottom > rgb.shape[0] or face.side < 48:
        return None
    patch = rgb[top:bottom, left:right]
    line = float(face.mouth_y - top)
    levels = range(LEVELS + 1)
    drawn = (_opened(patch, line, face.side, level / LEVELS) for level in levels)
    return Mouth(left, top, tuple(to_planes(picture) for picture in drawn))


def _opened(patch: NDArray[np.uint8], line: float, side: int, opening: float) -> NDArray[np.uint8]:
    """The patch with the lower lip and jaw dropped and the upper lip raised a little."""
    height, width = patch.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = np.clip(np.abs(across - (width - 1) / 2) / (0.19 * side), 0, 1)
    lens = np.cos(reach * np.pi / 2) ** 2
    drop = lens * np.float32(0.085 * side * opening)
    lift = lens * np.float32(0.018 * side * opening)
    below, above = height - 1 - line, line
    lower = line + (down - line - drop) * below / np.maximum(below - drop, 1)
    upper = (down - 0) * above / np.maximum(above - lift, 1)
    source = np.where(down >= line + drop, lower, np.where(down <= line - lift, upper, line))
    moved = cv2.remap(
        patch, across, source.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = np.clip(line + drop - down, 0, 1) * np.clip(down - line + lift, 0, 1)
    inside *= np.clip(4 * lens * opening, 0, 1)
    return _filled(moved, inside, (down - line + lift) / np.maximum(drop + lift, 1))


def _filled(
    picture: cv2.typing.MatLike, inside: NDArray[np.floating], depth: NDArray[np.floating]
) -> NDArray[np.uint8]:
    """Teeth at the top, dark in the middle, tongue at the bottom of the open mouth."""
    dark, teeth, tongue = (
        np.array(colour, np.float32) for colour in ((58, 20, 22), (236, 228, 220), (150, 66, 66))
    )
    upper = np.clip((0.34 - depth) * 6, 0, 1)[..., None]
    lower = np.clip((depth - 0.66) * 4, 0, 1)[..., None]
    colour = dark + (teeth - dark) * upper * 0.85 + (tongue - dark) * lower * 0.8
    cover = inside[..., None]
    return np.asarray(picture * (1 - cover) + colour * cover).round().astype(np.uint8)
