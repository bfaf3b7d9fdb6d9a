"""What leans on the database is tested on PostgreSQL too, in runs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.operations.processes import ROOT

#: Everything with locks, constraints, guarded updates or queries of some size. In a browser the
#: same pages are seen on either database, and the journeys see them on this one.
AREAS = {
    "machine": ("tests/jobs",),
    "pages": (
        "tests/clips", "tests/projects", "tests/reviews", "tests/storyboard",
        "tests/notifications",
        "tests/studio/operations/test_figures.py",
        "tests/studio/operations/test_operations_page.py",
    ),
}  # fmt: skip
_BROWSER = ("*_in_a_browser.py", "*_is_sound.py")


@pytest.mark.long
@pytest.mark.parametrize("part", AREAS)
def test_the_machine_and_the_pages_on_postgresql(
    part: str, postgres_url: str, tmp_path: Path
) -> None:
    there = [area for area in AREAS[part] if (ROOT / area).exists()]
    left_out = [f"--ignore-glob={pattern}" for pattern in _BROWSER]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *left_out, *there],
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
