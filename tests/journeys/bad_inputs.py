"""Three inputs that would be paid for in vain, each with faults that the studio offers to mend."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests import media
from tests.assets import pictures_of_people as people
from tests.assets.preflight.hearing import stored, with_gap
from tests.media.voices import spoken

#: What the person wears, words that no camera operator understands, and nothing about the camera.
PROMPT = "nods, moves around, long brown hair, red dress"


def bad_picture(folder: Path) -> Path:
    """Longer than any engine takes, with somebody small at the far end of a hall."""
    hall = people.far_away(people.portrait("ines-blazer"), 4090, 1600, factor=0.33)
    return media.written(folder, "hall.jpg", people.encoded(hall, "JPEG", quality=92))


def bad_take(folder: Path, *, seconds: float = 14) -> Path:
    """Very quiet, with two long silences."""
    parts = [with_gap(spoken(seconds / 2, seed=seed), 0.1, 4.0) for seed in (1, 2)]
    return stored(folder, np.concatenate(parts, axis=1) / 8)


def short_take(folder: Path) -> Path:
    """Good in everything but its length of 6 s."""
    return stored(folder, spoken(6))
