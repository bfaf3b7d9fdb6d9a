"""How sharp a face is, and how it is lit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.portrait import FACE_SIDE, Mask, Person, stops

type Plane = NDArray[np.float32]

# Two blurs that are added, for seeing how much was there already; in px of the scaled face.
_FINE, _COARSE = 1.2, 3.0
# The shares of the edges of one direction that are looked at, and of those that count.
_STRONG_EDGES, _SHARPER_EDGES = 0.08, 0.2
_DIRECTED = 1.5
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
    map estimation from a single image", 2011). Lips and cheeks are soft in every photograph, so
    the sharper of the strong edges count; upright and level edges count apart and the softer of
    both is given, because what moved is sharp along its way and only blurred across it.
    """
    grey = person.face.astype(np.float32)
    fine, coarse = _slopes(grey, _FINE), _slopes(grey, _COARSE)
    inside = person.whole_face
    softest = max(
        _radius(fine[0], coarse[0], inside & _mainly(coarse[0], coarse[1])),
        _radius(fine[1], coarse[1], inside & _mainly(coarse[1], coarse[0])),
    )
    return min(float(FACE_SIDE), softest * FACE_SIDE / len(grey))


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


def _slopes(grey: Plane, sigma: float) -> tuple[Plane, Plane]:
    """How steep the blurred face is across and down, both without sign."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.abs(across), np.float32), np.asarray(np.abs(down), np.float32)


def _mainly(slope: Plane, other: Plane) -> Mask:
    return np.asarray(slope > _DIRECTED * other)


def _radius(fine: Plane, coarse: Plane, edges: Mask) -> float:
    """The blur, in px, of the sharper ones among the strong `edges`."""
    if not edges.any():
        return float(FACE_SIDE)
    strong = edges & (coarse >= max(1e-3, float(np.quantile(coarse[edges], 1 - _STRONG_EDGES))))
    if not strong.any():
        return float(FACE_SIDE)
    ratio = float(np.quantile(fine[strong] / coarse[strong], 1 - _SHARPER_EDGES)) ** 2
    if ratio <= 1.001:
        return float(FACE_SIDE)
    return math.sqrt(max(0.0, (_COARSE**2 - ratio * _FINE**2) / (ratio - 1)))
