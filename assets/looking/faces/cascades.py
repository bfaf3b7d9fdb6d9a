"""The cascades that come with OpenCV (Viola and Jones 2001; Lienhart 2002).

First faces that look at the camera, cut ones included. Only where that is not sure: tilted heads
(the picture turned by 30 degrees either way) and profiles (the picture and its mirror). Only where
nothing was found: faces that are very small in a large picture, and large ones of which the border
cuts off more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import local

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.faces.face import Face, FaceKind, Picture
from assets.looking.faces.scaling import shrunk
from assets.looking.faces.tilt import tilt_of

type Grey = NDArray[np.uint8]
type Box = tuple[float, float, float]
"""x and y of the middle and the side, in pixels of the searched picture."""

_LONG_SIDE = 640
_TURNED_LONG_SIDE = 400
_SMALL_FACES_LONG_SIDE = 900
_LEAST_SIDE = 28
_FLAT_RANGE = 128
_SMALL_FACE_SIDE = 44
_TURN_DEGREES = 30.0
_TILTED_DEGREES = 16.0
_PROFILE_YAW = 70.0
# So much of the short side is put round the picture (its border's colour drawn out), because a
# cascade finds only what lies in the picture whole, and a cut face should be called cut.
_SURROUND = 0.2
# Where more of a face is cut off, the picture mirrored at its border completes it: a quarter of the
# chin, nearly half of a cheek. Faces that are cut so are close to the camera.
_MIRRORED_SURROUND = 0.3
_MIRRORED_BOXES = 6
_LEAST_MIRRORED = 0.3
# A cascade joins boxes that lie on one another. A face collects 10 to 60; what is none, seldom
# more than 8 (docs/preflight-images.md).
_SURE_BOXES = 10
_DOUBTFUL_BOXES = 8
_FULL_CERTAINTY_BOXES = 24
# How much larger the next size is that is looked for. Where only every other one is, a face still
# answers by more boxes than this.
_STEP = 1.1
_FIRST_BOXES = 1
# Where eyes lie in a frontal box, and how far out of its middle a full turn would carry them.
_EYES = (0.15, 0.6)
_YAW_REACH = 0.45

_THREAD = local()


class Cascades:
    """The searches one after another, as long as none is sure."""

    def find(self, rgb: Picture) -> list[Face]:
        """The sure faces, or the likeliest one where no search is sure."""
        large = shrunk(rgb, _SMALL_FACES_LONG_SIDE)
        small = shrunk(large, _LONG_SIDE)
        faces = list(_frontal(_evened(small)))
        if not _sure(faces):
            turned = _evened(shrunk(small, _TURNED_LONG_SIDE))
            faces += _tilted(turned)
            faces += [face for face in _profile(turned) if not _is_part_of_any(face, faces)]
        if not faces and large is not small:
            faces = list(_small(_evened(large)))
        if not faces:
            faces = list(_cut(_evened(small)))
        chosen = _sure(faces) or sorted(faces, key=lambda face: face.certainty)[-1:]
        # Only the largest is asked for its tilt; a crowd would take long.
        chosen.sort(key=lambda face: face.width, reverse=True)
        return [_with_its_tilt(face, _evened(small)) for face in chosen[:1]] + chosen[1:]


def _sure(faces: list[Face]) -> list[Face]:
    """Where one face is sure: it and all that are hardly less so; otherwise none."""
    if not any(face.certainty >= _SURE_BOXES / _FULL_CERTAINTY_BOXES for face in faces):
        return []
    return [face for face in faces if face.certainty >= _DOUBTFUL_BOXES / _FULL_CERTAINTY_BOXES]


def _with_its_tilt(face: Face, grey: Grey) -> Face:
    """The face called tilted or not by its tilt; a search only finds what is near to its own."""
    height, width = grey.shape
    side = face.width * width
    if face.kind == "profile":
        return face
    middle = (face.x * width + side / 2, face.y * height + face.height * height / 2)
    tilt = tilt_of(grey, (*middle, side), _cascade("frontalface_alt2"))
    if tilt is None:
        return face
    return replace(face, kind="tilted" if abs(tilt) > _TILTED_DEGREES else "frontal")


def _is_part_of_any(face: Face, faces: list[Face]) -> bool:
    # A head that is turned a little answers to both: then it is no profile.
    return any(face.has_its_middle_in(other) for other in faces)


def _evened(rgb: Picture) -> Grey:
    """Grey with its contrast evened out, so that dark, pale and backlit faces are found too."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(grey[::2, ::2], (0.5, 99.5))
    if high - low < _FLAT_RANGE:
        table = (np.arange(256) - low) * (255 / max(1.0, high - low))
        grey = cv2.LUT(grey, np.clip(table, 0, 255).astype(np.uint8))
    return np.asarray(cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(grey), np.uint8)


def _frontal(grey: Grey) -> Iterator[Face]:
    around = round(_SURROUND * min(grey.shape))
    surrounded = cv2.copyMakeBorder(
        grey, around, around, around, around, borderType=cv2.BORDER_REPLICATE
    )
    for (x, y, side), boxes in _searched("frontalface_alt2", np.asarray(surrounded), 4):
        box = (x - around, y - around, side)
        yield _face(box, boxes, grey, "frontal", _yaw(grey, box))


