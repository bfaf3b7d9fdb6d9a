"""A recording as a stream of sample arrays of about a second, whatever its frames are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av import AudioResampler

from assets.containers import Damage, decoded_sound
from assets.sound_kinds import opened_sound
from assets.waveform import Samples, framed, samples_of

_PIECE_SECONDS = 1.0


def pieces_of(path: Path) -> Iterator[tuple[Samples, int]]:
    """Samples (channels, samples) and their rate, in pieces of a second and a rest.

    Decodes streaming. Raises ``Refused`` for what is no recording, like ``opened_sound``.
    """
    kept: list[Samples] = []
    length, rate = 0, 0
    with opened_sound(path) as sound:
        for frame in decoded_sound(sound.container, sound.stream, Damage()):
            samples = samples_of(frame)
            is_other = frame.sample_rate != rate or (kept and len(samples) != len(kept[0]))
            if kept and (is_other or length >= rate * _PIECE_SECONDS):
                yield np.concatenate(kept, axis=1), rate
                kept, length = [], 0
            rate = frame.sample_rate
            kept.append(samples)
            length += samples.shape[1]
    if kept:
        yield np.concatenate(kept, axis=1), rate


class Resampling:
    """Mono sound of any rate, which may change on the way, as mono sound of one rate."""

    def __init__(self, to_rate: int) -> None:
        self._to_rate = to_rate
        self._from_rate = 0
        self._taken = 0
        self._resampler: AudioResampler | None = None

    def add(self, samples: Samples, rate: int) -> Samples:
        """The next samples, shape (1, samples), at the new rate; a few follow with later ones."""
        rest = self.rest() if rate != self._from_rate else np.zeros((1, 0), np.float32)
        if self._resampler is None:
            self._resampler = AudioResampler(format="fltp", layout="mono", rate=self._to_rate)
            self._from_rate, self._taken = rate, 0
        frame = framed(samples, rate, self._taken)
        self._taken += samples.shape[1]
        given = [samples_of(one) for one in self._resampler.resample(frame)]
        return np.concatenate((rest, *given), axis=1)

    def rest(self) -> Samples:
        """What the resampler still held back."""
        held = self._resampler.resample(None) if self._resampler else []
        self._resampler = None
        return np.concatenate([np.zeros((1, 0), np.float32), *map(samples_of, held)], axis=1)
