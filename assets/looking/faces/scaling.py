"""Making pictures smaller before they are looked at."""

import cv2
import numpy as np

from assets.looking.faces.face import Picture


def shrunk(rgb: Picture, long_side: int) -> Picture:
    """The picture with at most `long_side` px on its long side; never enlarged."""
    height, width = rgb.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
