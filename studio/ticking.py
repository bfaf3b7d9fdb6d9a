"""Beat's clock: ticks follow the monotonic clock, so that no step of the wall clock stops them.

Celery's own scheduler compares wall-clock times: set back by two hours, it sends nothing for two
hours. It also keeps a file, which a killed process may leave broken. Our ticks need no memory.
"""

from __future__ import annotations

import time
from typing import Any

from celery.beat import Scheduler

from studio.celery import PERIODIC


class Ticker(Scheduler):
    """Every entry is due at once, and then every so many seconds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._due: dict[str, float] = {}
        super().__init__(*args, **kwargs)

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due; seconds until the next is."""
        now = time.monotonic()
        for name, entry in self.schedule.items():
            if self._due.get(name, now) <= now:
                self._due[name] = now + PERIODIC[name][1]
                self.apply_entry(entry, producer=self.producer)
        return max(0.0, min(self._due.values(), default=1.0) - time.monotonic())
