"""Reconcile where files are kept in a real S3 bucket. Other tests share it: only ours is judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assets import hosting
from assets.models import Look
from tests.assets.test_bucket import bucket, stored
from tests.studio.operations.reconciled import reconcile

__all__ = ["bucket", "stored"]

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


def test_a_picture_that_is_gone_from_the_bucket_is_for_a_person(kept: Look, bucket: Any) -> None:
    assert reconcile().code == 0
    bucket.delete(kept.image.name)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"file missing": 1}, (0, 0, 1))
    assert str(kept.pk) in report.text
