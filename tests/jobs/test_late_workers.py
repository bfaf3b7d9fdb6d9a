"""A worker that was stopped and comes back late writes nothing, nor does one who was slower."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from jobs import clock, outcomes, polling, watched
from jobs.engines import looks
from jobs.engines.base import Phase, Sighting
from jobs.models import AvatarJob, EntryKind, JobEvent, LedgerEntry, Problem, State
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import (
    WEST,
    an_account,
    finished,
    rendering,
    states,
)

DONE = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
Limits = Callable[..., None]


@pytest.fixture
def west(engine: SandboxEngine, settings: Any) -> Limits:
    """`west(looks_per_minute=60)`: the account with these limits."""

    def configure(**limits: Any) -> None:
        settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, **limits)}

    configure()
    return configure


def paused_past_its_lease(jobs: Sequence[AvatarJob]) -> None:
    """What happens to a worker's leases while its process is stopped."""
    AvatarJob.objects.filter(pk__in=[job.pk for job in jobs]).update(
        leased_until=clock.now() - timedelta(seconds=1)
    )


@pytest.mark.parametrize("ending", ["running", "finished"])
def test_a_poller_stopped_past_its_lease_moves_nothing_when_it_goes_on(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any,
    monkeypatch: pytest.MonkeyPatch, ending: str,
) -> None:  # fmt: skip
    """It is stopped with the answers in its hand; meanwhile another poller does its work."""
    settings.POLL_SECONDS = 1000
    jobs = (rendering if ending == "running" else finished)(clip, engine, 10)
    look, seen = looks.look_many, list[Any]()

    def stopped_after_looking(*args: Any) -> Any:
        answers = look(*args)
        monkeypatch.setattr(looks, "look_many", look)
        paused_past_its_lease(jobs)
        assert polling.look_due() == 10  # the other one
        seen.extend(AvatarJob.objects.order_by("number").values())
        return answers

    monkeypatch.setattr(looks, "look_many", stopped_after_looking)
    polling.look_due()
    assert list(AvatarJob.objects.order_by("number").values()) == seen
    assert {row["looks"] for row in seen} == {1}
    if ending == "finished":
        assert LedgerEntry.objects.filter(kind=EntryKind.CHARGE).count() == 10
        assert JobEvent.objects.count() == 10


def test_writing_back_is_fenced_row_by_row(clip: Clip, engine: SandboxEngine, west: Limits) -> None:
    ours, passed_on = rendering(clip, engine, 2)
    lease, claimed = watched.claim(WEST, 10, clock.now())
    AvatarJob.objects.filter(pk=passed_on.pk).update(lease="another worker's")
    trouble = Problem("engine_down", "The engine does not answer.")
    again = [watched.Again(job, 60, 42, trouble) for job in claimed]
    watched.write_back(again, lease, clock.now())
    ours.refresh_from_db()
    passed_on.refresh_from_db()
    assert (ours.looks, ours.progress, ours.error_code, ours.lease) == (1, 42, "engine_down", "")
    assert (passed_on.looks, passed_on.progress, passed_on.error_code, passed_on.lease) == (
        0, None, "", "another worker's"
    )  # fmt: skip


def test_finishing_many_is_fenced_row_by_row(
    clip: Clip, engine: SandboxEngine, west: Limits
) -> None:
    ours, passed_on = rendering(clip, engine, 2)
    lease, claimed = watched.claim(WEST, 10, clock.now())
    AvatarJob.objects.filter(pk=passed_on.pk).update(lease="another worker's")
    assert outcomes.finish({job.pk: DONE for job in claimed}, lease=lease) == 1
    assert states([ours, passed_on]) == [State.FETCHING, State.RUNNING]
    assert LedgerEntry.objects.filter(kind=EntryKind.CHARGE).get().job_id == ours.pk
    failed = Sighting(phase=Phase.FAILED, failure_code="moderation")
    passed_on.refresh_from_db()
    assert not outcomes.end(passed_on, failed, lease=lease)
    assert not outcomes.let_go(passed_on, lease=lease)
    assert not outcomes.was_never_there(passed_on, lease=lease, grace=timedelta(0))
    assert states([passed_on]) == [State.RUNNING]
    assert LedgerEntry.objects.filter(job=passed_on).count() == 1


def test_a_person_who_was_faster_is_not_overwritten(
    clip: Clip, engine: SandboxEngine, west: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled at the engine while the look was on its way."""
    (job,) = rendering(clip, engine, 1)
    look = looks.look_many

    def cancelled_meanwhile(*args: Any) -> Any:
        AvatarJob.objects.get(pk=job.pk).advance(State.CANCELLED, cause="cancelled at the engine")
        return look(*args)

    monkeypatch.setattr(looks, "look_many", cancelled_meanwhile)
    polling.look_due()
    job.refresh_from_db()
    assert (job.state, job.looks) == (State.CANCELLED, 0)
