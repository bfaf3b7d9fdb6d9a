"""Private folders for work in progress: gone afterwards, also where their process was killed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from assets import hosting


def test_what_a_killed_process_left_behind_goes_after_a_day(settings: Any) -> None:
    home = Path(settings.FILE_UPLOAD_TEMP_DIR)
    left, young, upload = home / "tmpleft", home / "tmpyoung", home / "half.upload.mp4"
    for folder in (left, young):
        folder.mkdir()
        (folder / "result.mp4").write_bytes(b"video")
    upload.write_bytes(b"half")
    long_ago = time.time() - 25 * 3600
    for path in (left, upload):
        os.utime(path, (long_ago, long_ago))
    with hosting.workspace() as folder:
        assert sorted(home.iterdir()) == sorted([young, folder])
    assert list(home.iterdir()) == [young]
