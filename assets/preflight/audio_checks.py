"""What is looked for in a recording, and why: the texts of the page "What we check and why"."""

from __future__ import annotations

from assets.preflight import thresholds as limit
from assets.preflight.finding import Check, Level

_GUIDE = "the engines' guides to good inputs"
_OURS = "calibration: docs/preflight-sounds.md"


def _check(id_: str, level: Level, title: str, why: str, measured: str, source: str) -> Check:
    return Check(f"audio.{id_}", level, "audio", title, why, measured, source)


TYPE = _check(
    "type",
    "stop",
    "Another kind of file than the engine takes",
    "The engine refuses the job.",
    "The kind is read from the bytes that are sent, never from a name.",
    "the engine's documented limits",
)
BYTES = _check(
    "bytes",
    "stop",
    "Too large a file",
    "The engine refuses the job.",
    "The size of exactly the bytes that are sent.",
    "the engine's documented limits",
)
LENGTH = _check(
    "length",
    "stop",
    "Too short or too long",
    "The engine refuses the job; the length of the sound is the length of the video.",
    "By decoding exactly the bytes that are sent; headers are often wrong.",
    "the engine's documented limits",
)
SHORT = _check(
    "short",
    "warn",
    "A very short take",
    "The person hardly starts to move before the video ends.",
    f"Under {limit.AUDIO_SHORT.value:g} s of decoded sound.",
    _GUIDE,
)
CLIPPING = _check(
    "clipping",
    "warn",
    "Clipped sound",
    "Flat tops rasp; the video carries this sound, and nothing can bring the lost tops back.",
    "Places in the original with flat tops, or tops broader than a voice makes; "
    f"{limit.AUDIO_CLIPPED_PLACES.value:g} and more.",
    _OURS,
)
QUIET = _check(
    "quiet",
    "warn",
    "A quiet recording",
    "Soft syllables get no lip movement, and viewers turn the sound up and hear the noise.",
    f"Integrated loudness by EBU R128 under {limit.AUDIO_QUIET.value:g} LUFS.",
    f"EBU R128; {_OURS}",
)
LOUD = _check(
    "loud",
    "warn",
    "An overdriven recording",
    "Speech this dense has lost its ups and downs: the face cannot follow what is not there.",
    f"Integrated loudness by EBU R128 over {limit.AUDIO_LOUD.value:g} LUFS.",
    f"AES TD1008; {_OURS}",
)
NOISE = _check(
    "noise",
    "warn",
    "Noise behind the voice",
    "The engine takes hiss, hum or a fan for speech: lips move in the pauses.",
    "The level of the voice over the level between the words, where that is steady; under "
    f"{limit.AUDIO_NOISE.value:g} dB.",
    _OURS,
)
SILENCE = _check(
    "silence",
    "warn",
    "Long silences",
    "Every second of silence is paid like a second of speech, and the face has nothing to do.",
    "By a threshold between room and voice of this recording: pauses over "
    f"{limit.AUDIO_PAUSE.value:g} s, and over {limit.AUDIO_END.value:g} s at the ends.",
    _GUIDE,
)
FAST = _check(
    "fast",
    "warn",
    "Very fast speech",
    "Lips blur when syllables follow each other faster than a mouth opens and closes.",
    "Peaks of the vowels' level per second of speaking; over "
    f"{limit.AUDIO_SYLLABLES.value:g} syllables.",
    "de Jong and Wempe, 2009; " + _OURS,
)
NO_SPEECH = _check(
    "no_speech",
    "warn",
    "No speech",
    "Without a voice the lips have nothing to follow; the whole video is paid for nothing.",
    "Level, voicing and melody: said only of silence, tones, noise and music without a voice.",
    _OURS,
)

CHECKS: tuple[Check, ...] = (
    TYPE, BYTES, LENGTH, SHORT, CLIPPING, QUIET, LOUD, NOISE, SILENCE, FAST, NO_SPEECH,
)  # fmt: skip
