"""How this sandbox engine runs, and the limits and prices of the model it stands for."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path


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


@dataclass(frozen=True, slots=True)
class Model:
    """One model: the size it renders and what a second of it costs."""

    size: str
    rate_amount: Decimal


MODELS = {
    "kling-avatar-v2-standard": Model("720p", Decimal("0.056")),
    "kling-avatar-v2-pro": Model("1080p", Decimal("0.112")),
}


@dataclass(frozen=True, slots=True)
class Options:
    """Everything one server is started with.

    ``minimum_seconds`` is the shortest time from accepting a task to its end; a third of it,
    at most two seconds, is spent queued. 0 means: as fast as the machine can.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8765
    key: str = "sk-sandbox"
    public_url: str = ""
    minimum_seconds: float = 6.0
    workers: int = 2
    limits: Limits = field(default_factory=Limits)

    @property
    def queued_seconds(self) -> float:
        """How long a task at least stays queued."""
        return min(2.0, self.minimum_seconds / 3)
