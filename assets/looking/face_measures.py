"""How sharp a face is, and how it is lit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.portrait import FACE_SIDE, Person, stops

# Two blurs that are added, for seeing how much was there already; in px of the scaled face.
_FINE, _COARSE = 1.2, 3.0
_STRONG_EDGES = 0.04
_CRUSHED, _CLIPPED = 16, 250


@dataclass(frozen=True, slots=True)
class FaceLight:
    """The light on a face. `median` and `highlight` (the 90th percentile) are grey values from 0
    to 1, `crushed` and `clipped` shares of the face without detail; `side_stops` is how much
    brighter its left half (as seen) is than its right half."""

    median: float
    highlight: float
    crushed: float
    clipped: float
    side_stops: float


def measure_blur(person: Person) -> float:
    """The radius (sigma) of the blur of the face's edges, in 256ths of its side.

    A step that was blurred by s and is blurred again by f has a slope of 1 / sqrt(s² + f²). The
    slopes after two such blurs therefore give s, whatever the contrast (Zhuo and Sim, "Defocus
    map estimation from a single image", 2011).
    """
    grey = person.face.astype(np.float32)
    scale = FACE_SIDE / grey.shape[0]
    fine, coarse = _slope(grey, _FINE), _slope(grey, _COARSE)
    least = np.quantile(coarse, 1 - _STRONG_EDGES)
    strong = coarse >= max(float(least), 1e-3)
    if not strong.any():
        return float(FACE_SIDE)
    ratio = float(np.median(fine[strong] / coarse[strong])) ** 2
    if ratio <= 1.001:
        return float(FACE_SIDE)
    squared = (_COARSE**2 - ratio * _FINE**2) / (ratio - 1)
    return min(float(FACE_SIDE), math.sqrt(max(0.0, squared)) * float(scale))


def measure_light(person: Person) -> FaceLight:
    """How the face is lit."""
    values = person.face
    inside = person.skin
    seen = values[inside]
    columns = np.arange(values.shape[1]) / values.shape[1]
    left, right = inside & (columns < 0.46), inside & (columns > 0.54)
    return FaceLight(
        median=float(np.median(seen)) / 255,
        highlight=float(np.percentile(seen, 90)) / 255,
        crushed=float((seen <= _CRUSHED).mean()),
        clipped=float((seen >= _CLIPPED).mean()),
        side_stops=stops(float(np.median(values[left]))) - stops(float(np.median(values[right]))),
    )


def _slope(grey: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.asarray(
        cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)),
        np.float32,
    )
