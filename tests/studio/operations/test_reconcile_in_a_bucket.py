"""Reconcile where files are kept in a real S3 bucket. Other tests share it: only ours is judged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files import File
from django.utils import timezone
from storages.backends.s3 import S3Storage

from assets import hosting
from assets.models import Look
from jobs.models import Version
from studio.operations.reconciling import deriving as anew
from studio.operations.reconciling import files
from tests.assets.test_bucket import bucket, stored
from tests.studio.operations.reconciled import reconcile
from tests.studio.operations.test_reconcile_files import made

__all__ = ["bucket", "made", "stored"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(stored: Look, bucket: Any) -> Look:
    """A look whose files lie in the bucket, with the size that is true of its picture."""
    Look.objects.filter(pk=stored.pk).update(size_bytes=stored.image.size)
    with stored.thumbnail.storage.open(str(stored.thumbnail.name)) as file:
        bucket.save(str(stored.thumbnail.name), file)
    return stored


def test_what_is_stored_is_listed_with_size_and_time(kept: Look) -> None:
    files = {file.name: file for file in hosting.stored_files()}
    file = files[str(kept.image.name)]
    assert file.bytes == kept.image.size
    assert abs(timezone.now() - file.put_at) < timedelta(minutes=5)


@pytest.fixture
def in_the_bucket(made: Version, request: pytest.FixtureRequest) -> Version:
    """A finished version, all of whose files have moved from the disk into the bucket."""
    bucket = request.getfixturevalue("bucket")  # from here on, files go there
    for field in ("video", "poster", "film_strip", "review_copy"):
        file = getattr(made, field)
        with (Path(settings.MEDIA_ROOT) / str(file.name)).open("rb") as opened:
            bucket.save(str(file.name), File(opened))
    return Version.objects.get(pk=made.pk)


@pytest.fixture
def not_in_memory(in_the_bucket: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    """Storage's own way to open a file would keep a video of two gigabytes in memory."""

    def refuse(*_: object) -> None:
        raise AssertionError("it was read into memory")

    monkeypatch.setattr(S3Storage, "_open", refuse)


@pytest.mark.usefixtures("not_in_memory")
def test_a_rendition_is_made_anew_from_a_video_that_is_streamed_to_the_disk(
    in_the_bucket: Version,
) -> None:
    before = in_the_bucket.poster.name
    assert anew.making(in_the_bucket, "poster")()
    fresh = Version.objects.get(pk=in_the_bucket.pk)
    assert fresh.poster.name != before
    assert fresh.poster.size > 0


def test_nothing_is_made_from_a_video_that_is_gone_as_well(
    in_the_bucket: Version,
) -> None:
    in_the_bucket.video.storage.delete(str(in_the_bucket.video.name))
    assert not anew.making(in_the_bucket, "poster")()


@pytest.mark.usefixtures("not_in_memory")
def test_contents_are_compared_as_they_stream_by(in_the_bucket: Version) -> None:
    assert files._sha256(in_the_bucket.video) == in_the_bucket.sha256


def test_a_picture_that_is_gone_from_the_bucket_is_for_a_person(kept: Look, bucket: Any) -> None:
    assert reconcile().code == 0
    bucket.delete(kept.image.name)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"file missing": 1}, (0, 0, 1))
    assert str(kept.pk) in report.text
