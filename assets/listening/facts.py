"""What was measured in a recording: the facts that the audio checks and the treatments go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from assets.preflight.energy import ENERGIES, Energy

#: Raise it when a measurement changes: facts of an older version are measured again.
VERSION = 2
#: What stands for "nothing at all" in decibels, because JSON knows no infinity.
SILENT_DB = -120.0

Heard = Literal["speech", "music", "tone", "noise", "silence", "unclear"]
HEARD: tuple[Heard, ...] = get_args(Heard)

type Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """A take as it was measured.

    Seconds count from the start of the send copy. Levels are dB relative to full scale (dBFS, true
    peak in dBTP), loudness is LUFS and its range LU by EBU R128; `SILENT_DB` stands for silence.
    `noise_dbfs` is the room between the words; where it is not `room_heard` it is the quietest
    moment, and the room at most that loud.
    `silences` are all stretches of a quarter of a second and more without voice. `heard` is
    ``speech`` or what it is instead; ``unclear`` is an honest answer. `syllables_per_second`
    counts speaking time only; it, `pitch_hz` and `pitch_spread` (semitones) are 0 and `energy` is
    "" where no speech was heard.

    Clipping, channels, direct current (share of full scale) and the upper end of the band (Hz) are
    measured in the untouched master, where they happened: the MP3 made from it blurs them.
    `clipped_from` is the second of the first clipped place, None where there is none.
    """

    seconds: float
    peak_dbfs: float = SILENT_DB
    true_peak_dbtp: float = SILENT_DB
    loudness_lufs: float = SILENT_DB
    loudness_range_lu: float = 0.0
    voice_dbfs: float = SILENT_DB
    noise_dbfs: float = SILENT_DB
    room_heard: bool = False
    silences: tuple[Span, ...] = ()
    heard: Heard = "unclear"
    syllables_per_second: float = 0.0
    pitch_hz: float = 0.0
    pitch_spread: float = 0.0
    energy: Energy | Literal[""] = ""
    clipped_places: int = 0
    clipped_from: float | None = None
    channels: int = 1
    dead_channels: int = 0
    dc_offset: float = 0.0
    band_hz: int = 0
    version: int = VERSION

    @property
    def signal_to_noise_db(self) -> float:
        """How far (dB) the voice stands above the noise in its pauses."""
        return self.voice_dbfs - self.noise_dbfs

    @property
    def is_current(self) -> bool:
        """Whether they were measured the way it is done now."""
        return self.version == VERSION

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self) | {"silences": [list(span) for span in self.silences]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> TakeFacts | None:
        """What `to_json` gave, of any version; None for what is no facts. Unknown names are left
        out and missing ones get their default, so that an older row can still be shown."""
        if not isinstance(stored, Mapping) or not isinstance(stored.get("seconds"), int | float):
            return None
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in stored.items() if name in known}
        given["version"] = stored.get("version", 0)
        given["silences"] = tuple(
            (float(start), float(end)) for start, end in stored.get("silences", ())
        )
        given["heard"] = given["heard"] if given.get("heard") in HEARD else "unclear"
        given["energy"] = given["energy"] if given.get("energy") in ENERGIES else ""
        return cls(**given)
