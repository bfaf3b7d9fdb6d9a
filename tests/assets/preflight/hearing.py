"""From sound to facts and findings, through a real file, as a take goes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assets.limits import STRICT
from assets.listening.facts import TakeFacts
from assets.listening.measuring import measure_sound
from assets.preflight.audio import AudioFacts, check_audio
from assets.preflight.finding import Finding
from tests import media

type Sound = NDArray[Any]


def stored(folder: Path, sound: Sound, rate: int = 44_100, kind: str = "wav") -> Path:
    """The sound, shape (channels, samples), as a WAV, MP3 or M4A file."""
    kinds: dict[str, dict[str, Any]] = {
        "wav": {"container": "wav", "codec": "pcm_s16le", "sample_format": "s16"},
        "mp3": {"container": "mp3", "codec": "libmp3lame", "bit_rate": 128_000},
        "m4a": {"container": "ipod", "codec": "aac", "bit_rate": 128_000},
    }
    data = media.encoded_sound(sound, rate=rate, **kinds[kind])
    return media.written(folder, f"take.{kind}", data)


def heard(folder: Path, sound: Sound, rate: int = 44_100, kind: str = "wav") -> TakeFacts:
    """The facts of the sound, measured in a file of it."""
    return measure_sound(stored(folder, sound, rate, kind))


def found(facts: TakeFacts, rate: Decimal | None = None) -> list[Finding]:
    """What the checks say about a take that was measured so."""
    known = AudioFacts("audio/mpeg", 100_000, facts.seconds, facts, rate, "USD")
    return check_audio(known, STRICT)


def ids(facts: TakeFacts) -> set[str]:
    """The ids of what the checks say."""
    return {finding.id for finding in found(facts)}


def with_noise(sound: Sound, below_db: float, seed: int = 7) -> Sound:
    """White noise `below_db` under the voice, and all of it softer, so that nothing clips."""
    power = (sound**2).mean()
    noise = np.random.default_rng(seed).standard_normal(sound.shape)
    noisy = sound + noise * np.sqrt(power / 10 ** (below_db / 10))
    softer: Sound = (0.5 * noisy / np.abs(noisy).max()).astype(np.float32)
    return softer


def with_gap(sound: Sound, at: float, seconds: float, rate: int = 44_100) -> Sound:
    """The sound with so much of its own quiet room put in at a second in which nobody speaks."""
    room = sound[:, : round(0.1 * rate)]
    filling = np.tile(room, 1 + round(seconds / 0.1))[:, : round(seconds * rate)]
    start = round(at * rate)
    return np.concatenate((sound[:, :start], filling, sound[:, start:]), axis=1)
