"""What leans on the database is tested on PostgreSQL too, in runs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.operations.processes import ROOT

#: Everything with locks, constraints, guarded updates or queries of some size.
AREAS = {
    "machine": ("tests/jobs",),
    "people": (
        "tests/clips", "tests/projects", "tests/reviews", "tests/notifications",
        *(f"tests/storyboard/test_{name}.py" for name in
          ("board", "board_live", "clip", "clip_offer", "clip_order", "clip_uploads", "desk",
           "desk_turns", "fixing", "lineage", "running_order")),
        "tests/studio/operations/test_figures.py",
        "tests/studio/operations/test_operations_page.py",
    ),
}  # fmt: skip
#: In a browser the same pages are seen on either database, and the journeys see them on this one.
#: Films are made, engines understood, forms and files read, pages drawn and documents written by
#: code that asks no database anything special; workers are killed on this one by `make campaign`.
LEFT_OUT = (
    "*_in_a_browser.py", "*_is_sound.py", "test_renditions*.py", "test_review_copy.py",
    "test_drawing.py", "test_drawing_workers.py", "test_drawing_faults.py",
    "test_a_big_result.py", "test_report.py", "test_with_*.py", "test_crash_points.py",
    "test_rights.py", "test_drawings.py", "test_exports.py", "test_exported_*.py",
    "test_guest_media.py", "test_webhook_addresses.py", "test_project_forms.py", "test_compare.py",
    "test_job_page.py", "test_on_its_way_pages.py", "test_paused_account_pages.py",
    "test_webhook_pages.py", "test_guest_link_pages.py", "test_rule_page.py", "test_trace.py",
    "test_false_callbacks.py", "test_rhythm.py", "test_sentences.py", "test_reachability.py",
    "test_stopping_children.py", "test_room_before_the_copy.py", "test_guest_words.py",
    "test_guest_addresses.py", "test_animatic_room.py", "test_clip_uploads.py",
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("part", AREAS)
def test_the_machine_and_the_pages_on_postgresql(
    part: str, postgres_url: str, tmp_path: Path
) -> None:
    left_out = [f"--ignore-glob=*/{pattern}" for pattern in LEFT_OUT]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *left_out, *AREAS[part]],
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
