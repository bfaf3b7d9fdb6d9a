"""The untouched master of a treated take, read twice: to learn what is in it, and to keep parts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assets.listening.aside import Aside
from assets.listening.capture import Capture, Captured
from assets.listening.facts import Heard, Span, TakeFacts
from assets.listening.hearing import RATE, Hearing
from assets.listening.loudness import Loudness, Loudnessmeter
from assets.listening.measuring import within
from assets.listening.pauses import pauses_of
from assets.listening.pieces import Resampling, pieces_of
from assets.mixdown import ChannelStudy, Mixdown
from assets.send_copy import MonoSound, rate_of_copy
from assets.treating.mending import parts_of
from assets.waveform import Samples

_SAMPLE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Study:
    """How a master becomes mono, at which rate, and what a treatment is planned by.

    Of `facts` only the length is known, and the silences where they were listened for.
    """

    mixdown: Mixdown
    rate: int
    facts: TakeFacts


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a master: its sound and that one's loudness (None where nobody wanted to
    know), and how the master was captured there."""

    sound: MonoSound
    loudness: Loudness | None
    captured: Captured


def studied(master: Path, *, with_silences: bool) -> Study:
    """Listen to the whole master once. Raises `assets.probing.Refused` for what is no recording."""
    study, hearing, for_ear = ChannelStudy(), Hearing(melody=False), Resampling(RATE)
    beside = Aside(lambda mono, rate: hearing.add(for_ear.add(mono, rate)))
    seconds, rate = 0.0, 0
    for samples, piece_rate in pieces_of(master):
        study.add(samples)
        seconds += samples.shape[1] / piece_rate
        rate = rate or piece_rate
        if with_silences:
            beside.add(study.mixdown().apply(samples), piece_rate)
    beside.finish()
    facts = TakeFacts(seconds=round(seconds, 3))
    if with_silences:
        hearing.add(for_ear.rest())
        pauses = pauses_of(hearing.noticed())
        heard: Heard = "unclear" if pauses.sounding.any() else "silence"
        facts = TakeFacts(seconds=facts.seconds, silences=pauses.silences, heard=heard)
    return Study(study.mixdown(), rate_of_copy(rate), facts)


def kept(
    master: Path, study: Study, parts: Sequence[Span], raw: Path, *, with_loudness: bool
) -> Kept:
    """The parts (seconds) of the master as mono sound, kept in the file `raw`.

    There they are read many times faster than they are decoded. Raises OSError when the disk is
    full.
    """
    capture, meter = Capture(), Loudnessmeter(study.rate)
    beside = Aside(lambda mono, _: meter.add(mono))
    with raw.open("wb") as out:
        for samples in parts_of(_mono(master, study, parts, capture), study.rate, parts):
            samples.tofile(out)
            if with_loudness:
                beside.add(samples, study.rate)
    beside.finish()
    seconds = raw.stat().st_size / _SAMPLE_BYTES / study.rate
    sound = MonoSound(lambda: _pieces(raw, study.rate), study.rate, seconds)
    return Kept(sound, meter.measured() if with_loudness else None, capture.captured())


def _mono(master: Path, study: Study, parts: Sequence[Span], capture: Capture) -> Iterator[Samples]:
    """The master as mono sound; what is in one of the parts is captured on the way."""
    resampling, begun = Resampling(study.rate), 0.0
    last = math.ceil(parts[-1][1]) + 1
    for samples, rate in pieces_of(master):
        for part in within(samples, rate, begun, parts):
            capture.add(part, rate)
        yield resampling.add(study.mixdown.apply(samples), rate)
        begun += samples.shape[1] / rate
        if begun > last:
            return
    yield resampling.rest()


def _pieces(raw: Path, rate: int) -> Iterator[Samples]:
    with raw.open("rb") as source:
        while len(samples := np.fromfile(source, np.float32, rate)):
            yield samples[np.newaxis]
