"""Keeps a fixed number of jobs in flight, made in bulk: tasks at the engine and their rows here.

    python -m tests.benchmarks.filling studio|naive COUNT          fill up, then end
    python -m tests.benchmarks.filling studio|naive COUNT --keep   replace what finishes, for ever

A process of its own, because each design has its own Django settings. What it costs is not counted
for either design.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from tests.engine import SandboxEngine

#: An engine takes from one minute to five. The first jobs are caught in the middle of theirs: those
#: were accepted a minute ago, so that from the start some finish all the time.
ENGINE_SECONDS = "60-300"
REST_SECONDS = "1-240"
AGE = timedelta(seconds=60)
AT_ONCE = 2_000
EVERY_SECONDS = 1.0


class Design(Protocol):
    """What fills one design with jobs."""

    def in_flight(self) -> int:
        """How many jobs are followed now."""
        ...

    def add(self, handles: list[str], *, age: timedelta) -> None:
        """Follow tasks that the engine accepted `age` ago."""
        ...

    def tidy(self) -> None:
        """Throw away what the processes that are not running here would have used up."""
        ...


def fill(
    design: Design, engine: SandboxEngine, count: int, *, seconds: str, age: timedelta
) -> None:
    """Add jobs until `count` are in flight."""
    while missing := count - design.in_flight():
        if missing < 0:
            return
        wanted = {"count": min(missing, AT_ONCE), "seconds": seconds}
        answer: dict[str, Any] = engine._ask("POST", "/sandbox/seed", wanted)
        design.add(answer["ids"], age=age)


def main() -> None:
    """Fill, and with `--keep` stay until stopped."""
    name, count = sys.argv[1], int(sys.argv[2])
    design = _studio() if name == "studio" else _naive()
    engine = SandboxEngine(os.environ["SANDBOX_URL"])
    if "--keep" not in sys.argv:
        fill(design, engine, count, seconds=REST_SECONDS, age=AGE)
        return
    while True:
        fill(design, engine, count, seconds=ENGINE_SECONDS, age=timedelta())
        design.tidy()
        time.sleep(EVERY_SECONDS)


def _studio() -> Design:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    django.setup()
    from tests.benchmarks.filling_studio import StudioJobs

    return StudioJobs()


def _naive() -> Design:
    from tests.benchmarks.filling_naive import NaiveJobs

    return NaiveJobs()


def emptied(folder: Path, queues: tuple[str, ...]) -> int:
    """Delete the embedded broker's messages of `queues`; how many there were."""
    files = [file for queue in queues for file in folder.glob(f"*.{queue}.msg")]
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


if __name__ == "__main__":
    main()
