"""A YuNet network that the operator supplies: finds more faces, and turned ones more exactly.

Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023; OpenCV's `FaceDetectorYN`.
"""

from __future__ import annotations

import math
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.faces.face import Face, FaceKind, Picture
from assets.looking.faces.scaling import shrunk

_LONG_SIDE = 640
_LEAST_SCORE = 0.7
_TILTED_DEGREES = 15.0
_PROFILE_DEGREES = 45.0
# A nose stands out from the plane of the eyes by about this much of their distance.
_NOSE_DEPTH = 0.6


class Network:
    """YuNet behind the interface of a detector."""

    def __init__(self, model: Path) -> None:
        """Load the ONNX file. Raises `cv2.error` where it is no such network."""
        self._net = cv2.FaceDetectorYN.create(str(model), "", (320, 320), _LEAST_SCORE)
        self._one_at_a_time = Lock()  # the input's size is a state of the network

    def find(self, rgb: Picture) -> list[Face]:
        """The faces that the network scores 0.7 or more."""
        small = shrunk(rgb, _LONG_SIDE)
        height, width = small.shape[:2]
        with self._one_at_a_time:
            self._net.setInputSize((width, height))
            found = self._net.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1]
        return [] if found is None else [face_of(row, width, height) for row in found]


def face_of(row: NDArray[np.floating], width: int, height: int) -> Face:
    """A face from a row of YuNet, found in a picture of `width` x `height` px.

    The row: x, y, width, height of the box; x and y of the eye that is left in the picture, of
    the right one, the nose's tip, the mouth's corners; the score. All but the score in pixels.
    """
    x, y, box_width, box_height = (float(value) for value in row[:4])
    side = (box_width + box_height) / 2
    left, top = x + (box_width - side) / 2, y + (box_height - side) / 2
    tilt, yaw = _turned(*(float(value) for value in row[4:10]))
    kind: FaceKind = "frontal"
    if abs(yaw) > _PROFILE_DEGREES:
        kind = "profile"
    elif abs(tilt) > _TILTED_DEGREES:
        kind = "tilted"
    return Face(left / width, top / height, side / width, side / height, kind, yaw, float(row[14]))


def _turned(*points: float) -> tuple[float, float]:
    """Tilt and yaw in degrees from both eyes and the nose's tip (x, y each)."""
    (left_x, left_y, right_x, right_y, nose_x, nose_y) = points
    across = math.hypot(right_x - left_x, right_y - left_y) or 1.0
    unit_x, unit_y = (right_x - left_x) / across, (right_y - left_y) / across
    middle_x, middle_y = (left_x + right_x) / 2, (left_y + right_y) / 2
    beside = (nose_x - middle_x) * unit_x + (nose_y - middle_y) * unit_y
    tilt = math.degrees(math.atan2(right_y - left_y, right_x - left_x))
    return tilt, math.degrees(math.atan(beside / (_NOSE_DEPTH * across)))
