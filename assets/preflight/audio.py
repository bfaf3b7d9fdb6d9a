"""Checks of the sound that is sent to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assets.limits import InputLimits
from assets.listening.facts import TakeFacts
from assets.listening.silences import cuts, long_silences, total
from assets.preflight import audio_checks as checks
from assets.preflight import thresholds
from assets.preflight.audio_checks import CHECKS
from assets.preflight.finding import Finding, spoken_megabytes, spoken_types
from studio.money import show

__all__ = ["CHECKS", "AudioFacts", "check_audio", "spoken_seconds"]


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What is known of the send copy: MIME type, bytes, and decoded length in seconds.

    `heard` is what was measured in it, None where nobody listened yet: then only the hard limits
    and the length are checked. With the engine model's rate, findings name what they cost.
    """

    content_type: str
    size_bytes: int
    duration_seconds: float
    heard: TakeFacts | None = None
    money_per_second: Decimal | None = None
    currency: str = ""

    def cost_of(self, seconds: float) -> str:
        """What so many seconds cost, or an empty string where the rate is not known."""
        if self.money_per_second is None:
            return ""
        return show(self.money_per_second * Decimal(f"{seconds:.3f}"), self.currency)


#: EBU R128 has no loudness for less.
_LOUDNESS_BLOCK_SECONDS = 0.4

Rule = Callable[[AudioFacts, InputLimits], Iterator[Finding]]
HeardRule = Callable[[AudioFacts, TakeFacts], Iterator[Finding]]


def check_audio(facts: AudioFacts, limits: InputLimits) -> list[Finding]:
    """All findings for a send copy, in the order of the rules. Never raises."""
    found = [finding for rule in RULES for finding in rule(facts, limits)]
    if facts.heard is not None:
        found += [finding for rule in HEARD_RULES for finding in rule(facts, facts.heard)]
    return found


