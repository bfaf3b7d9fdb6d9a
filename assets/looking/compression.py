"""How strongly a picture was once compressed as a JPEG, read from its pixels.

The picture that is measured was written anew when it came in, so its header says nothing. But
what a JPEG of low quality leaves stays in the pixels: the coefficients of its 8 x 8 blocks are
multiples of the steps they were rounded to. After Fan and de Queiroz, "Identification of bitmap
compression history: JPEG detection and quantizer estimation", 2003.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

type Plane = NDArray[np.uint8]

_BLOCK = 8
_STEPS = range(4, 121)
_AGREEMENT = 0.6
_LEAST_COEFFICIENTS = 40
# Row and column of a coefficient, and its step at quality 50 (ITU-T T.81, table K.1).
_POSITIONS = ((0, 1, 11), (1, 0, 12), (1, 1, 12), (0, 2, 10), (2, 0, 14), (1, 2, 14), (2, 1, 13))


def jpeg_quality(grey: Plane) -> int | None:
    """The quality (1 to 100, as the IJG library counts) of an earlier JPEG, where it shows.

    None for a picture that never was a JPEG, was one of a quality above about 75, or was scaled
    afterwards.
    """
    if min(grey.shape) < 8 * _BLOCK:
        return None
    blocks = _blocks(grey[_grid_start(grey) :, _grid_start(grey.T) :])
    scales = [
        step / usual for row, column, usual in _POSITIONS for step in _step(blocks, row, column)
    ]
    if len(scales) < len(_POSITIONS) // 2:
        return None
    return _quality(float(np.median(scales)))


def _quality(scale: float) -> int:
    """The inverse of the IJG library's scaling of its tables."""
    return max(1, min(100, round(50 / scale if scale > 1 else 100 - 50 * scale)))


def _grid_start(grey: Plane) -> int:
    """The row at which blocks start: there the rows differ most from what lies beside."""
    step = np.diff(grey.astype(np.int16), axis=0)
    corner = np.minimum(np.abs(2 * step[1:-1] - step[:-2] - step[2:]), 2 * _BLOCK)
    rows = corner.mean(axis=1)
    usable = len(rows) // _BLOCK * _BLOCK
    # The first of these lies between the rows 1 and 2.
    phase = int(np.argmax(rows[:usable].reshape(-1, _BLOCK).sum(axis=0)))
    return (phase + 2) % _BLOCK


def _blocks(grey: Plane) -> NDArray[np.float32]:
    """Shape (number, 8, 8)."""
    down, across = (side // _BLOCK for side in grey.shape)
    whole = grey[: down * _BLOCK, : across * _BLOCK].astype(np.float32)
    return whole.reshape(down, _BLOCK, across, _BLOCK).swapaxes(1, 2).reshape(-1, _BLOCK, _BLOCK)


def _step(blocks: NDArray[np.float32], row: int, column: int) -> Iterator[int]:
    """The step of which the blocks' coefficients are multiples, if there is one."""
    basis = cv2.dct(np.eye(_BLOCK, dtype=np.float32), flags=cv2.DCT_ROWS).T
    values = np.abs(np.einsum("nij,i,j->n", blocks, basis[row], basis[column], optimize=True))
    values.sort()
    for step in reversed(_STEPS):
        # Those that were rounded to nothing agree with every step.
        telling = values[np.searchsorted(values, 0.6 * step, "right") :]
        if len(telling) < _LEAST_COEFFICIENTS:
            continue
        if float(np.cos(telling * (2 * np.pi / step)).mean()) > _AGREEMENT:
            yield step
            return
