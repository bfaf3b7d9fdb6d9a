"""Results arrive whole, once, proven, or not at all."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from jobs import costs, fetching, outcomes, polling, submission
from jobs.engines import http
from jobs.engines.base import Phase, Sighting
from jobs.leases import claim
from jobs.models import AvatarJob, LedgerEntry, State, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job
from tests.engine import SandboxEngine

Work = Callable[..., AvatarJob]


@pytest.fixture
def done(ordered: AvatarJob, work: Work) -> AvatarJob:
    """A job that the engine has finished and that nobody has fetched."""
    submission.submit_due()
    while ordered.state != State.FETCHING:
        polling.look_due()
        ordered.refresh_from_db()
    return ordered


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("truncated", "truncated"), ("not_a_video", "not_a_video"), ("server_error", "engine_down")],
)
def test_a_bad_download_keeps_nothing_and_is_tried_again(
    done: AvatarJob, engine: SandboxEngine, work: Work, tmp_path: Path,
    now_due: Callable[[AvatarJob], None], fault: str, code: str,
) -> None:  # fmt: skip
    kept = files_in(tmp_path / "media")
    engine.fault(fault, on="media", times=1)
    fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.FETCHING, code)
    assert files_in(tmp_path / "media") == kept
    assert files_in(tmp_path / "tmp") == []
    now_due(done)
    assert work(done, State.SUCCEEDED).version


def test_a_result_that_is_never_a_video_is_lost_and_stays_charged(
    done: AvatarJob, engine: SandboxEngine, now_due: Callable[[AvatarJob], None]
) -> None:
    engine.fault("not_a_video")
    for _ in range(fetching.TRIES_FOR_A_VIDEO):
        now_due(done)
        fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.LOST, "not_a_video")
    assert LedgerEntry.objects.filter(job=done).totals().spent == done.price_amount
    assert not Version.objects.exists()


def test_an_expired_address_is_lost_and_nothing_is_generated_again(
    done: AvatarJob, engine: SandboxEngine
) -> None:
    engine.fault("expired", status=403)
    fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.LOST, "result_gone")
    assert len(engine.accepted()) == 1


def test_success_without_an_address_is_lost_at_once(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    engine.fault("no_url")
    assert work(ordered, State.LOST).error_code == "no_address"


def test_a_full_disk_keeps_the_job_and_goes_on_when_there_is_room(
    done: AvatarJob, work: Work, tmp_path: Path, now_due: Callable[[AvatarJob], None]
) -> None:
    download = http.download

    def onto_a_full_disk(*args: Any, **options: Any) -> object:
        with no_room(bytes_=4_096):
            return download(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "download", onto_a_full_disk)
        fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.FETCHING, "storage")
    assert "make room" in done.error_message
    assert files_in(tmp_path / "tmp") == []
    now_due(done)
    assert work(done, State.SUCCEEDED).version


def test_a_result_without_room_on_the_disk_is_not_even_begun(
    done: AvatarJob, work: Work, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    now_due: Callable[[AvatarJob], None],
) -> None:  # fmt: skip
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=70_000_000))
        patch.setattr(http, "_write", pytest.fail)
        fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.FETCHING, "no_room")
    assert "has only 70 MB free: make room, and it is fetched by itself." in done.error_message
    now_due(done)
    assert work(done, State.SUCCEEDED).version


def test_a_worker_that_lost_its_lease_keeps_no_file(done: AvatarJob, tmp_path: Path) -> None:
    kept = files_in(tmp_path / "media")
    lease, (job,) = claim(State.FETCHING, limit=1, seconds=60)
    AvatarJob.objects.filter(pk=job.pk).update(lease="somebody else's")
    fetching._fetch(job, lease)
    job.refresh_from_db()
    assert (job.state, job.lease) == (State.FETCHING, "somebody else's")
    assert files_in(tmp_path / "media") == kept


def test_a_private_address_that_is_not_the_engines_is_refused(
    done: AvatarJob, live_server: Any
) -> None:
    AvatarJob.objects.filter(pk=done.pk).update(result_urls=[f"{live_server.url}/video.mp4"])
    fetching.fetch_due()
    done.refresh_from_db()
    assert done.state == State.LOST
    assert "localhost is a name for this machine" in done.error_message
    assert not Version.objects.exists()


def test_a_video_of_another_length_is_not_what_was_ordered(
    done: AvatarJob, now_due: Callable[[AvatarJob], None]
) -> None:
    AvatarJob.objects.filter(pk=done.pk).update(duration_seconds=30)
    for _ in range(fetching.TRIES_FOR_A_VIDEO):
        now_due(done)
        fetching.fetch_due()
    done.refresh_from_db()
    assert (done.state, done.error_code) == (State.LOST, "wrong_length")


def test_no_more_videos_than_allowed_are_brought_home_at_once(
    done: AvatarJob, settings: Any, work: Work
) -> None:
    settings.FETCHES_AT_ONCE = 1
    lease, _ = claim(State.FETCHING, limit=1, seconds=60)
    second = make_job(
        done.clip, done.requested_by, 2, state=State.FETCHING, handle="task_2",
        result_urls=done.result_urls,
    )  # fmt: skip
    assert fetching.fetch_due() == 0
    AvatarJob.objects.filter(lease=lease).update(lease="", leased_until=None)
    assert work(done, State.SUCCEEDED).version
    assert work(second, State.SUCCEEDED).version


def test_a_crowd_is_begun_at_once_and_each_end_begins_the_next(
    engine: SandboxEngine, clip: Clip, teammate: User, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.FETCHES_AT_ONCE = 3
    nudges: list[str] = []
    monkeypatch.setattr(outcomes, "nudge", nudges.append)
    monkeypatch.setattr(fetching, "nudge", nudges.append)
    crowd = [
        make_job(clip, teammate, number, state=State.RUNNING, handle=f"task_{number}", lease="ours")
        for number in range(1, 6)
    ]
    with transaction.atomic():
        for job in crowd:
            costs.hold(job, by=teammate)
    seen = Sighting(phase=Phase.SUCCEEDED, raw={}, result_urls=(f"{engine.url}/nothing.mp4",))
    assert outcomes.finish({job.pk: seen for job in crowd}, lease="ours") == 5
    assert nudges == ["fetch_due"] * 3, "one for each place"
    nudges.clear()
    monkeypatch.setattr(fetching, "TURN_SECONDS", 0)
    monkeypatch.setattr(fetching, "_fetch", lambda *_: None)  # it goes on and on
    assert [fetching.fetch_due() for _ in range(4)] == [1, 1, 1, 0], "there are three places"
    assert nudges.count("fetch_due") >= 2, "whoever comes calls the next while there is a place"
    AvatarJob.objects.filter(state=State.FETCHING).update(lease="", leased_until=None)
    monkeypatch.setattr(fetching, "TURN_SECONDS", 60)
    settings.FETCHES_AT_ONCE = 9
    assert fetching.fetch_due() == 5, "and goes on by itself while its turn lasts"


@contextmanager
def no_room(*, bytes_: int) -> Iterator[None]:
    """No file can grow past `bytes_`: the operating system refuses, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
