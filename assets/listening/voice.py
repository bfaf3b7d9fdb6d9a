"""Is it a voice, how fast does it speak, and how lively is it?

No network is trained for this. Speech differs from everything else in three plain ways: its level
rises and falls with the syllables, it changes between dark vowels and bright hisses, and the pitch
of its vowels glides, where a note stands still. What does not clearly fail at these is never called
"no speech".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assets.listening.facts import Heard
from assets.listening.hearing import STEP_SECONDS, Noticed, Track
from assets.listening.pauses import Pauses, runs_of
from assets.listening.traits import VOICED, Traits, traits_of
from assets.preflight.energy import Energy

#: The line between music and speech (Fisher, 1936) and how far it is from either: measured on
#: recordings of both, see docs/preflight-sounds.md.
_GLIDING_WEIGHT = 4.0
_MUSIC_BELOW, _SPEECH_ABOVE = -0.8, -0.5
_SHORTEST_SECONDS = 0.3
#: A syllable stands at least this far (dB) above the dips beside it (de Jong and Wempe, 2009).
_DIP_DB = 2.0
#: A vowel's level is smoothed over 30 ms: over 50, the syllables of fast speech ran together.
_NUCLEUS = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, slots=True)
class Voice:
    """What was heard; the rest is 0 or "" where that is no speech."""

    heard: Heard
    syllables_per_second: float = 0.0
    pitch_hz: float = 0.0
    pitch_spread: float = 0.0
    energy: Energy | Literal[""] = ""


def voice_of(noticed: Noticed, pauses: Pauses) -> Voice:
    """Judge a recording by what was noticed in it."""
    traits = traits_of(noticed, pauses)
    heard = kind_of(traits)
    if heard != "speech":
        return Voice(heard)
    rate = syllables_per_second(noticed, pauses)
    return Voice(
        heard=heard,
        syllables_per_second=rate,
        pitch_hz=traits.pitch_hz,
        pitch_spread=traits.pitch_spread,
        energy=energy_of(rate, traits.pitch_spread, traits.level_spread),
    )


def kind_of(traits: Traits) -> Heard:
    """Speech, or what it surely is instead; ``unclear`` where both are possible."""
    if traits.seconds < _SHORTEST_SECONDS:
        return "silence" if traits.seconds == 0 else "unclear"
    if traits.level_spread < 1.0 or (traits.voiced < 0.08 and traits.level_spread < 3.0):
        return "noise" if traits.voiced < 0.2 else "tone"
    if traits.still > 0.85 and traits.level_spread < 3.0:
        return "tone"
    likeness = _GLIDING_WEIGHT * traits.gliding + float(np.log(traits.changing + 0.02))
    if traits.voiced > 0.08 and likeness < _MUSIC_BELOW:
        return "music"
    if traits.voiced > 0.15 and likeness > _SPEECH_ABOVE and traits.level_spread > 2.0:
        return "speech"
    return "unclear"


def energy_of(rate: float, pitch_spread: float, level_spread: float) -> Energy:
    """Calm, even or energetic: speed, melody and stress against those of plain narration."""
    score = (rate - 5.0) / 1.2 + (pitch_spread - 8.0) / 5.0 + (level_spread - 7.0) / 4.0
    return "calm" if score < -1.6 else "energetic" if score > 1.8 else "even"


def syllables_per_second(noticed: Noticed, pauses: Pauses) -> float:
    """Peaks of the vowels' level with dips on both sides, per second of speaking."""
    spoken = pauses.sounding.sum() * STEP_SECONDS
    if spoken < _SHORTEST_SECONDS:
        return 0.0
    envelope = np.convolve(noticed.vowels, _NUCLEUS, "same")
    found = sum(
        _peaks(envelope[start:end], noticed.harmonicity[start:end])
        for start, end in runs_of(pauses.sounding)
    )
    return round(float(found / spoken), 2)


def _peaks(envelope: NDArray[np.floating], harmonicity: Track) -> int:
    """Count the nuclei of one stretch: walk over it, and turn where the level has turned by
    `_DIP_DB`."""
    count, rising, low, high, top = 0, True, float("inf"), -float("inf"), 0
    for at, level in enumerate(envelope.tolist()):
        if rising and level > high:
            high, top = level, at
        elif rising and level < high - _DIP_DB:
            around = slice(max(0, top - 2), top + 3)
            count += float(harmonicity[around].max(initial=0)) > VOICED
            rising, low = False, level
        elif not rising and level < low:
            low = level
        elif not rising and level > low + _DIP_DB:
            rising, high, top = True, level, at
    return count
