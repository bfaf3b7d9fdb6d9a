"""A voice that says nothing but behaves like one: syllables, melody, consonants, pauses.

Vowels are sums of harmonics under moving formants, consonants are bright noise, phrases fall in
pitch and end in pauses. Everything is drawn from a seed, so the same call gives the same sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

type Sound = NDArray[np.float32]

#: First three formants (Hz) of five vowels: Peterson and Barney, 1952, rounded.
_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410),
           (300, 870, 2240))  # fmt: skip
_BANDWIDTHS = (90.0, 110.0, 170.0)
_HIGHEST_HZ = 4_000.0


@dataclass(frozen=True)
class Speaker:
    """How somebody speaks: syllables a second, mean pitch (Hz), reach of the melody
    (semitones), how far stressed syllables stand out (dB)."""

    syllables: float = 4.6
    pitch: float = 120.0
    melody: float = 4.0
    stress: float = 6.0


PLAIN = Speaker()
CALM = Speaker(syllables=3.0, pitch=105.0, melody=1.5, stress=3.0)
ENERGETIC = Speaker(syllables=6.0, pitch=170.0, melody=9.0, stress=12.0)


@lru_cache(maxsize=16)
def spoken(seconds: float, *, rate: int = 44_100, speaker: Speaker = PLAIN, seed: int = 1) -> Sound:
    """Mono sound of shape (1, samples) with peaks at half of full scale and a quiet room."""
    chance = np.random.default_rng(seed)
    samples = round(seconds * rate)
    sound = np.zeros(samples)
    at = round(0.15 * rate)
    while at < samples:
        phrase = _phrase(chance, speaker, rate)
        end = min(samples - round(0.15 * rate), at + len(phrase))
        if end > at:
            sound[at:end] += phrase[: end - at]
        at += len(phrase) + round(chance.uniform(0.3, 0.6) * rate)
    sound *= 0.5 / max(1e-9, np.abs(sound).max())
    said: Sound = (sound + room(samples, chance) * 10 ** (-66 / 20))[np.newaxis].astype(np.float32)
    said.flags.writeable = False
    return said


def room(samples: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Noise that falls towards the treble like that of a room, with a level (RMS) of 1."""
    spectrum = np.fft.rfft(chance.standard_normal(samples))
    spectrum /= np.sqrt(1 + np.arange(len(spectrum)) / len(spectrum) * 200)
    noise = np.fft.irfft(spectrum, samples)
    return noise / noise.std()


def _phrase(chance: np.random.Generator, speaker: Speaker, rate: int) -> NDArray[np.float64]:
    count = int(chance.integers(7, 13))
    parts = []
    for index in range(count):
        falling = speaker.melody * (0.5 - index / count)
        semitones = falling + chance.normal(0, speaker.melody / 3)
        hertz = speaker.pitch * 2 ** (semitones / 12)
        loud = 10 ** (-speaker.stress * chance.random() / 20)
        length = chance.uniform(0.75, 1.25) / speaker.syllables
        parts.append(_syllable(chance, hertz, length, rate) * loud)
    return np.concatenate(parts)


def _syllable(
    chance: np.random.Generator, hertz: float, seconds: float, rate: int
) -> NDArray[np.float64]:
    """A consonant (bright noise or a closure) and a vowel that glides in pitch."""
    samples = round(seconds * rate)
    consonant = round(min(0.09, seconds * 0.35) * rate)
    sound = np.zeros(samples)
    if chance.random() < 0.6:
        hiss = np.diff(chance.standard_normal(consonant + 2), 2)
        sound[:consonant] = hiss * np.hanning(consonant) * 0.03
    voiced = samples - consonant
    glide = hertz * 2 ** (np.linspace(1, -1, voiced) * chance.uniform(0.5, 1.5) / 12)
    phase = 2 * np.pi * np.cumsum(glide) / rate
    formants = np.array(_VOWELS[int(chance.integers(len(_VOWELS)))])
    harmonics = np.arange(1, int(_HIGHEST_HZ / hertz))[:, np.newaxis]
    tones = np.sin(harmonics * phase) * _loudness_at(harmonics * hertz, formants)
    sound[consonant:] = tones.sum(axis=0) * np.hanning(voiced) ** 0.6
    return sound


def _loudness_at(
    hertz: NDArray[np.floating], formants: NDArray[np.integer]
) -> NDArray[np.floating]:
    resonances = 1 / np.hypot((hertz - formants) / _BANDWIDTHS, 1.0)
    return (resonances.sum(axis=1, keepdims=True) + 0.02) / hertz * 100
