"""How much memory bringing home a result of 2 GB takes: `python -m tests.benchmarks.big_result`.

A real fetcher process on SQLite and the embedded broker; the result is served on loopback. Ends
with 1 when the fetcher, or the process that makes its renditions, needs more than the limit.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

RESULT_BYTES = 2_000_000_000
LIMIT_BYTES = 300_000_000
FILM_SECONDS = 30
PATIENCE_SECONDS = 600
MB = 1_000_000


def main() -> None:
    """Measure and print the table, or prepare the rows in the environment of the measurement."""
    if len(sys.argv) == 2:
        _order(sys.argv[1])
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        os.environ["DATA_DIR"] = name  # before anything of the studio is imported
        sys.exit(_measure(Path(name)))


def _measure(folder: Path) -> int:
    from tests import media
    from tests.benchmarks.services import COMMON, manage, run
    from tests.big_result import big_result
    from tests.journeys.studios import environment_of

    video = media.make_video(folder / "video.mp4", seconds=FILM_SECONDS, width=1280, height=720)
    with big_result(video, RESULT_BYTES) as url:
        environment = environment_of(
            folder,
            **COMMON,
            DATABASE_URL=f"sqlite:///{folder / 'studio.sqlite3'}",
            SANDBOX_URL=urljoin(url, "/"),
        )
        manage(environment, "migrate", "--verbosity", "0")
        run(environment, "-m", "tests.benchmarks.big_result", url)
        return _watch(environment)


def _watch(environment: dict[str, str]) -> int:
    from studio.operations.processes import Processes
    from tests.benchmarks import rows

    names, logs = {"fetcher", "beat"}, Path(environment["DATA_DIR"]) / "logs"
    with (
        Processes(names, env=environment, logs=logs) as studio,
        rows.opened(environment["DATABASE_URL"]) as table,
    ):
        pid, began = studio.running["fetcher"].pid, time.monotonic()
        children = 0
        while not table.one("select 1 from jobs_version where renditions_at is null"):
            children = max(children, _children_bytes(pid))
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError("\n".join(studio.last_lines("fetcher")))
            time.sleep(0.05)
        return _table(_peak(pid), children, time.monotonic() - began)


def _children_bytes(pid: int) -> int:
    """The highest peak among the processes that it has started and that still run."""
    texts = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return max((_peak(int(child)) for child in " ".join(texts).split()), default=0)


def _peak(pid: int) -> int:
    from tests.big_result import peak_bytes

    with suppress(OSError, StopIteration):  # it has ended
        return peak_bytes(pid)
    return 0


def _table(fetcher: int, child: int, seconds: float) -> int:
    sys.stdout.write(
        f"A result of {RESULT_BYTES / MB:,.0f} MB, brought home in {seconds:.0f} s.\n\n"
        "| process | peak memory | limit |\n| --- | --- | --- |\n"
        f"| fetcher | {fetcher / MB:.0f} MB | {LIMIT_BYTES / MB:.0f} MB |\n"
        f"| its renditions | {child / MB:.0f} MB | {LIMIT_BYTES / MB:.0f} MB |\n"
    )
    return int(max(fetcher, child) > LIMIT_BYTES)


def _order(url: str) -> None:
    """A job that the engine has finished, with its result at `url`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    import django

    django.setup()
    from django.utils import timezone

    from jobs.models import State
    from studio.clips.models import Clip
    from studio.operations.demo.organisation import make_demo_organisation
    from tests.conftest import make_job

    organisation = make_demo_organisation()
    clip = Clip.objects.filter(project__organisation=organisation, jobs=None, take__isnull=False)[0]
    make_job(
        clip, clip.created_by, state=State.FETCHING, handle="big", result_urls=[url],
        duration_seconds=FILM_SECONDS, next_at=timezone.now(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
