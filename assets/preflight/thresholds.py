"""Every figure that a check compares with, in one place, each with where it comes from.

What an engine refuses stands in its own limits (`assets.limits`). These are ours: where a picture
or a recording starts to spoil the video. `docs/preflight.md` shows how they were calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure, its unit, and where it comes from."""

    value: float
    unit: str
    source: str


# The picture

# The sound

# The prompt
