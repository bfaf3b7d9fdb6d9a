"""Checks of the sound that is sent to the engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.limits import InputLimits
from assets.preflight.finding import Finding, spoken_megabytes, spoken_types


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What is known of the send copy: MIME type, bytes, and decoded length in seconds."""

    content_type: str
    size_bytes: int
    duration_seconds: float


Rule = Callable[[AudioFacts, InputLimits], Iterator[Finding]]


def check_audio(facts: AudioFacts, limits: InputLimits) -> list[Finding]:
    """All findings for a send copy, in the order of the rules. Never raises."""
    return [finding for rule in RULES for finding in rule(facts, limits)]


def _stop(id_: str, message: str, fix: str) -> Finding:
    return Finding(id=id_, level="stop", owner="audio", message=message, fix=fix)


def _type(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.content_type not in limits.audio_types:
        accepted = spoken_types(limits.audio_types)
        yield _stop(
            "audio.type",
            f"The audio is {spoken_types(frozenset({facts.content_type}))}; "
            f"this engine takes {accepted}.",
            "Upload the recording again: the studio then derives an MP3 for the engine.",
        )


def _bytes(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.size_bytes > limits.audio_max_bytes:
        yield _stop(
            "audio.bytes",
            f"The audio has {spoken_megabytes(facts.size_bytes)}; this engine takes at most "
            f"{spoken_megabytes(limits.audio_max_bytes)}.",
            "Cut the take at a pause into two clips.",
        )


def _length(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    measured = f"The audio is {spoken_seconds(facts.duration_seconds)} long"
    if facts.duration_seconds < limits.audio_min_seconds:
        yield _stop(
            "audio.length",
            f"{measured}; this engine needs at least {spoken_seconds(limits.audio_min_seconds)}.",
            "Record a longer take; 10 s or more look best.",
        )
    elif facts.duration_seconds > limits.audio_max_seconds:
        yield _stop(
            "audio.length",
            f"{measured}; this engine takes at most {spoken_seconds(limits.audio_max_seconds)}.",
            "Cut the take at pauses into several clips; they play one after another.",
        )


def spoken_seconds(seconds: float) -> str:
    """``18.5 s``; 60.04 stays ``60.04 s``, so that a length just over a limit is seen to be."""
    return f"{seconds:,.2f}".rstrip("0").rstrip(".") + " s"


RULES: tuple[Rule, ...] = (_type, _bytes, _length)
