"""The send copy of a treated take, made from the master in as many passes as it needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.limits import STRICT
from assets.listening.facts import Span, TakeFacts
from assets.listening.loudness import Loudness, Loudnessmeter
from assets.listening.measuring import Measuring, captured_as
from assets.listening.pieces import pieces_of
from assets.preflight import thresholds as limit
from assets.send_copy import MonoSound, SendCopy, write_send_copy
from assets.treating.master import Kept, kept, studied
from assets.treating.mending import lifted
from assets.treating.treatment import Treatment, kept_parts
from assets.waveform import Samples, Waveform

#: EBU R128 allows 0.5 LU where a mix is aimed at a target.
_NEAR_LU = 0.4
#: Louder than its peaks allow by more than this (dB) a voice would sound pressed.
_SQUEEZE_DB = 8.0
_ROUNDS = 3
#: LAME writes speech this much quieter than it was given.
_MP3_LOSS_DB = 0.4
_NEAR_CEILING_DB = 0.1


class NothingToDo(Exception):
    """The treatment changes nothing or leaves nothing; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class MendedCopy:
    """The written MP3, the parts (seconds of the master) in it, its waveform and its facts."""

    copy: SendCopy
    parts: list[Span]
    peaks: list[int]
    facts: TakeFacts


def write_mended_copy(master: Path, to: Path, treatment: Treatment) -> MendedCopy:
    """Treat the whole of `master` and write the mono MP3 that engines get.

    Streaming; what is kept lies beside `to` as raw samples meanwhile. Raises NothingToDo where
    too little sound is left, `assets.probing.Refused` for what is no recording, and OSError when
    the disk is full.
    """
    study = studied(master, with_silences=treatment.trim_over is not None)
    parts = kept_parts(treatment, study.facts)
    _refuse_too_little(parts)
    raw = to.with_name(to.name + ".raw")
    try:
        what = kept(master, study, parts, raw, with_loudness=treatment.loudness)
        return _written(what, to, parts)
    finally:
        raw.unlink(missing_ok=True)


def _refuse_too_little(parts: list[Span]) -> None:
    seconds = math.fsum(end - start for start, end in parts)
    if seconds < STRICT.audio_min_seconds:
        raise NothingToDo(
            f"This would leave {seconds:.1f} s, and engines take "
            f"{STRICT.audio_min_seconds:g} s or more: cut less off."
        )


def _written(what: Kept, to: Path, parts: list[Span]) -> MendedCopy:
    """Write it; normalised, loudness and true peak are held against the written MP3 itself."""
    sound, ceiling = what.sound, limit.AUDIO_CEILING.value
    gain = _gain(sound, what.loudness) if what.loudness else None
    for _ in range(_ROUNDS):
        copy = write_send_copy(_lifted(sound, gain, ceiling), to, max_bytes=STRICT.audio_max_bytes)
        facts, peaks = _measured(to)
        over = facts.true_peak_dbtp - limit.AUDIO_CEILING.value
        if gain is None or over <= _NEAR_CEILING_DB:
            break
        ceiling -= over  # between samples and through MP3 peaks grow: aim as much lower
    return MendedCopy(copy, parts, peaks, captured_as(what.captured, facts))


def _gain(sound: MonoSound, plain: Loudness) -> float:
    """The gain (dB) that brings the sound to the target, as far as its peaks can be held."""
    if plain.lufs <= -70:
        raise NothingToDo("There is no sound to normalise in this take.")
    target, ceiling = limit.AUDIO_TARGET.value + _MP3_LOSS_DB, limit.AUDIO_CEILING.value
    gain = target - plain.lufs
    most = max(gain, ceiling - plain.true_peak_dbtp + _SQUEEZE_DB)
    for _ in range(_ROUNDS if plain.true_peak_dbtp + gain > ceiling else 0):
        missing = target - _lufs(_lifted(sound, gain, ceiling))
        if abs(missing) <= _NEAR_LU:
            break
        gain = min(gain + missing, most)
    return gain


def _lifted(sound: MonoSound, gain: float | None, ceiling: float) -> MonoSound:
    if gain is None:
        return sound

    def pieces() -> Iterator[Samples]:
        return lifted(sound.pieces(), sound.rate, gain_db=gain, ceiling_db=ceiling)

    return MonoSound(pieces, sound.rate, sound.seconds)


def _lufs(mono: MonoSound) -> float:
    meter = Loudnessmeter(mono.rate, peaks=False)
    for samples in mono.pieces():
        meter.add(samples)
    return meter.measured().lufs


def _measured(path: Path) -> tuple[TakeFacts, list[int]]:
    """The facts of a written copy and the peaks of its waveform."""
    measuring, waveform = Measuring(), Waveform()
    for samples, rate in pieces_of(path):
        measuring.add(samples, rate)
        waveform.add(samples)
    return measuring.facts(), waveform.peaks()
