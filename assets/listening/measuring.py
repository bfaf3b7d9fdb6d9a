"""Measure a take: decode it once, streaming, and hand every piece to those who measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assets.listening.aside import Aside
from assets.listening.capture import Capture, Captured
from assets.listening.facts import SILENT_DB, TakeFacts
from assets.listening.hearing import RATE, Hearing
from assets.listening.loudness import Loudnessmeter, decibels
from assets.listening.pauses import pauses_of
from assets.listening.pieces import Resampling, pieces_of
from assets.listening.voice import voice_of
from assets.mixdown import ChannelStudy
from assets.waveform import Samples

#: Loudness does not change with the rate; one for all keeps the meter simple.
_METER_RATE = 48_000


class Measuring:
    """Adds up a recording piece by piece into its facts."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._capture = Capture()
        self._study = ChannelStudy()
        self._hearing = Hearing()
        self._meter = Loudnessmeter(_METER_RATE)
        self._for_ear = Resampling(RATE)
        self._for_meter = Resampling(_METER_RATE)
        # The two that cost most work beside the decoding, each in its own thread.
        self._beside = (Aside(self._hear), Aside(self._weigh))

    def add(self, samples: Samples, rate: int) -> None:
        """Take the next samples, shape (channels, samples), at `rate` per second."""
        self._seconds += samples.shape[1] / rate
        self._capture.add(samples, rate)
        self._study.add(samples)
        mono = self._study.mixdown().apply(samples)
        for each in self._beside:
            each.add(mono, rate)

    def _hear(self, mono: Samples, rate: int) -> None:
        self._hearing.add(self._for_ear.add(mono, rate))

    def _weigh(self, mono: Samples, rate: int) -> None:
        self._meter.add(self._for_meter.add(mono, rate))

    def facts(self) -> TakeFacts:
        """What was measured in the whole; nothing can be added afterwards."""
        for each in self._beside:
            each.finish()
        self._hearing.add(self._for_ear.rest())
        self._meter.add(self._for_meter.rest())
        loudness, noticed = self._meter.measured(), self._hearing.noticed()
        pauses = pauses_of(noticed)
        voice = voice_of(noticed, pauses)
        captured = self._capture.captured()
        facts = TakeFacts(
            seconds=round(self._seconds, 3),
            peak_dbfs=_tenths(decibels(captured.peak)),
            true_peak_dbtp=_tenths(max(loudness.true_peak_dbtp, decibels(captured.peak))),
            loudness_lufs=_tenths(loudness.lufs),
            loudness_range_lu=_tenths(loudness.range_lu),
            voice_dbfs=_tenths(max(SILENT_DB, pauses.voice_dbfs)),
            noise_dbfs=_tenths(max(SILENT_DB, pauses.noise_dbfs)),
            room_heard=pauses.room_heard,
            silences=pauses.silences,
            heard=voice.heard,
            syllables_per_second=voice.syllables_per_second,
            pitch_hz=round(voice.pitch_hz, 1),
            pitch_spread=_tenths(voice.pitch_spread),
            energy=voice.energy,
        )
        return captured_as(captured, facts)


def measure_sound(path: Path) -> TakeFacts:
    """Facts of one file, all measured in it.

    Streaming: memory grows by 20 bytes per 10 ms only. Raises ``assets.probing.Refused`` for what
    is no recording.
    """
    measuring = Measuring()
    for samples, rate in pieces_of(path):
        measuring.add(samples, rate)
    return measuring.facts()


def measure_take(
    master: Path, send_copy: Path, *, parts: Sequence[Sequence[float]] | None = None
) -> TakeFacts:
    """Facts of a take: what the engine will hear in the send copy, what happened in the master.

    Clipping, channels, direct current and band are the master's (see `TakeFacts`), of a treated
    take only those of the `parts` (seconds) that it kept. Raises like `measure_sound`.
    """
    return with_capture(measure_sound(send_copy), master, parts)


def with_capture(
    facts: TakeFacts, master: Path, parts: Sequence[Sequence[float]] | None
) -> TakeFacts:
    """The facts of a send copy with what happened in (those parts of) the master."""
    capture, begun = Capture(), 0.0
    for samples, rate in pieces_of(master):
        for part in [samples] if parts is None else within(samples, rate, begun, parts):
            capture.add(part, rate)
        begun += samples.shape[1] / rate
    return captured_as(capture.captured(), facts)


def within(
    samples: Samples, rate: int, begun: float, parts: Sequence[Sequence[float]]
) -> Iterator[Samples]:
    """What of a piece of sound, which begins at `begun`, lies in the parts (seconds)."""
    for start, end in parts:
        part = samples[:, max(0, round((start - begun) * rate)) :]
        part = part[:, : max(0, round((end - max(start, begun)) * rate))]
        if part.shape[1]:
            yield part


def captured_as(captured: Captured, facts: TakeFacts) -> TakeFacts:
    """The facts of a send copy whose master was captured like this."""
    first = captured.clipped_from
    return replace(
        facts,
        clipped_places=captured.clipped_places,
        clipped_from=None if first is None else round(first, 2),
        channels=captured.channels,
        dead_channels=captured.dead_channels,
        dc_offset=round(captured.dc_offset, 4),
        band_hz=captured.band_hz,
    )


def _tenths(value: float) -> float:
    return round(value, 1)
