"""Is it a voice, how fast does it speak, and how lively is it?

No model is trained for this. Speech differs from everything else in three plain ways: its level
rises and falls with the syllables, it changes between voiced and voiceless, and the pitch of its
vowels glides, where a note stands still. What does not clearly fail at these is never called "no
speech".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assets.listening.facts import Heard
from assets.listening.hearing import STEP_SECONDS, Noticed, Track
from assets.listening.pauses import Pauses, runs_of, smoothed
from assets.preflight.energy import Energy

_VOICED = 0.6
#: Pitch that moves less than this (semitones) in 50 ms stands still.
_STILL_SEMITONES = 0.08
_STILL_STEPS = 5
_SHORTEST_SECONDS = 0.3
#: A syllable stands at least this far (dB) above the dips beside it (de Jong and Wempe, 2009).
_DIP_DB = 2.0
_NUCLEUS_STEPS = 5


@dataclass(frozen=True, slots=True)
class Voice:
    """What was heard; the rest is 0 or "" where that is no speech."""

    heard: Heard
    syllables_per_second: float = 0.0
    pitch_hz: float = 0.0
    pitch_spread: float = 0.0
    energy: Energy | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """Of the sounding parts: the share that is voiced, the share of the voiced whose pitch stands
    still, the share that is bright and voiceless, how the level varies (dB), median pitch (Hz) and
    its spread (semitones, middle 80 %)."""

    seconds: float
    voiced: float
    still: float
    voiceless: float
    level_spread: float
    pitch_hz: float
    pitch_spread: float


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
    if traits.still > 0.2 and traits.voiceless < 0.015:
        return "music"
    if traits.voiced > 0.15 and traits.still < 0.2 and traits.level_spread > 2.0:
        return "speech"
    return "unclear"


def energy_of(rate: float, pitch_spread: float, level_spread: float) -> Energy:
    """Calm, even or energetic: speed, melody and stress against those of plain narration."""
    score = (rate - 5.0) / 1.2 + (pitch_spread - 8.0) / 5.0 + (level_spread - 7.0) / 4.0
    return "calm" if score < -1.6 else "energetic" if score > 1.8 else "even"


def traits_of(noticed: Noticed, pauses: Pauses) -> Traits:
    """Measure what tells speech from the rest."""
    sounding = pauses.sounding
    if not sounding.any():
        return Traits(0.0, *[0.0] * 6)
    voiced = sounding & (noticed.harmonicity > _VOICED)
    melody = 12 * np.log2(np.maximum(noticed.pitch, 1.0) / 100)
    low, middle, high = (
        np.percentile(melody[voiced], (10, 50, 90)) if voiced.any() else (0.0, 0.0, 0.0)
    )
    voiceless = sounding & ~voiced & (noticed.bright > 0.5)
    return Traits(
        seconds=float(sounding.sum() * STEP_SECONDS),
        voiced=_share(voiced, sounding),
        still=_still_share(melody, voiced),
        voiceless=_share(voiceless, sounding),
        level_spread=float(smoothed(noticed.level)[sounding].std()),
        pitch_hz=float(100 * 2 ** (middle / 12)) if voiced.any() else 0.0,
        pitch_spread=float(high - low),
    )


def syllables_per_second(noticed: Noticed, pauses: Pauses) -> float:
    """Peaks of the vowels' level with dips on both sides, per second of speaking."""
    spoken = pauses.sounding.sum() * STEP_SECONDS
    if spoken < _SHORTEST_SECONDS:
        return 0.0
    envelope = np.convolve(noticed.vowels, np.hanning(_NUCLEUS_STEPS + 2)[1:-1] / 3, "same")
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
            count += float(harmonicity[around].max(initial=0)) > _VOICED
            rising, low = False, level
        elif not rising and level < low:
            low = level
        elif not rising and level > low + _DIP_DB:
            rising, high, top = True, level, at
    return count


def _still_share(melody: Track, voiced: NDArray[np.bool_]) -> float:
    both = voiced[_STILL_STEPS:] & voiced[:-_STILL_STEPS]
    if not both.any():
        return 0.0
    moved = np.abs(melody[_STILL_STEPS:] - melody[:-_STILL_STEPS])[both]
    return float((moved < _STILL_SEMITONES).mean())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return int(part.sum()) / max(1, int(whole.sum()))
