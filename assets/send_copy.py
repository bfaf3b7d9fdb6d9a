"""The copy of a take that engines get: mono MP3, as good as the size limit allows."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av import AudioFrame, AudioResampler

from assets.containers import Damage, decoded_sound
from assets.mixdown import ChannelStudy, Mixdown
from assets.sound_kinds import opened_sound
from assets.waveform import Samples, framed, samples_of

BIT_RATES = (128_000, 96_000, 64_000, 48_000, 40_000, 32_000)
_KEPT_RATES = frozenset({32_000, 44_100, 48_000})
_OTHERWISE_RATE = 44_100
# The header frame and the last, padded frames of an MP3.
_OVERHEAD_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class SendCopy:
    """The written MP3. ``duration_seconds`` is decoded again from exactly these bytes."""

    duration_seconds: float
    bytes: int
    sha256: str
    bit_rate: int
    sample_rate: int
    content_type: str = "audio/mpeg"
    extension: str = ".mp3"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a master becomes mono: the weights of its channels, its length and the copy's rate."""

    mixdown: Mixdown
    seconds: float
    rate: int


@dataclass(frozen=True, slots=True)
class MonoSound:
    """Mono sound of one rate: `pieces` gives it from its start, each time it is called."""

    pieces: Callable[[], Iterator[Samples]]
    rate: int
    seconds: float


def derive_send_copy(master: Path, to: Path, *, max_bytes: int) -> SendCopy:
    """Write the mono MP3 of a recording that ``probe_sound`` has accepted.

    32, 44.1 and 48 kHz are kept, other rates become 44.1 kHz. Raises ``Refused`` like
    ``probe_sound`` and ``OSError`` when the disk is full; see `write_send_copy`.
    """
    plan = planned(master)
    mono = MonoSound(lambda: mono_pieces(master, plan), plan.rate, plan.seconds)
    return write_send_copy(mono, to, max_bytes=max_bytes)


def write_send_copy(mono: MonoSound, to: Path, *, max_bytes: int) -> SendCopy:
    """Write the MP3 of mono sound.

    The highest of 128, 96, 64, 48, 40 and 32 kbit/s is taken that fits ``max_bytes``; where none
    fits, 32 kbit/s is written all the same and the check of the audio says so. ``to`` appears
    only when it is complete. Raises ``OSError`` when the disk is full.
    """
    part = to.with_name(to.name + ".part")
    try:
        bit_rate = _write_fitting(mono, part, max_bytes)
        written = _measured(part, bit_rate, mono.rate)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return written


def planned(master: Path) -> Plan:
    """Look through the master once: which channels carry the voice, how long it is."""
    study = ChannelStudy()
    seconds, rate = 0.0, 0
    for samples, frame_rate in _frames(master):
        study.add(samples)
        seconds += samples.shape[1] / frame_rate
        rate = rate or frame_rate
    return Plan(study.mixdown(), seconds, rate_of_copy(rate))


def rate_of_copy(rate: int) -> int:
    """The rate of the send copy of a recording of `rate` samples a second."""
    return rate if rate in _KEPT_RATES else _OTHERWISE_RATE


def mono_pieces(master: Path, plan: Plan) -> Iterator[Samples]:
    """The take mixed to mono at the planned rate, streaming."""
    return (samples_of(frame) for frame in _resampled(master, plan))


def _frames(path: Path) -> Iterator[tuple[Samples, int]]:
    """Samples (channels, samples) and rate of every decoded frame."""
    with opened_sound(path) as sound:
        for frame in decoded_sound(sound.container, sound.stream, Damage()):
            yield samples_of(frame), frame.sample_rate


def _write_fitting(mono: MonoSound, part: Path, max_bytes: int) -> int:
    """Write with the best bit rate that really fits, measured on the written file."""
    for bit_rate in BIT_RATES:
        expected_bytes = mono.seconds * bit_rate / 8 + _OVERHEAD_BYTES
        if expected_bytes > max_bytes and bit_rate != BIT_RATES[-1]:
            continue
        _write(mono.pieces(), part, mono.rate, bit_rate)
        if part.stat().st_size <= max_bytes:
            break
    return bit_rate


def _write(pieces: Iterator[Samples], part: Path, rate: int, bit_rate: int) -> None:
    options = {"id3v2_version": "0", "write_xing": "1", "fflags": "+bitexact"}
    written = 0
    with av.open(str(part), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono", format="fltp")
        stream.bit_rate = bit_rate
        for samples in pieces:
            container.mux(stream.encode(framed(samples, rate, written)))
            written += samples.shape[1]
        container.mux(stream.encode(None))


def _resampled(master: Path, plan: Plan) -> Iterator[AudioFrame]:
    resampler: AudioResampler | None = None
    rate = 0
    for samples, frame_rate in _frames(master):
        if frame_rate != rate:  # the first frame, or a file that changes its rate on the way
            yield from resampler.resample(None) if resampler else ()
            resampler = AudioResampler(format="fltp", layout="mono", rate=plan.rate)
            rate, taken = frame_rate, 0
        mono = AudioFrame.from_ndarray(plan.mixdown.apply(samples), format="fltp", layout="mono")
        mono.sample_rate = rate
        mono.pts, mono.time_base = taken, Fraction(1, rate)
        taken += mono.samples
        assert resampler is not None
        yield from resampler.resample(mono)
    if resampler is not None:
        yield from resampler.resample(None)


def _measured(part: Path, bit_rate: int, rate: int) -> SendCopy:
    with opened_sound(part) as sound:
        frames = decoded_sound(sound.container, sound.stream, Damage())
        samples = sum(frame.samples for frame in frames)
    with part.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return SendCopy(
        duration_seconds=samples / rate,
        bytes=part.stat().st_size,
        sha256=digest,
        bit_rate=bit_rate,
        sample_rate=rate,
    )
