"""Where nobody speaks: the noise of the room, the level of the voice, the silences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.listening.facts import SILENT_DB, Span
from assets.listening.hearing import STEP_SECONDS, Noticed, Track

#: Shorter stretches are the closures and breaths inside speech.
SHORTEST_SECONDS = 0.25
#: Nothing that is meant to be heard is quieter (dBFS).
INAUDIBLE_DBFS = -65.0
_SMOOTH_STEPS = 5
#: Quieter than any microphone: faded out, gated or padded by a program.
_DIGITAL_DBFS = -85.0
#: Between words the room is heard: then the quietest tenth of the recording is of one level.
_STEADY_DB = 4.0
_ROOM_MARGIN_DB = 6.0
_VOICE_MARGIN_DB = 8.0
_DEEPEST_DB = 32.0
#: A click of a mouse or of the tongue does not end a silence.
_CLICK_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Pauses:
    """Levels (dBFS) of voice and room, the silences in seconds, and which 10 ms are sounding.

    Where the room is not `room_heard`, because nobody ever pauses or because it is quieter than
    the ends of words, `noise_dbfs` is the quietest moment and the room at most that loud.
    """

    voice_dbfs: float
    noise_dbfs: float
    room_heard: bool
    silences: tuple[Span, ...]
    sounding: NDArray[np.bool_]


def pauses_of(noticed: Noticed) -> Pauses:
    """Find the pauses by a threshold between the room and the voice of this very recording."""
    level = smoothed(noticed.level)
    if not len(level) or level.max() < INAUDIBLE_DBFS:
        whole = ((0.0, round(noticed.seconds, 2)),) if len(level) else ()
        loudest = float(level.max(initial=SILENT_DB))
        return Pauses(loudest, loudest, False, whole, np.zeros(len(level), np.bool_))
    voice = _voice_level(level)
    room, room_heard = _room_level(level)
    threshold = min(max(voice - _DEEPEST_DB, room + _ROOM_MARGIN_DB), voice - _VOICE_MARGIN_DB)
    sounding = _without_short(level >= max(threshold, INAUDIBLE_DBFS), _CLICK_SECONDS)
    silent = _without_short(~sounding, SHORTEST_SECONDS)
    silences = tuple(
        (round(start * STEP_SECONDS, 2), round(end * STEP_SECONDS, 2))
        for start, end in runs_of(silent)
    )
    return Pauses(voice, room, room_heard, silences, sounding)


def smoothed(level: Track) -> Track:
    """Levels (dB) averaged as power over 50 ms."""
    if not len(level):
        return level
    power = np.convolve(10 ** (level / 10), np.full(_SMOOTH_STEPS, 1 / _SMOOTH_STEPS), "same")
    return (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)


def runs_of(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches (start, end) in which `mask` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _voice_level(level: Track) -> float:
    """The power of what is not 10 dB below the whole: as the gate of ITU-R BS.1770."""
    power = 10 ** (level.astype(np.float64) / 10)
    gated = power[power >= power.mean() / 10]
    return float(10 * np.log10(gated.mean()))


def _room_level(level: Track) -> tuple[float, bool]:
    recorded = level[level > _DIGITAL_DBFS]
    quietest, low, middle, high = np.percentile(recorded, (1, 2, 5, 10))
    is_heard = bool(high - low < _STEADY_DB)
    return float(middle if is_heard else quietest), is_heard


def _without_short(mask: NDArray[np.bool_], seconds: float) -> NDArray[np.bool_]:
    kept = mask.copy()
    for start, end in runs_of(mask):
        if (end - start) * STEP_SECONDS < seconds - STEP_SECONDS / 2:
            kept[start:end] = False
    return kept
