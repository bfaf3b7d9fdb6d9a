"""How this sandbox engine runs, and the limits and prices of the models it stands for."""

import random
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

LONGEST_SECONDS = 86_400.0
#: The APIs that it speaks. A task belongs to the one through which it was ordered.
GATEWAY, KLING, FAL = "gateway", "kling", "fal"
STANDARD, PRO = "kling-avatar-v2-standard", "kling-avatar-v2-pro"
DEFAULT_ACCESS_KEY = "ak-sandbox"
DEFAULT_SECRET_KEY = "sandbox-secret-key-of-32-characters"
_CENT_OF_A_CENT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the model takes: Kling Avatar v2, strict types and sizes, the longer known length."""

    image_max_bytes: int = 10_000_000
    image_min_side: int = 300
    image_max_ratio: float = 2.5
    audio_max_bytes: int = 5_000_000
    audio_min_seconds: float = 2.0
    audio_max_seconds: float = 300.0
    audio_mismatch: float = 0.10
    prompt_max_characters: int = 2_500


#: The box that a model's film is fitted into.
MODELS = {STANDARD: "720p", PRO: "1080p"}
#: What a second of film costs in dollars, by API and model (docs/engines.md).
RATES = {
    GATEWAY: {STANDARD: Decimal("0.056"), PRO: Decimal("0.112")},
    KLING: {STANDARD: Decimal("0.056"), PRO: Decimal("0.112")},
    FAL: {STANDARD: Decimal("0.0562"), PRO: Decimal("0.115")},
}


def price(face: str, model: str, seconds: Decimal) -> Decimal:
    """Dollars for ``seconds`` of film, to a hundredth of a cent."""
    return (RATES[face][model] * seconds).quantize(_CENT_OF_A_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Span:
    """How long tasks take: from ``low`` to ``high`` seconds, each its own time."""

    low: float
    high: float

    @classmethod
    def read(cls, text: str) -> "Span":
        """From ``6`` or ``60-300``. Raises ValueError."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:-\s*(\d+(?:\.\d+)?)\s*)?", text)
        if not found:
            raise ValueError(f"{text!r} is neither a number of seconds nor a range as 60-300")
        low, high = float(found[1]), float(found[2] or found[1])
        if not low <= high <= LONGEST_SECONDS:
            raise ValueError(f"{text!r} must go from the shorter to the longer, up to a day")
        return cls(low, high)

    def of(self, task_id: str) -> float:
        """This task's time; the same whenever it is asked for, a restart included."""
        if self.low == self.high:
            return self.low
        return random.Random(task_id).uniform(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Options:
    """Everything one server is started with.

    ``seconds`` is the shortest time from accepting a task to its end; a third of it, at most two
    seconds, is spent queued. 0 means: as fast as the machine can. ``film`` is "full" or "small": a
    film of stamp size, for many tasks at once. ``access_key`` and ``secret_key`` are the pair of
    Kling's signed tokens; ``webhook_secret`` (``whsec_`` and base64) signs Kling's callbacks, which
    are unsigned without it.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8765
    key: str = field(default="sk-sandbox", repr=False)
    access_key: str = DEFAULT_ACCESS_KEY
    secret_key: str = field(default=DEFAULT_SECRET_KEY, repr=False)
    webhook_secret: str = field(default="", repr=False)
    public_url: str = ""
    seconds: Span = Span(6.0, 6.0)
    workers: int = 2
    film: Literal["full", "small"] = "full"
    limits: Limits = field(default_factory=Limits)

    def queued_seconds(self, task_id: str) -> float:
        """How long a task at least stays queued."""
        return min(2.0, self.seconds.of(task_id) / 3)

    def size(self, model: str) -> str:
        """The name of the box that films of this model are fitted into."""
        return "stamp" if self.film == "small" else MODELS[model]