def _cut(grey: Grey) -> Iterator[Face]:
    """Large faces that reach over the border, completed by the picture's mirror image."""
    height, width = grey.shape
    around = round(_MIRRORED_SURROUND * min(grey.shape))
    mirrored = cv2.copyMakeBorder(
        grey, around, around, around, around, borderType=cv2.BORDER_REFLECT
    )
    found = _searched(
        "frontalface_alt2",
        np.asarray(mirrored),
        _MIRRORED_BOXES,
        smallest_side=max(_LEAST_SIDE, round(_LEAST_MIRRORED * min(grey.shape))),
    )
    for (across, down, side), boxes in found:
        x, y = across - around, down - around
        if min(x, y, width - x, height - y) < side / 2:
            yield _face((x, y, side), boxes, grey, "frontal", None)


def _small(grey: Grey) -> Iterator[Face]:
    found = _searched("frontalface_alt2", grey, 5, largest_side=_SMALL_FACE_SIDE)
    for box, boxes in found:
        yield _face(box, boxes, grey, "frontal", None)


def _tilted(grey: Grey) -> Iterator[Face]:
    for degrees in (_TURN_DEGREES, -_TURN_DEGREES):
        turned, back = _turned(grey, degrees)
        for (x, y, side), boxes in _searched("frontalface_alt2", turned, _DOUBTFUL_BOXES):
            middle = back @ np.array([x, y, 1.0])
            yield _face((middle[0], middle[1], side), boxes, grey, "tilted", None)


def _profile(grey: Grey) -> Iterator[Face]:
    # The cascade knows faces that look to the left.
    for box, boxes in _searched("profileface", grey, 4):
        yield _face(box, boxes, grey, "profile", -_PROFILE_YAW)
    mirror = np.ascontiguousarray(grey[:, ::-1])
    for (x, y, side), boxes in _searched("profileface", mirror, 4):
        yield _face((grey.shape[1] - x, y, side), boxes, grey, "profile", _PROFILE_YAW)


def _searched(
    name: str,
    grey: Grey,
    least_boxes: int,
    *,
    smallest_side: int = _LEAST_SIDE,
    largest_side: int = 0,
) -> Iterator[tuple[Box, int]]:
    """The boxes of a cascade, each with how many of its hits it was joined from."""
    if min(grey.shape) < _LEAST_SIDE:
        return
    cascade, least = _cascade(name), (smallest_side, smallest_side)
    most = (largest_side or max(grey.shape),) * 2
    # A face answers in several neighbouring sizes, so every other size is looked at first: where
    # no boxes lie on one another there, it is over in half the time.
    if not len(cascade.detectMultiScale(grey, _STEP**2, _FIRST_BOXES, minSize=least, maxSize=most)):
        return
    boxes, counts = cascade.detectMultiScale2(grey, _STEP, least_boxes, minSize=least, maxSize=most)
    for (x, y, side, _), count in zip(boxes, counts, strict=True):
        yield (x + side / 2, y + side / 2, float(side)), int(count)


def _cascade(name: str) -> cv2.CascadeClassifier:
    """Loaded once per thread: a cascade keeps its picture while it searches."""
    loaded: dict[str, cv2.CascadeClassifier] = _THREAD.__dict__.setdefault("cascades", {})
    if name not in loaded:
        loaded[name] = cv2.CascadeClassifier(str(_folder() / f"haarcascade_{name}.xml"))
    return loaded[name]


@cache
def _folder() -> Path:
    return Path(cv2.__file__).parent / "data"


def _turned(grey: Grey, degrees: float) -> tuple[Grey, NDArray[np.floating]]:
    """The whole picture turned, and the 2 x 3 matrix that leads back."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine))
    matrix[0, 2] += (size[0] - width) / 2
    matrix[1, 2] += (size[1] - height) / 2
    turned = cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
    return np.asarray(turned, np.uint8), back


def _yaw(grey: Grey, box: Box) -> float | None:
    """How far the head is turned: by how far both eyes lie beside the middle of the face."""
    x, y, side = box
    left, top = round(x - side / 2), round(y - side / 2)
    rows = slice(max(0, top + round(_EYES[0] * side)), top + round(_EYES[1] * side))
    area = np.ascontiguousarray(grey[rows, max(0, left) : left + round(side)])
    if min(area.shape, default=0) < 20:
        return None
    least = max(12, round(side * 0.16))
    found = _cascade("eye_tree_eyeglasses").detectMultiScale(area, 1.1, 2, minSize=(least, least))
    middles = sorted(float(at + size / 2) / side for at, _, size, _ in found)
    if len(middles) != 2 or middles[1] - middles[0] < 0.25:
        return None
    beside = (middles[0] + middles[1]) / 2 - 0.5
    return math.degrees(math.asin(max(-1.0, min(1.0, beside / _YAW_REACH))))


def _face(box: Box, boxes: int, grey: Grey, kind: FaceKind, yaw: float | None) -> Face:
    x, y, side = box
    height, width = grey.shape
    return Face(
        x=float((x - side / 2) / width),
        y=float((y - side / 2) / height),
        width=float(side / width),
        height=float(side / height),
        kind=kind,
        yaw_degrees=yaw,
        certainty=min(1.0, boxes / _FULL_CERTAINTY_BOXES),
    )
