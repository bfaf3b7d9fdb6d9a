"""The sound of a treatment: parts joined without clicks, loudness lifted under a ceiling.

Everything streams: a piece of mono sound, shape (1, samples), goes in, what is finished comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from assets.listening.facts import Span
from assets.waveform import Samples, framed, samples_of

#: Long enough that no click is heard, short enough that no sound is lost.
FADE_SECONDS = 0.012


def parts_of(pieces: Iterator[Samples], rate: int, parts: Sequence[Span]) -> Iterator[Samples]:
    """Only the parts (seconds, in order) of the sound, joined by short crossfades.

    Together they are as long as they were: each reaches half a fade into what was cut out.
    """
    cutting = _Cutting(parts, rate)
    for samples in pieces:
        yield from cutting.add(samples)
    yield from cutting.rest()


@dataclass(frozen=True, slots=True)
class _Part:
    """Samples `start` to `end` of what comes in, which go to sample `to` of what goes out."""

    start: int
    end: int
    to: int


class _Cutting:
    """Adds faded parts up where they belong; of what is written, only a fade may still change."""

    def __init__(self, parts: Sequence[Span], rate: int) -> None:
        self._fade = 2 * round(FADE_SECONDS * rate / 2)
        self._parts = list(_placed(parts, rate, self._fade // 2))
        self._taken = 0
        self._given = 0
        self._held: Samples = np.zeros((1, 0), np.float32)

    def add(self, samples: Samples) -> Iterator[Samples]:
        """Take the next samples and give what is finished."""
        begin, end = self._taken, self._taken + samples.shape[1]
        for part in self._parts:
            start, stop = max(part.start, begin), min(part.end, end)
            if start < stop:
                gain = self._gain(part, np.arange(start, stop))
                self._mix(samples[:, start - begin : stop - begin] * gain, part, start)
        self._parts = [part for part in self._parts if part.end > end]
        self._taken = end
        finished = self._held.shape[1] - self._fade
        if finished > 0:
            yield self._give(finished)

    def rest(self) -> Iterator[Samples]:
        """What was held back for a part that might have followed."""
        if self._held.shape[1]:
            yield self._give(self._held.shape[1])

    def _gain(self, part: _Part, at: NDArray[np.int64]) -> NDArray[np.float32]:
        rise = np.ones(len(at)) if part.start == 0 else (at - part.start + 0.5) / self._fade
        fall = (part.end - at - 0.5) / self._fade
        return np.clip(np.minimum(rise, fall), 0, 1).astype(np.float32)

    def _mix(self, samples: Samples, part: _Part, start: int) -> None:
        place = part.to + start - part.start - self._given
        missing = place + samples.shape[1] - self._held.shape[1]
        if missing > 0:
            self._held = np.pad(self._held, ((0, 0), (0, missing)))
        self._held[:, place : place + samples.shape[1]] += samples

    def _give(self, samples: int) -> Samples:
        finished, self._held = self._held[:, :samples], self._held[:, samples:]
        self._given += samples
        return finished


def _placed(parts: Sequence[Span], rate: int, half: int) -> Iterator[_Part]:
    to = 0
    for index, (from_seconds, until_seconds) in enumerate(parts):
        start, end = round(from_seconds * rate), round(until_seconds * rate)
        before = half if index else 0
        after = half if index < len(parts) - 1 else 0
        yield _Part(start - before, end + after, to - before)
        to += end - start


def lifted(
    pieces: Iterator[Samples], rate: int, *, gain_db: float, ceiling_db: float
) -> Iterator[Samples]:
    """The sound with `gain_db`, its highest samples held under `ceiling_db` by FFmpeg's limiter.

    The limiter looks 5 ms ahead; its delay is taken out again, so nothing moves.
    """
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=rate, format="fltp", layout="mono", time_base=Fraction(1, rate)
    )
    volume = graph.add("volume", f"volume={gain_db:.3f}dB:precision=float")
    limit = 10 ** (ceiling_db / 20)
    limiter = graph.add("alimiter", f"limit={limit:.5f}:level=0:latency=1:attack=5:release=80")
    shape = graph.add("aformat", "sample_fmts=fltp:channel_layouts=mono")
    graph.link_nodes(source, volume, limiter, shape, graph.add("abuffersink")).configure()
    taken = 0
    for samples in pieces:
        graph.push(framed(samples, rate, taken))
        taken += samples.shape[1]
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _pulled(graph: Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield samples_of(frame)
