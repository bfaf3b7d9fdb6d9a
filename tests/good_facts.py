"""What the checks measured in inputs that nothing is wrong with.

Pictures and sounds of the tests are tiny, so that a run is quick; measured in earnest, every one of
them would be warned about. Tests of the checks and the journeys use real material instead.
"""

from __future__ import annotations

from typing import Any

from assets.listening.facts import TakeFacts
from assets.looking.background import Behind
from assets.looking.face_measures import FaceLight
from assets.looking.faces import Face
from assets.looking.facts import LookFacts

FACE = Face(x=0.3, y=0.2, width=0.4, height=0.4, kind="frontal", yaw_degrees=0.0, certainty=0.95)
LOOK = LookFacts(
    width=1080,
    height=1080,
    faces=(FACE,),
    blur=1.0,
    light=FaceLight(median=0.55, highlight=0.7, crushed=0.0, clipped=0.0, side_stops=0.2),
    behind=Behind(brighter_stops=-0.5, difference=30.0, busy=0.1),
    jpeg_quality=None,
)
TAKE = TakeFacts(
    seconds=3.0,
    peak_dbfs=-3.0,
    true_peak_dbtp=-2.5,
    loudness_lufs=-18.0,
    loudness_range_lu=5.0,
    voice_dbfs=-20.0,
    noise_dbfs=-60.0,
    heard="speech",
    syllables_per_second=4.5,
    pitch_hz=180.0,
    pitch_spread=3.0,
    energy="even",
)


def look_facts() -> dict[str, Any]:
    """As a look keeps them."""
    return LOOK.to_json()


def take_facts() -> dict[str, Any]:
    """As a take keeps them."""
    return TAKE.to_json()
