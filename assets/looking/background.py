"""What is behind a person, and how well the person stands out from it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.looking.portrait import Mask, Person, Plane, stops

CELLS_OF_LONG_SIDE = 20
_EDGE_STEP = 12
_LEAST_CELLS = 6
_FULL_OF_EDGES = 0.08


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a person. `brighter_stops` is how much brighter than the face it is;
    `difference` (CIE76) how much its colour differs from the person's; `busy` the share of its
    cells that are full of edges."""

    brighter_stops: float
    difference: float
    busy: float


def measure_behind(person: Person) -> Behind | None:
    """What is behind the person; None where the person fills the picture."""
    background = ~_person_mask(person)
    cells = _cells(person.grey, background)
    if len(cells) < _LEAST_CELLS:
        return None
    colour = np.median(person.lab[background], axis=0)
    apart = sorted(float(np.linalg.norm(each - colour)) for each in _parts(person))
    if not apart:
        return None
    back, face = np.median(person.grey[background]), np.median(person.face[person.skin])
    return Behind(
        brighter_stops=stops(float(back)) - stops(float(face)),
        # Hair, face and clothes: two of the three have to stand out.
        difference=apart[len(apart) // 2],
        busy=float(np.mean(np.array(cells) >= _FULL_OF_EDGES)),
    )


def _person_mask(person: Person) -> Mask:
    """Where a person with this face probably is: head with hair, shoulders, all below."""
    left, top, side = person.box
    x, y = left + side / 2, top + side / 2
    mask = np.zeros(person.grey.shape, np.uint8)
    head = (round(x), round(y - 0.1 * side)), (round(0.95 * side), round(1.15 * side))
    cv2.ellipse(mask, *head, 0, 0, 360, 1, -1)
    outline = [(-0.7, 0.6), (0.7, 0.6), (1.7, 1.3), (2.0, 2.2), (2.0, 99.0), (-2.0, 99.0),
               (-2.0, 2.2), (-1.7, 1.3)]  # fmt: skip
    body = [(x + across * side, min(y + down * side, 1e4)) for across, down in outline]
    cv2.fillPoly(mask, [np.array(body, np.int32)], 1)
    return mask.astype(bool)


def _cells(grey: Plane, background: Mask) -> list[float]:
    """The share of edges in each cell that is background."""
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.0)
    across = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.25)
    edges = cv2.magnitude(across, down) >= _EDGE_STEP
    found = []
    side = max(8, max(grey.shape) // CELLS_OF_LONG_SIDE)
    for y in range(0, grey.shape[0] - side + 1, side):
        for x in range(0, grey.shape[1] - side + 1, side):
            cell = (slice(y, y + side), slice(x, x + side))
            if background[cell].all():
                found.append(float(edges[cell].mean()))
    return found


def _parts(person: Person) -> list[NDArray[np.float32]]:
    """The colours (L*a*b*) of face, hair and clothes, as far as they are in the picture."""
    left, top, side = person.box
    places = (  # left, top, right, bottom in sides of the face
        (0.25, 0.3, 0.75, 0.8),
        (0.25, -0.3, 0.75, -0.1),
        (0.0, 1.6, 1.0, 2.1),
    )
    found = []
    for x, y, right, bottom in places:
        rows = slice(max(0, round(top + y * side)), max(0, round(top + bottom * side)))
        columns = slice(max(0, round(left + x * side)), max(0, round(left + right * side)))
        part = person.lab[rows, columns].reshape(-1, 3)
        if len(part):
            found.append(np.asarray(np.median(part, axis=0), np.float32))
    return found
