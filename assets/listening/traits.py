"""What tells speech from everything else, measured in what an ear would notice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.listening.hearing import STEP_SECONDS, Noticed, Track
from assets.listening.pauses import Pauses, runs_of, smoothed

#: A window that repeats itself this far (0..1) is voiced.
VOICED = 0.6
#: Pitch that moves less than this (semitones) in 50 ms stands still.
_STILL_SEMITONES = 0.08
_STILL_STEPS = 5
#: A melody is one voice's while its pitch moves less than this (semitones) from one 10 ms to the
#: next, for so many of them; chords and noise jump.
_JUMP_SEMITONES = 1.0
_MELODY_STEPS = 8
#: Within a melody a pitch that moves more than this in 50 ms glides; still more is no voice.
_GLIDE_SEMITONES = (0.15, 4.0)
#: How much the brightness changes is measured in so many steps at a time (2 s, several words), of
#: which this share has to sound.
_WORDS_STEPS = 200
_WORDS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Traits:
    """Of the sounding parts: the share that is voiced, the share of the voiced whose pitch stands
    still, the share of clear melody that glides, how the level varies (dB), median pitch (Hz) and
    its spread (semitones, middle 80 %); and how the brightness changes (0..1) within 2 s."""

    seconds: float
    voiced: float
    still: float
    gliding: float
    changing: float
    level_spread: float
    pitch_hz: float
    pitch_spread: float


def traits_of(noticed: Noticed, pauses: Pauses) -> Traits:
    """Measure what tells speech from the rest."""
    sounding = pauses.sounding
    if not sounding.any():
        return Traits(0.0, *[0.0] * 7)
    voiced = sounding & (noticed.harmonicity > VOICED)
    melody = 12 * np.log2(np.maximum(noticed.pitch, 1.0) / 100)
    low, middle, high = (
        np.percentile(melody[voiced], (10, 50, 90)) if voiced.any() else (0.0, 0.0, 0.0)
    )
    return Traits(
        seconds=float(sounding.sum() * STEP_SECONDS),
        voiced=_share(voiced, sounding),
        still=_still_share(melody, voiced),
        gliding=_gliding_share(melody, voiced),
        changing=_changes(noticed.bright, sounding),
        level_spread=float(smoothed(noticed.level)[sounding].std()),
        pitch_hz=float(100 * 2 ** (middle / 12)) if voiced.any() else 0.0,
        pitch_spread=float(high - low),
    )


def _still_share(melody: Track, voiced: NDArray[np.bool_]) -> float:
    both = voiced[_STILL_STEPS:] & voiced[:-_STILL_STEPS]
    if not both.any():
        return 0.0
    moved = np.abs(melody[_STILL_STEPS:] - melody[:-_STILL_STEPS])[both]
    return float((moved < _STILL_SEMITONES).mean())


def _gliding_share(melody: Track, voiced: NDArray[np.bool_]) -> float:
    """Of the moments in which one voice's pitch glides or stands still, those in which it glides;
    0 where nothing has such a melody."""
    steady = voiced.copy()
    steady[1:] &= np.abs(np.diff(melody)) < _JUMP_SEMITONES
    least, most = _GLIDE_SEMITONES
    gliding = still = 0
    for start, end in runs_of(steady):
        if end - start >= _MELODY_STEPS:
            moved = np.abs(melody[start + _STILL_STEPS : end] - melody[start : end - _STILL_STEPS])
            gliding += int(((moved > least) & (moved < most)).sum())
            still += int((moved < _STILL_SEMITONES).sum())
    return gliding / max(1, gliding + still)


def _changes(bright: Track, sounding: NDArray[np.bool_]) -> float:
    """How far the brightness strays within 2 s, where that is much (four fifths of the time it is
    less): in the pauses of a voice over music only the music is heard.

    Silence does not stray, so 2 s count only if half of them sound; where words stand too far
    apart for that, those that sound most.
    """
    last = max(1, len(bright) - _WORDS_STEPS)
    parts = [slice(at, at + _WORDS_STEPS) for at in range(0, last, _WORDS_STEPS // 2)]
    shares = [float(sounding[part].mean()) for part in parts]
    enough = min(_WORDS_SHARE, max(shares))
    strays = [
        bright[part].std() for part, share in zip(parts, shares, strict=True) if share >= enough
    ]
    return float(np.percentile(strays, 80))


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return int(part.sum()) / max(1, int(whole.sum()))
