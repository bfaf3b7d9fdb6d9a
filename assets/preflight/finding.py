"""What a check says about an input."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Level = Literal["stop", "warn", "note"]
Owner = Literal["image", "audio", "prompt", "engine"]
Slot = Literal["style", "motion", "camera", "atmosphere", "free_text", ""]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the prompt's text that cures a finding: `text` stands for start to end.

    Offsets count code points of the whole prompt; start == end inserts. `slot` names where an
    insertion belongs when the prompt is written in slots.
    """

    start: int
    end: int
    text: str
    slot: Slot = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: ``stop`` cannot be submitted, ``warn`` may be overridden, ``note`` is advice.

    ``id`` is stable (``image.ratio``). ``message`` names the measured value and the limit; ``fix``
    is one thing to do. ``span`` is the start and end (code points) in the prompt it speaks of.
    What the studio can do itself at one click is in ``edits`` (prompt) or named by ``remedy``
    (``crop``, ``mascot``, ``trim``, ``loudness``): a page offers it, nobody does it silently.
    """

    id: str
    level: Level
    owner: Owner
    message: str
    fix: str
    span: tuple[int, int] | None = None
    edits: tuple[Edit, ...] = ()
    remedy: str = ""

    @property
    def mark(self) -> str:
        """Its id and what it says, without blanks: another contradiction is another warning."""
        return f"{self.id}:{hashlib.sha256(self.message.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked for, and why: the page "What we check and why" is made of these.

    `title` is a short noun phrase, `why` says what happens to a paid video otherwise, `measured`
    says how it is found out and against which figure, `source` where the rule comes from.
    """

    id: str
    level: Level
    owner: Owner
    title: str
    why: str
    measured: str
    source: str

    def found(
        self,
        message: str,
        fix: str,
        *,
        span: tuple[int, int] | None = None,
        edits: tuple[Edit, ...] = (),
        remedy: str = "",
        level: Level | None = None,
    ) -> Finding:
        """A finding of this check; `level` where one check knows a milder case."""
        return Finding(
            id=self.id,
            level=level or self.level,
            owner=self.owner,
            message=message,
            fix=fix,
            span=span,
            edits=edits,
            remedy=remedy,
        )


def spoken_types(types: frozenset[str]) -> str:
    """MIME types as a person reads them: ``JPEG or PNG``."""
    names = sorted({_NAMES.get(each, each.partition("/")[2].upper()) for each in types})
    return " or ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def spoken_megabytes(size_bytes: int) -> str:
    """Bytes as megabytes of 1,000,000 in up to two decimals: ``10 MB``, ``10.45 MB``."""
    return f"{size_bytes / 1_000_000:,.2f}".rstrip("0").rstrip(".") + " MB"


_NAMES = {
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "audio/webm": "WebM",
}
