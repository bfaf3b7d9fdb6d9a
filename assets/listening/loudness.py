"""Loudness as people hear it: EBU R128, measured by FFmpeg's own meter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import av
from av.filter import Graph

from assets.waveform import Samples, framed


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness (LUFS), its range (LU) and the true peak (dBTP) of a whole recording.

    Silence has -70 LUFS, the gate of EBU R128, and a true peak of -120 dBTP.
    """

    lufs: float = -70.0
    range_lu: float = 0.0
    true_peak_dbtp: float = -120.0


class Loudnessmeter:
    """Takes mono sound of one rate piece by piece; `measured` closes it.

    The true peak costs more than all the rest; without `peaks` it is left at -120 dBTP.

    Sources: EBU R128 (2023), EBU Tech 3341 and 3342, ITU-R BS.1770-5; FFmpeg's filter `ebur128`.
    """

    def __init__(self, rate: int, *, peaks: bool = True) -> None:
        self._rate = rate
        self._taken = 0
        self._said: dict[str, str] = {}
        self._graph = Graph()
        source = self._graph.add_abuffer(
            sample_rate=rate, format="fltp", layout="mono", time_base=Fraction(1, rate)
        )
        meter = self._graph.add(
            "ebur128", f"metadata=1:peak={'true' if peaks else 'none'}:framelog=quiet"
        )
        sink = self._graph.add("abuffersink")
        self._graph.link_nodes(source, meter, sink).configure()

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (1, samples)."""
        if not samples.shape[1]:
            return
        frame = framed(samples, self._rate, self._taken)
        self._taken += samples.shape[1]
        self._graph.push(frame)
        self._drain()

    def measured(self) -> Loudness:
        """What the whole has; nothing can be added afterwards."""
        self._graph.push(None)
        self._drain()
        lufs = float(self._said.get("lavfi.r128.I", "nan"))
        if not math.isfinite(lufs):
            return Loudness()
        peak = float(self._said.get("lavfi.r128.true_peaks_ch0", "0"))
        return Loudness(
            lufs=max(-70.0, lufs),
            range_lu=float(self._said.get("lavfi.r128.LRA", "0")),
            true_peak_dbtp=decibels(peak),
        )

    def _drain(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._said = frame.metadata or self._said


def decibels(amplitude: float) -> float:
    """An amplitude (full scale = 1) in dB, never less than -120."""
    return max(-120.0, 20 * math.log10(amplitude)) if amplitude > 0 else -120.0
