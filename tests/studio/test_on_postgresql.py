"""What leans on the database is tested on PostgreSQL too, in a run of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from studio.operations.processes import ROOT

#: Everything with locks, constraints, guarded updates or queries of some size.
AREAS = (
    "tests/jobs", "tests/clips", "tests/projects", "tests/reviews", "tests/storyboard",
    "tests/notifications",
    "tests/studio/operations/test_figures.py", "tests/studio/operations/test_operations_page.py",
)  # fmt: skip


def test_the_machine_and_the_pages_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    there = [area for area in AREAS if (ROOT / area).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", *there],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": postgres_url,
            "DATA_DIR": str(tmp_path / "data"),
            "SECRET_KEY": "only for this test " * 3,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
