"""Finding faces in a picture, offline: where, how large, how turned. Nobody is recognised.

Two detectors stand behind one interface. The *cascades* come with OpenCV and need nothing; a
*YuNet* network is more exact and is used where the operator names its file in `FACE_MODEL`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from assets.looking.faces.cascades import Cascades
from assets.looking.faces.face import Detector, Face, FaceKind, Picture
from assets.looking.faces.network import Network

__all__ = ["Detector", "Face", "FaceKind", "Picture", "find_faces"]


def find_faces(rgb: Picture) -> tuple[Face, ...]:
    """The faces in (height, width, 3) RGB, each once, the largest first."""
    kept: list[Face] = []
    for face in sorted(_detector(settings.FACE_MODEL).find(rgb), key=_area, reverse=True):
        if not any(face.has_its_middle_in(larger) for larger in kept):
            kept.append(face)
    return tuple(kept)


@cache
def _detector(model: str) -> Detector:
    """The operator's network if there is one, else the cascades; made once per process."""
    return Network(Path(model)) if model else Cascades()


def _area(face: Face) -> float:
    return face.width * face.height
