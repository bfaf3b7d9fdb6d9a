"""Checks of a motion prompt: what another input owns, what directs nothing, what cannot be had.

The words and phrases are in `assets/preflight/knowledge`, in English and Chinese.
"""

from __future__ import annotations

from assets.limits import InputLimits
from assets.preflight.energy import Energy
from assets.preflight.finding import Finding
from assets.preflight.prompt import motion, rules, size
from assets.preflight.prompt.checks import CHECKS
from assets.preflight.prompt.crowded import crowded
from assets.preflight.prompt.edits import applied
from assets.preflight.prompt.reading import read
from assets.preflight.prompt.told_once import told_once

__all__ = ["CHECKS", "applied", "check_prompt"]


def check_prompt(
    prompt: str, limits: InputLimits, *, energy: Energy | None = None, art_style: str = ""
) -> list[Finding]:
    """All findings for a motion prompt. Never raises.

    `energy` is how lively the take's voice is, None while unknown; `art_style` is the look's
    (`assets.models.ArtStyle`), empty while unknown. Spans and edits count code points of `prompt`.
    What stands behind the engine's limit is counted, not read: the cost stays bounded.
    """
    counted = [*size.blank(prompt), *size.limit(prompt, limits)]
    if counted and counted[0].id == "prompt.blank":
        return counted
    reading = read(prompt[: limits.prompt_max_characters])
    movements = [*crowded(reading)]
    found = [
        *rules.appearance(reading),
        *rules.speech(reading),
        *rules.no_camera(reading),
        *rules.vague(reading),
        *movements,
        *motion.contradiction(reading, listed=bool(movements)),
        *motion.energy(reading, energy),
        *rules.style(reading, art_style),
        *rules.scope(reading),
        *rules.unreachable(reading),
        *size.long(reading),
    ]
    return [*counted, *told_once(found)]
