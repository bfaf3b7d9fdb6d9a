"""A video can be watched as soon as it is safe; film strip and review copy follow it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from celery.signals import worker_shutting_down
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import clock, deriving, fetching, own_process
from jobs.leases import claim
from jobs.models import AvatarJob, State, Version
from jobs.reels import make_reel
from jobs.renditions import apart, probe_video
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.conftest import make_job
from tests.jobs.test_bringing_it_home import files_in, no_room

type As = Callable[[User], Client]
type Home = Callable[..., Version]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(clip: Clip, teammate: User, tmp_path: Path) -> Home:
    """`home(container="mp4")`: a video of two seconds that was just brought home."""

    def bring(container: str = "mp4") -> Version:
        number = clip.jobs.count() + 1
        make_job(
            clip, teammate, number, state=State.FETCHING, handle=f"task_{number}",
            duration_seconds=2, next_at=timezone.now(),
        )  # fmt: skip
        lease, (job,) = claim(State.FETCHING, limit=1, seconds=60)
        folder = tmp_path / f"fetched{number}"
        folder.mkdir()
        video = media.make_video(folder / "video.mp4", container=container)
        fetching._keep(job, make_reel(video, ordered_seconds=2.0), lease)
        return Version.objects.get(job=job)

    return bring


@pytest.fixture
def fresh(home: Home) -> Version:
    return home()


@pytest.fixture
def due_again() -> Callable[[Version], None]:
    """`due_again(version)`: its waiting time is over."""

    def hurry(version: Version) -> None:
        Version.objects.filter(pk=version.pk).update(renditions_at=timezone.now())

    return hurry


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


def test_two_workers_do_not_make_the_same_twice(home: Home) -> None:
    first, second = home(), home()
    claimed = [deriving._claimed() for _ in range(3)]
    assert [version and version.pk for version in claimed] == [first.pk, second.pk, None]


def test_only_one_is_made_at_a_time_in_a_process(fresh: Version) -> None:
    with deriving._turn:
        assert deriving.derive_due() == 0
    assert deriving.derive_due() == 1


def test_the_next_one_is_made_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    nudges: list[str] = []
    monkeypatch.setattr(deriving, "nudge", nudges.append)
    home(), home()
    deriving.derive_due()
    assert nudges == ["derive_due"]
    deriving.derive_due()
    assert nudges == ["derive_due"], "there is nothing more to make"


def test_a_worker_whose_claim_has_passed_keeps_no_file(fresh: Version, tmp_path: Path) -> None:
    version = deriving._claimed()
    assert version
    Version.objects.filter(pk=fresh.pk).update(renditions_lease="somebody else's")
    kept = files_in(tmp_path / "media")
    deriving._derive(version)
    fresh.refresh_from_db()
    assert (fresh.renditions_lease, fresh.film_strip.name) == ("somebody else's", "")
    assert files_in(tmp_path / "media") == kept


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


def test_a_process_that_is_killed_loses_nothing(
    fresh: Version, monkeypatch: pytest.MonkeyPatch, due_again: Callable[[Version], None]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(deriving, "SECONDS_AT_LEAST", 0)
        patch.setattr(deriving, "SECONDS_PER_SECOND", 0)
        deriving.derive_due()
    fresh.refresh_from_db()
    assert "ended before it was done" in fresh.renditions_problem
    assert fresh.job.state == State.SUCCEEDED
    due_again(fresh)
    deriving.derive_due()
    fresh.refresh_from_db()
    assert fresh.review_copy


def test_a_worker_that_is_to_stop_ends_its_encoding_at_once_and_gives_the_version_back(
    fresh: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    begun = threading.Event()
    keep = deriving._keep

    def keep_and_tell(version: Version, made: apart.Made) -> None:
        keep(version, made)
        begun.set()

    monkeypatch.setattr(deriving, "_keep", keep_and_tell)
    monkeypatch.setattr(own_process, "_told", _one_line_then_silence)
    stopping = threading.Thread(
        target=lambda: begun.wait(60) and worker_shutting_down.send(sender="worker")
    )
    stopping.start()
    deriving.derive_due()
    stopping.join()
    fresh.refresh_from_db()
    assert (bool(fresh.film_strip), fresh.review_copy.name) == (True, "")
    assert (fresh.renditions_lease, fresh.renditions_tries) == ("", 0)
    assert fresh.renditions_problem == ""
    assert fresh.renditions_at and fresh.renditions_at <= clock.now(), "others may begin now"
    monkeypatch.setattr(own_process, "_told", TOLD)
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert fresh.review_copy.name == "", "not by this process, which is to stop"
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert fresh.review_copy.name


TOLD = own_process._told


def _one_line_then_silence(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The first thing that the child makes, and from then on only its end."""
    said = iter(lines)
    yield json.loads(next(said))
    for _ in said:
        """Whatever it makes before it is ended comes too late."""
    own_process._children.is_over.wait(60)
    yield from TOLD(said)


def test_a_worker_that_dies_gives_the_version_back(
    fresh: Version, due_again: Callable[[Version], None]
) -> None:
    died = deriving._claimed()
    assert died
    assert deriving.derive_due() == 0, "it may still be working"
    due_again(fresh)  # what the clock does after the claim
    assert deriving.derive_due() == 1


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