def _type(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.content_type not in limits.audio_types:
        yield checks.TYPE.found(
            f"The audio is {spoken_types(frozenset({facts.content_type}))}; "
            f"this engine takes {spoken_types(limits.audio_types)}.",
            "Upload the recording again: the studio then derives an MP3 for the engine.",
        )


def _bytes(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.size_bytes > limits.audio_max_bytes:
        yield checks.BYTES.found(
            f"The audio has {spoken_megabytes(facts.size_bytes)}; this engine takes at most "
            f"{spoken_megabytes(limits.audio_max_bytes)}.",
            "Cut the take at a pause into two clips.",
        )


def _length(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    measured = f"The audio is {spoken_seconds(facts.duration_seconds)} long"
    if facts.duration_seconds < limits.audio_min_seconds:
        yield checks.LENGTH.found(
            f"{measured}; this engine needs at least {spoken_seconds(limits.audio_min_seconds)}.",
            "Record a longer take; 10 s or more look best.",
        )
    elif facts.duration_seconds > limits.audio_max_seconds:
        yield checks.LENGTH.found(
            f"{measured}; this engine takes at most {spoken_seconds(limits.audio_max_seconds)}.",
            "Cut the take at pauses into several clips; they play one after another.",
            remedy=_that_shortens(facts, limits),
        )


def _that_shortens(facts: AudioFacts, limits: InputLimits) -> str:
    """`trim` where that is enough, otherwise `ends`: a person says which part is wanted."""
    silence = total(cuts(facts.heard, thresholds.AUDIO_PAUSE.value)) if facts.heard else 0.0
    return "trim" if facts.duration_seconds - silence <= limits.audio_max_seconds else "ends"


def _short(facts: AudioFacts, limits: InputLimits) -> Iterator[Finding]:
    wanted = thresholds.AUDIO_SHORT.value
    if limits.audio_min_seconds <= facts.duration_seconds < wanted:
        yield checks.SHORT.found(
            f"The audio is only {spoken_seconds(facts.duration_seconds)} long; "
            f"{spoken_seconds(wanted)} or more look natural.",
            "Say a little more, or join it with the take of the clip before or after.",
        )


def _clipping(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    if heard.clipped_places >= thresholds.AUDIO_CLIPPED_PLACES.value:
        yield checks.CLIPPING.found(
            f"The original is clipped in {heard.clipped_places:,} places, first at "
            f"{spoken_seconds(heard.clipped_from or 0.0)}: the loudest moments are cut off.",
            "Record it again with less gain, so that the loudest word stays under -6 dB.",
        )


def _loudness(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    if heard.heard == "silence" or heard.seconds < _LOUDNESS_BLOCK_SECONDS:
        return
    target = f"{thresholds.AUDIO_TARGET.value:g} LUFS"
    measured = f"The take has {heard.loudness_lufs:g} LUFS"
    if heard.loudness_lufs < thresholds.AUDIO_QUIET.value:
        yield checks.QUIET.found(
            f"{measured}, which is quiet; speech is delivered at about {target}.",
            f"Normalise it to {target}, or record it again closer to the microphone.",
            remedy="loudness",
        )
    elif heard.loudness_lufs > thresholds.AUDIO_LOUD.value:
        yield checks.LOUD.found(
            f"{measured}, which is louder than any speech is delivered (about {target}).",
            f"Normalise it to {target}; if it still sounds pressed, export it without limiter.",
            remedy="loudness",
        )


def _noise(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    is_voice = heard.heard in {"speech", "unclear"}
    if is_voice and heard.room_heard and heard.signal_to_noise_db < thresholds.AUDIO_NOISE.value:
        yield checks.NOISE.found(
            f"The noise between the words is only {heard.signal_to_noise_db:.0f} dB below the "
            f"voice; {thresholds.AUDIO_NOISE.value:g} dB or more keep the lips still in pauses.",
            "Record it in a quieter room or closer to the microphone, or clean it in an audio "
            "editor.",
        )


def _silence(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    silences = long_silences(heard)
    if not silences or heard.heard == "silence":
        return
    cost = facts.cost_of(total(silences))
    longest = max(silences, key=lambda span: span[1] - span[0])
    pays = f", which cost {cost}" if cost else ""
    saved = total(cuts(heard, thresholds.AUDIO_PAUSE.value))
    saves = f" and saves {facts.cost_of(saved)}" if cost else ""
    length = spoken_tenths(total(silences))
    several = f"{len(silences)} long silences, {length} together"
    has = f"a long silence of {length}" if len(silences) == 1 else several
    yield checks.SILENCE.found(
        f"The take has {has}{pays}; the longest is at "
        f"{spoken_tenths(longest[0])} to {spoken_tenths(longest[1])}.",
        f"Trim the silences: that takes out {spoken_tenths(saved)}{saves}.",
        remedy="trim",
    )


def _fast(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    most = thresholds.AUDIO_SYLLABLES.value
    if heard.heard == "speech" and heard.syllables_per_second > most:
        yield checks.FAST.found(
            f"The voice speaks about {heard.syllables_per_second:.1f} syllables a second; over "
            f"{most:g} the lips blur.",
            "Speak more slowly, or shorten the script.",
        )


_INSTEAD = {
    "silence": "It is silent.",
    "tone": "It sounds like a steady tone.",
    "noise": "It sounds like steady noise.",
    "music": "It sounds like music.",
}


def _no_speech(facts: AudioFacts, heard: TakeFacts) -> Iterator[Finding]:
    if instead := _INSTEAD.get(heard.heard):
        yield checks.NO_SPEECH.found(
            f"No speech was found in this take. {instead}",
            "Choose a take in which somebody speaks; add music after the video is made.",
        )


def spoken_seconds(seconds: float) -> str:
    """``18.5 s``; 60.04 stays ``60.04 s``, so that a length just over a limit is seen to be."""
    return f"{seconds:,.2f}".rstrip("0").rstrip(".") + " s"


def spoken_tenths(seconds: float) -> str:
    """``3.4 s``: where a person hears no more than tenths."""
    return f"{seconds:,.1f} s"


RULES: tuple[Rule, ...] = (_type, _bytes, _length, _short)
HEARD_RULES: tuple[HeardRule, ...] = (_clipping, _loudness, _noise, _silence, _fast, _no_speech)
