"""A video can be watched as soon as it is safe; film strip and review copy follow it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import deriving
from jobs.models import AvatarJob, State, Version
from jobs.renditions import apart, probe_video
from studio.organisations.models import User
from tests.jobs.conftest import Home
from tests.jobs.test_bringing_it_home import files_in, no_room

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_video_is_watched_before_its_copy_is_made(
    as_: As, fresh: Version, viewer: User, teammate: User
) -> None:
    assert (fresh.job.state, fresh.frames, fresh.frame_rate) == ("succeeded", 50, Fraction(25))
    assert fresh.video.size == fresh.video_bytes
    page = as_(viewer).get(reverse("review", args=[fresh.pk])).content.decode()
    stand_in = reverse("version_stand_in", args=[fresh.pk])
    assert f'<video src="{stand_in}"' in page
    played = as_(viewer).get(stand_in, headers={"Range": "bytes=0-9"})
    assert (played.status_code, played["Content-Type"]) == (206, "video/mp4")
    assert played.getvalue() == Path(fresh.video.path).read_bytes()[:10]
    assert as_(viewer).get(reverse("version_poster", args=[fresh.pk])).getvalue()
    for name in ("version_review_copy", "version_film_strip"):
        assert as_(viewer).get(reverse(name, args=[fresh.pk])).status_code == 404
    storyboard = as_(teammate).get(reverse("storyboard", args=[fresh.clip.project_id]))
    assert b"film-strip" not in storyboard.content


def test_the_row_says_succeeded_when_the_disk_has_the_video(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: dict[int, State] = {}
    fsync = os.fsync

    def note(descriptor: int) -> None:
        fsync(descriptor)
        on_disk[os.fstat(descriptor).st_ino] = State(AvatarJob.objects.get().state)

    monkeypatch.setattr(os, "fsync", note)
    video = Path(home().video.path)
    for one in (video, video.parent, video.parent.parent):
        assert on_disk[one.stat().st_ino] == State.FETCHING, "not yet"


def test_film_strip_and_copy_follow_in_their_own_time(
    as_: As, fresh: Version, viewer: User
) -> None:
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert (fresh.renditions_at, fresh.renditions_lease, fresh.renditions_problem) == (None, "", "")
    copy = probe_video(Path(fresh.review_copy.path))
    assert (copy.frames, copy.frame_rate) == (fresh.frames, fresh.frame_rate)
    page = as_(viewer).get(reverse("review", args=[fresh.pk])).content.decode()
    assert f'<video src="{reverse("version_review_copy", args=[fresh.pk])}"' in page
    for name in ("version_review_copy", "version_film_strip"):
        assert as_(viewer).get(reverse(name, args=[fresh.pk])).getvalue()
    assert deriving.derive_due() == 0


def test_a_player_that_was_open_goes_on_with_the_copy(
    as_: As, fresh: Version, viewer: User
) -> None:
    deriving.derive_due()
    answer = as_(viewer).get(reverse("version_stand_in", args=[fresh.pk]))
    assert (answer.status_code, answer["Location"]) == (
        302, reverse("version_review_copy", args=[fresh.pk]),
    )  # fmt: skip


def test_what_browsers_do_not_play_is_a_picture_until_the_copy_is_there(
    as_: As, home: Home, viewer: User
) -> None:
    version = home(container="webm")
    address = reverse("review", args=[version.pk])
    waiting = as_(viewer).get(address).content.decode()
    assert "<video" not in waiting
    assert "Making the copy that browsers play" in waiting
    assert f'hx-get="{address}" hx-select="#player"' in waiting
    deriving.derive_due()
    assert "data-player" in as_(viewer).get(address).content.decode()


def test_a_full_disk_is_said_and_tried_again(
    fresh: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    due_again: Callable[[Version], None],
) -> None:  # fmt: skip
    made_apart = apart.made_apart

    def onto_a_full_disk(*args: Any, **options: Any) -> Iterator[apart.Made]:
        with no_room(bytes_=2_000):
            return iter(list(made_apart(*args, **options)))

    with monkeypatch.context() as patch:
        patch.setattr(apart, "made_apart", onto_a_full_disk)
        deriving.derive_due()
    fresh.refresh_from_db()
    assert "make room" in fresh.renditions_problem
    assert fresh.renditions_at and fresh.renditions_at > timezone.now()
    assert files_in(tmp_path / "tmp") == []
    assert fresh.video.size == fresh.video_bytes
    due_again(fresh)
    deriving.derive_due()
    fresh.refresh_from_db()
    assert (bool(fresh.review_copy), fresh.renditions_problem) == (True, "")


def test_what_cannot_be_made_is_given_up_in_the_end_and_asked_for_again(
    as_: As, fresh: Version, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Version.objects.filter(pk=fresh.pk).update(renditions_tries=deriving.TRIES - 1)
    with monkeypatch.context() as patch:
        patch.setattr(deriving, "SECONDS_AT_LEAST", 0)
        patch.setattr(deriving, "SECONDS_PER_SECOND", 0)
        deriving.derive_due()
    fresh.refresh_from_db()
    assert (fresh.renditions_at, bool(fresh.renditions_problem)) == (None, True)
    page = as_(viewer).get(reverse("review", args=[fresh.pk])).content.decode()
    assert reverse("version_stand_in", args=[fresh.pk]) in page
    assert fresh.renditions_problem in page
    assert deriving.again(fresh)
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert fresh.review_copy
    assert not deriving.again(fresh), "everything is there"


def test_a_copy_with_other_frames_is_not_kept(fresh: Version) -> None:
    Version.objects.filter(pk=fresh.pk).update(frames=fresh.frames + 1)
    deriving.derive_due()
    fresh.refresh_from_db()
    assert (fresh.review_copy.name, bool(fresh.film_strip)) == ("", True)
    assert (fresh.renditions_at, fresh.renditions_problem) == (
        None, "It has 50 frames and the video 51.",
    )  # fmt: skip


def test_a_time_that_a_step_of_the_clock_left_far_away_is_now(fresh: Version) -> None:
    Version.objects.filter(pk=fresh.pk).update(renditions_at=timezone.now() + timedelta(days=3))
    assert deriving.derive_due() == 1
