"""Facts of a recording, measured by decoding it once from start to end."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from av import AudioFrame

from assets.containers import TOLERATED_DAMAGE, Damage, decoded_sound, missing_share
from assets.probing import Refused
from assets.send_copy import SendCopy, derive_send_copy
from assets.sound_kinds import ACCEPTED, OpenedSound, opened_sound
from assets.tags import trailing_tag_bytes
from assets.waveform import Waveform, samples_of

__all__ = ["MAX_SECONDS", "SendCopy", "SoundFacts", "derive_send_copy", "probe_sound"]

MAX_SECONDS = 30 * 60
#: A browser that was busy leaves small gaps in what it records; these are no damage.
TOLERATED_GAPS = 0.1


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What a recording is and how long it sounds.

    ``kind`` is mp3, wav, m4a, aac, ogg or webm. ``duration_seconds`` is decoded samples divided by
    the rate, whatever the header says. ``peaks`` are 400 levels of 0 to 100 for drawing.
    """

    kind: str
    content_type: str
    extension: str
    duration_seconds: float
    sample_rate: int
    channels: int
    peaks: list[int]
    bytes: int
    sha256: str


class _Hearing:
    """Adds up a recording frame by frame."""

    def __init__(self) -> None:
        self._samples_by_rate: Counter[int] = Counter()
        self.channels = 0
        self.waveform = Waveform()
        self._from: float | None = None
        self._until = 0.0

    def add(self, frame: AudioFrame) -> None:
        if frame.time is not None and frame.sample_rate:
            self._from = frame.time if self._from is None else self._from
            self._until = max(self._until, frame.time + frame.samples / frame.sample_rate)
        self._samples_by_rate[frame.sample_rate] += frame.samples
        self.channels = max(self.channels, frame.layout.nb_channels)
        self.waveform.add(samples_of(frame))

    @property
    def seconds(self) -> float:
        return sum(samples / rate for rate, samples in self._samples_by_rate.items())

    @property
    def gap_share(self) -> float:
        """Share (0..1) of the recording's own clock in which nothing was decoded."""
        span = self._until - (self._from or 0.0)
        return max(0.0, span - self.seconds) / span if span > 0 else 0.0

    @property
    def sample_rate(self) -> int:
        """The rate of most samples; a hostile file may change it on the way."""
        return self._samples_by_rate.most_common(1)[0][0]


def probe_sound(path: Path) -> SoundFacts:
    """Decode a recording (MP3, WAV, M4A, AAC, OGG or WebM) once, streaming, and return its facts.

    Raises ``Refused`` when it is of another kind, empty, copy-protected, a video, damaged in more
    than 2 % of its bytes, larger than 100 MB or longer than 30 minutes. Writes nothing.
    """
    with opened_sound(path) as sound:
        damage = Damage()
        hearing = _Hearing()
        for frame in decoded_sound(sound.container, sound.stream, damage):
            hearing.add(frame)
            if hearing.seconds > MAX_SECONDS:
                raise Refused(
                    "sound.length",
                    f"This recording is longer than {MAX_SECONDS // 60} minutes. "
                    "Cut it into shorter takes; one clip needs only its own sentences.",
                )
        _check_whole(sound, damage, hearing, path)
    if hearing.seconds <= 0:
        raise Refused("sound.silent", f"There is no sound in this file. {ACCEPTED}")
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return SoundFacts(
        kind=sound.kind.name,
        content_type=sound.kind.content_type,
        extension=sound.kind.extension,
        duration_seconds=hearing.seconds,
        sample_rate=hearing.sample_rate,
        channels=hearing.channels,
        peaks=hearing.waveform.peaks(),
        bytes=path.stat().st_size,
        sha256=digest,
    )


def _check_whole(sound: OpenedSound, damage: Damage, hearing: _Hearing, path: Path) -> None:
    file_bytes = path.stat().st_size
    if sound.kind.name in {"mp3", "aac"}:
        lost = damage.unusable_share(file_bytes - trailing_tag_bytes(path))
    else:
        lost = max(damage.failed_share, missing_share(sound.container, file_bytes))
    if sound.kind.name in {"ogg", "webm"} and hearing.gap_share > TOLERATED_GAPS:
        # Their readers jump over damaged pages without a word; the packets' times do not lie.
        lost = max(lost, hearing.gap_share)
    if lost > TOLERATED_DAMAGE:
        raise Refused(
            "sound.damaged",
            f"About {max(1, round(lost * 100))} % of this recording cannot be decoded: it is "
            "damaged or cut off. Export or download it again, then send the new file.",
        )
