"""The send copy of a treated take, made from the master in as many passes as it needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assets.limits import STRICT
from assets.listening.facts import Span, TakeFacts
from assets.listening.loudness import Loudness, Loudnessmeter
from assets.listening.measuring import measure_sound, with_capture
from assets.listening.pieces import pieces_of
from assets.preflight import thresholds as limit
from assets.send_copy import MonoSound, SendCopy, mono_pieces, planned, write_send_copy
from assets.treating.mending import lifted, parts_of
from assets.treating.treatment import Treatment, kept_parts
from assets.waveform import Samples, Waveform

#: EBU R128 allows 0.5 LU where a mix is aimed at a target.
_NEAR_LU = 0.4
#: Louder than its peaks allow by more than this (dB) a voice would sound pressed.
_SQUEEZE_DB = 8.0
_ROUNDS = 3
#: LAME writes speech this much quieter than it was given.
_MP3_LOSS_DB = 0.4
_SAMPLE_BYTES = 4
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
    plan, parts = planned(master), kept_parts(treatment, measure_sound(master))
    _refuse_too_little(parts)
    raw = to.with_name(to.name + ".raw")
    try:
        kept = _kept(parts_of(mono_pieces(master, plan), plan.rate, parts), raw, plan.rate)
        return _written(master, to, parts, kept, with_loudness=treatment.loudness)
    finally:
        raw.unlink(missing_ok=True)


def _refuse_too_little(parts: list[Span]) -> None:
    seconds = math.fsum(end - start for start, end in parts)
    if seconds < STRICT.audio_min_seconds:
        raise NothingToDo(
            f"This would leave {seconds:.1f} s, and engines take "
            f"{STRICT.audio_min_seconds:g} s or more: cut less off."
        )


def _kept(pieces: Iterator[Samples], raw: Path, rate: int) -> MonoSound:
    """The sound once more, in a file that is read many times faster than it is decoded."""
    with raw.open("wb") as out:
        for samples in pieces:
            samples.tofile(out)
    seconds = raw.stat().st_size / _SAMPLE_BYTES / rate
    return MonoSound(lambda: _raw_pieces(raw, rate), rate, seconds)


def _raw_pieces(raw: Path, rate: int) -> Iterator[Samples]:
    with raw.open("rb") as source:
        while len(samples := np.fromfile(source, np.float32, rate)):
            yield samples[np.newaxis]


def _written(
    master: Path, to: Path, parts: list[Span], kept: MonoSound, *, with_loudness: bool
) -> MendedCopy:
    """Write it; normalised, loudness and true peak are held against the written MP3 itself."""
    gain, ceiling = (_gain(kept) if with_loudness else None), limit.AUDIO_CEILING.value
    for _ in range(_ROUNDS):
        copy = write_send_copy(_lifted(kept, gain, ceiling), to, max_bytes=STRICT.audio_max_bytes)
        facts = measure_sound(to)
        over = facts.true_peak_dbtp - limit.AUDIO_CEILING.value
        if gain is None or over <= _NEAR_CEILING_DB:
            break
        ceiling -= over  # between samples and through MP3 peaks grow: aim as much lower
    facts = with_capture(facts, master, parts)
    return MendedCopy(copy, parts, _peaks(to), facts)


def _gain(kept: MonoSound) -> float:
    """The gain (dB) that brings the sound to the target, as far as its peaks can be held."""
    plain = _loudness(kept)
    if plain.lufs <= -70:
        raise NothingToDo("There is no sound to normalise in this take.")
    target, ceiling = limit.AUDIO_TARGET.value + _MP3_LOSS_DB, limit.AUDIO_CEILING.value
    gain = target - plain.lufs
    most = max(gain, ceiling - plain.true_peak_dbtp + _SQUEEZE_DB)
    for _ in range(_ROUNDS if plain.true_peak_dbtp + gain > ceiling else 0):
        missing = target - _loudness(_lifted(kept, gain, ceiling)).lufs
        if abs(missing) <= _NEAR_LU:
            break
        gain = min(gain + missing, most)
    return gain


def _lifted(kept: MonoSound, gain: float | None, ceiling: float) -> MonoSound:
    if gain is None:
        return kept

    def pieces() -> Iterator[Samples]:
        return lifted(kept.pieces(), kept.rate, gain_db=gain, ceiling_db=ceiling)

    return MonoSound(pieces, kept.rate, kept.seconds)


def _loudness(mono: MonoSound) -> Loudness:
    meter = Loudnessmeter(mono.rate)
    for samples in mono.pieces():
        meter.add(samples)
    return meter.measured()


def _peaks(path: Path) -> list[int]:
    waveform = Waveform()
    for samples, _ in pieces_of(path):
        waveform.add(samples)
    return waveform.peaks()
