"""Reconcile: every file that a row names is there, and every file there has a row."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from assets.models import Look
from jobs import costs, renditions
from jobs.models import AvatarJob, State, Version
from jobs.reels import make_reel
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.conftest import make_job
from tests.studio.operations.reconciled import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    """A version as fetching makes it, of a real video."""
    job = make_job(clip, teammate, duration_seconds=2, state=State.SUCCEEDED, handle="task_1",
                   next_at=None)  # fmt: skip
    with transaction.atomic():
        costs.hold(job, by=teammate)
        costs.charge(job)
    folder = tmp_path / "made"
    folder.mkdir()
    media.make_video(folder / "video.mp4")
    video, strip, copy = (folder / name for name in ("video.mp4", "strip.jpg", "review.mp4"))
    reel = make_reel(video, ordered_seconds=2.0)
    version = reel.version_of(job)
    version.film_strip_tiles = renditions.film_strip(video, strip).tiles
    review = renditions.review_copy(video, copy, rate=reel.facts.frame_rate)
    version.frames = review.frames
    version.rate_numerator, version.rate_denominator = review.frame_rate.as_integer_ratio()
    files = [*reel.files_for(version), (version.film_strip, strip), (version.review_copy, copy)]
    for field, path in files:
        with path.open("rb") as file:
            field.save(path.name, File(file), save=False)
    version.save()
    _tell_the_truth(clip.look, "image", "size_bytes", "sha256")
    _tell_the_truth(clip.take, "master", "master_bytes", "master_sha256")
    _tell_the_truth(clip.take, "send_copy", "send_bytes", "send_sha256")
    return version


def _tell_the_truth(row: Any, field: str, size: str, sha256: str) -> None:
    """The cast's rows carry made-up hashes; here they carry those of their files."""
    with getattr(row, field).open("rb") as file:
        content = file.read()
    type(row).objects.filter(pk=row.pk).update(
        **{size: len(content), sha256: hashlib.sha256(content).hexdigest()}
    )


def stored() -> set[str]:
    base = Path(default_storage.path(""))
    return {str(file.relative_to(base)) for file in base.rglob("*") if file.is_file()}


def grow_old(name: str) -> None:
    at = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(name), (at, at))


def test_a_whole_studio_is_in_order_to_the_last_byte(made: Version) -> None:
    report = reconcile("--deep")
    assert (report.code, report.kinds) == (0, {})


def test_a_missing_video_is_for_a_person(made: Version) -> None:
    default_storage.delete(str(made.video.name))
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"file missing": 1}, (0, 0, 1))
    assert str(made.video.name) in report.text.replace("\n", "")


@pytest.mark.parametrize("field", ["poster", "film_strip", "review_copy"])
def test_what_was_derived_from_the_video_is_made_anew(made: Version, field: str) -> None:
    gone = getattr(made, field).name
    default_storage.delete(gone)
    assert reconcile().counts == (0, 1, 0)
    assert reconcile("--repair").counts == (1, 0, 0)
    made.refresh_from_db()
    assert getattr(made, field).name != gone
    assert default_storage.size(getattr(made, field).name) > 0
    assert reconcile("--deep").code == 0


def test_a_derived_file_is_not_made_anew_where_the_frames_would_differ(made: Version) -> None:
    Version.objects.filter(pk=made.pk).update(frames=made.frames + 1)
    default_storage.delete(str(made.review_copy.name))
    assert reconcile("--repair").counts == (0, 0, 1), "comments count in its frames"


def test_renditions_that_were_given_up_are_tried_anew(made: Version) -> None:
    Version.objects.filter(pk=made.pk).update(
        renditions_at=None, renditions_tries=20, renditions_problem="It could not be made."
    )
    assert reconcile().kinds == {}, "they are all there"
    gone = str(made.film_strip.name)
    Version.objects.filter(pk=made.pk).update(film_strip="")
    default_storage.delete(gone)
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"renditions missing": 1}, (1, 0, 0))
    made.refresh_from_db()
    assert made.renditions_at and made.renditions_tries == 0


def test_a_missing_input_is_for_a_person(made: Version, look: Look) -> None:
    default_storage.delete(str(look.image.name))
    report = reconcile("--repair")
    assert (report.kinds, report.counts) == ({"file missing": 1}, (0, 0, 1))


def test_a_file_that_was_cut_off_is_seen_by_its_size(made: Version) -> None:
    Path(made.video.path).write_bytes(b"half")
    assert reconcile().kinds == {"file changed": 1}


def test_a_file_of_the_same_size_is_seen_by_its_hash_only_when_asked(made: Version) -> None:
    Path(made.video.path).write_bytes(b"x" * made.video_bytes)
    assert reconcile().kinds == {}
    report = reconcile("--deep", "--repair")
    assert (report.kinds, report.counts) == ({"file changed": 1}, (0, 0, 1))


def test_a_finished_job_whose_version_was_deleted_is_for_a_person(made: Version) -> None:
    job = made.job
    Version.objects.filter(pk=made.pk).delete()
    report = reconcile("--repair")
    assert report.kinds == {"version missing": 1}, "its files are too young to be orphans"
    assert str(job.pk) in report.text


def test_a_version_of_a_job_that_did_not_finish_is_for_a_person(made: Version) -> None:
    AvatarJob.objects.filter(pk=made.job.pk).update(state=State.LOST)
    assert "version too early" in reconcile().kinds


def test_orphans_are_listed_and_deleted_only_when_asked(made: Version) -> None:
    orphan = default_storage.save("version/secret/video.mp4", ContentFile(b"nobody's"))
    grow_old(orphan)
    assert reconcile("--repair").counts == (0, 1, 0)
    assert orphan in stored(), "--repair deletes nothing"
    report = reconcile("--delete-orphans")
    assert (report.kinds, report.code) == ({"orphan": 1}, 0)
    assert orphan not in stored()
    assert reconcile("--deep").code == 0, "everything else is still there"


def test_a_young_file_without_a_row_may_be_a_video_that_is_being_fetched(made: Version) -> None:
    young = default_storage.save("version/secret/video.mp4", ContentFile(b"soon a version"))
    assert reconcile("--delete-orphans").code == 0
    assert young in stored()


def test_files_of_somebody_else_in_the_same_place_are_not_ours_to_judge(made: Version) -> None:
    foreign = default_storage.save("backup/dump.sql", ContentFile(b"theirs"))
    grow_old(foreign)
    assert reconcile("--delete-orphans").code == 0
    assert foreign in stored()
