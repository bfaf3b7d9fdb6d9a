"""What the tests of the review room share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile

from jobs.models import Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.conftest import STANDARD, make_job, make_version
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


def _another(clip: Clip, title: str, by: User) -> Clip:
    """A clip of the same inputs."""
    return add_clip(
        clip.project, title=title, engine_model=STANDARD, by=by, look=clip.look, take=clip.take
    )


@pytest.fixture
def other_version(clip: Clip, teammate: User) -> Version:
    """The version of another clip of the same project."""
    return make_version(make_job(_another(clip, "Secret", teammate), teammate))


@pytest.fixture
def ntsc(clip: Clip, teammate: User) -> Version:
    """A version of another clip at 30000/1001 frames per second, with more than a minute."""
    job = make_job(_another(clip, "Ende & <Gruß>", teammate), teammate)
    return make_version(job, rate_numerator=30_000, rate_denominator=1001, frames=2_000)


@pytest.fixture
def asked(version: Version, approver: User) -> Comment:
    """What Mara asks of v1."""
    return Comment.objects.create(version=version, author=approver, frame=7, text="Lips are late")


@pytest.fixture
def second(version: Version, asked: Comment, clip: Clip, teammate: User) -> Version:
    """v2, made from v1 after that was asked."""
    return make_version(make_job(clip, teammate, number=2, based_on=version))
