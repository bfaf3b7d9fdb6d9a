"""What a check says about an input."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["stop", "warn", "note"]
Owner = Literal["image", "audio", "prompt", "engine"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: ``stop`` cannot be submitted, ``warn`` may be overridden, ``note`` is advice.

    ``id`` is stable (``image.ratio``). ``message`` names the measured value and the limit; ``fix``
    is one thing to do. ``span`` is the start and end (code points) in the prompt it speaks of.
    """

    id: str
    level: Level
    owner: Owner
    message: str
    fix: str
    span: tuple[int, int] | None = None


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
