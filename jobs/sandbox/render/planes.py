"""Pictures as three planes (luma, two half-size chroma), the form a video encoder wants.

Working on planes halves the bytes to move per frame and saves its colour conversion.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.uint8]

# BT.709, limited range: what players assume for HD and what the file says it is.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, slots=True)
class Planes:
    """One picture: ``luma`` (height, width), ``blue`` and ``red`` (half of both), uint8."""

    luma: Plane
    blue: Plane
    red: Plane

    def each(self) -> tuple[Plane, Plane, Plane]:
        """The planes in the order of the file."""
        return self.luma, self.blue, self.red

    def put(self, patch: "Planes", x: int, y: int) -> None:
        """Copy ``patch`` over this picture; ``x`` and ``y`` (full-size pixels) must be even."""
        for target, source, step in zip(self.each(), patch.each(), (1, 2, 2), strict=True):
            rows, columns = source.shape
            target[y // step : y // step + rows, x // step : x // step + columns] = source


def frame_buffer(width: int, height: int) -> tuple[Plane, Planes]:
    """An array (height * 3 / 2, width) as PyAV takes it, and its planes as views of it."""
    buffer = np.zeros((height * 3 // 2, width), np.uint8)
    flat = buffer.reshape(-1)
    luma, quarter = width * height, width * height // 4
    half = (height // 2, width // 2)
    return buffer, Planes(
        flat[:luma].reshape(height, width),
        flat[luma : luma + quarter].reshape(half),
        flat[luma + quarter :].reshape(half),
    )


def to_planes(rgb: NDArray[np.uint8]) -> Planes:
    """(height, width, 3) RGB with even sides as planes."""
    height, width = rgb.shape[:2]
    values = rgb.astype(np.float32)
    luma = values @ _LUMA
    small = cv2.resize(
        np.dstack([luma, values[..., 2], values[..., 0]]),
        (width // 2, height // 2),
        interpolation=cv2.INTER_AREA,
    )
    blue = 128 + (small[..., 1] - small[..., 0]) / 1.8556 * (224 / 255)
    red = 128 + (small[..., 2] - small[..., 0]) / 1.5748 * (224 / 255)
    return Planes(_whole(16 + luma * (219 / 255)), _whole(blue), _whole(red))


def _whole(values: NDArray[np.floating]) -> Plane:
    return np.ascontiguousarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def warp(source: Planes, target: Planes, matrix: NDArray[np.float64]) -> None:
    """Fill ``target`` with what ``matrix`` (2 x 3, target to source pixel) sees of ``source``."""
    # A chroma pixel lies in the middle of four luma pixels: full = 2 * half + 0.5.
    half = matrix.copy()
    half[:, 2] = (matrix[:, 2] + matrix[:, :2] @ (0.5, 0.5) - 0.5) / 2
    for seen, drawn, place in zip(source.each(), target.each(), (matrix, half, half), strict=True):
        cv2.warpAffine(
            seen, place, (drawn.shape[1], drawn.shape[0]), dst=drawn,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip


class Overlay:
    """A see-through picture (RGBA, even sides) laid on frames at an even place."""

    def __init__(self, picture: Image.Image, x: int, y: int) -> None:
        """``x``, ``y``: the top left corner in the frame."""
        rgba = np.asarray(picture.convert("RGBA"))
        solid = to_planes(np.ascontiguousarray(rgba[..., :3]))
        cover = rgba[..., 3].astype(np.float32) / 255
        height, width = cover.shape
        small = cv2.resize(cover, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        self._corner = (x, y)
        self._parts = [
            ((1 - alpha).astype(np.float32), alpha * plane.astype(np.float32))
            for plane, alpha in zip(solid.each(), (cover, small, small), strict=True)
        ]

    def lay_on(self, frame: Planes) -> None:
        """Blend into ``frame``."""
        x, y = self._corner
        for plane, (keep, add), step in zip(frame.each(), self._parts, (1, 2, 2), strict=True):
            rows, columns = keep.shape
            area = plane[y // step : y // step + rows, x // step : x // step + columns]
            area[:] = np.rint(area * keep + add).astype(np.uint8)
