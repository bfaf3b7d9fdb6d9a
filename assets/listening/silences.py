"""Which silences are too long, and what trimming them leaves of a take."""

from __future__ import annotations

from collections.abc import Sequence

from assets.listening.facts import Span, TakeFacts
from assets.preflight import thresholds as limit

#: The ear places a silence to a hundredth of a second; the end of the sound is exact.
_AT_END_SECONDS = 0.05
#: A saving this small is not worth a new take.
_WORTH_SECONDS = 0.05


def long_silences(facts: TakeFacts) -> list[Span]:
    """The silences that are worth a finding: pauses over 2 s, and over 1.5 s at the ends."""
    return [
        span
        for span in facts.silences
        if span[1] - span[0]
        > (limit.AUDIO_END.value if is_at_end(span, facts.seconds) else limit.AUDIO_PAUSE.value)
    ]


def is_at_end(span: Span, seconds: float) -> bool:
    """Whether it is before the first or after the last sound of a take of this length."""
    return span[0] <= _AT_END_SECONDS or span[1] >= seconds - _AT_END_SECONDS


def cuts(facts: TakeFacts, over_seconds: float) -> list[Span]:
    """What trimming takes out: of every pause longer than `over_seconds` all but 0.4 s, and of
    silence at the ends all but 0.2 s. A take without any sound is left whole."""
    if facts.silences == ((0.0, facts.seconds),) or facts.heard == "silence":
        return []
    taken = (_cut(span, facts.seconds, over_seconds) for span in facts.silences)
    return [(start, end) for start, end in taken if end - start > _WORTH_SECONDS]


def _cut(span: Span, seconds: float, over_seconds: float) -> Span:
    start, end = span
    if is_at_end(span, seconds):
        kept = limit.AUDIO_KEPT_END.value
        return (0.0, end - kept) if start <= _AT_END_SECONDS else (start + kept, seconds)
    if end - start <= over_seconds:
        return (start, start)
    kept = limit.AUDIO_KEPT_PAUSE.value
    # More is left after a word, which fades out, than before the next, which starts at once.
    return (start + kept * 0.6, end - kept * 0.4)


def total(spans: Sequence[Span]) -> float:
    """Seconds in all of the spans."""
    return sum(end - start for start, end in spans)
