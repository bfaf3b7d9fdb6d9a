"""What the tests of the review room share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job, make_version
from tests.reviews.counting_video import FRAMES, RATE, write_counting_video


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    """Nobody has tried a guest's door yet."""
    caches["shared"].clear()


@pytest.fixture
def counting(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    """v1, whose frames tell their numbers."""
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    copy = ContentFile(path.read_bytes(), name="review.mp4")
    job = make_job(clip, teammate)
    return make_version(
        job, review_copy=copy, frames=FRAMES, rate_numerator=RATE, width=320, height=180
    )
