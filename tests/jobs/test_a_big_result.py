"""The memory of whoever brings a video home does not grow with the video."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.utils import timezone

from jobs import deriving, fetching
from jobs.models import State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.big_result import big_result, forget_peak, peak_bytes, resident_bytes
from tests.conftest import make_job

MB = 1_000_000
RESULT_BYTES = 200 * MB
#: Buffers, and the frames of one decoder; `python -m tests.benchmarks.big_result` takes 2 GB.
GROWTH_BYTES = 60 * MB


@pytest.mark.django_db(transaction=True)
def test_the_memory_of_a_fetch_does_not_grow_with_the_result(
    clip: Clip, teammate: User, settings: Any, tmp_path: Path
) -> None:
    video = media.make_video(tmp_path / "video.mp4", seconds=3)
    with big_result(video, RESULT_BYTES) as url:
        settings.SANDBOX_URL = urljoin(url, "/")
        job = make_job(
            clip, teammate, state=State.FETCHING, handle="task_1", result_urls=[url],
            duration_seconds=3, next_at=timezone.now(),
        )  # fmt: skip
        before = resident_bytes()
        forget_peak()
        fetching.fetch_due()
    deriving.derive_due()
    job.refresh_from_db()
    assert (job.state, job.error_message) == (State.SUCCEEDED, "")
    assert job.version.video.size == job.version.video_bytes == RESULT_BYTES
    assert job.version.review_copy
    assert peak_bytes() - before < GROWTH_BYTES
