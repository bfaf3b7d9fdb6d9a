"""When passes of looking begin: as rarely as may be, and no job waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs import clock, passes, polling, slow_engines
from jobs.models import AvatarJob
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import (
    all_at_once,
    an_account,
    move_time,
    queue,
    run_at_engine,
)
from tests.jobs.crowds import (
    rendering as rendered,
)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What each pass saw, as it was."""
    seen: list[int] = []
    look_due = polling.look_due

    def look() -> int:
        seen.append(look_due())
        return seen[-1]

    monkeypatch.setattr(polling, "look_due", look)
    return seen


@pytest.fixture
def rendering(clip: Clip, engine: SandboxEngine) -> AvatarJob:
    """A job that renders for an hour."""
    (job,) = queue(clip, 1)
    run_at_engine([job], engine.seed(1, seconds=3600))
    return job


def seconds_of(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_all_threads_of_a_process_share_one_beat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[float] = []

    def busy() -> int:
        begun.append(time.monotonic())
        return 1

    monkeypatch.setattr(polling, "look_due", busy)
    took = seconds_of(lambda: all_at_once(lambda: passes.look_for(1.2), 3))
    assert len(begun) <= took / passes.PASS_SECONDS + 1


@pytest.mark.django_db
def test_full_passes_follow_one_another_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [polling.BATCH] * 40
    monkeypatch.setattr(polling, "look_due", lambda: left.pop() if left else 0)
    assert seconds_of(lambda: passes.look_for(60)) < 18, "not half a second for each"
    assert not left


def test_a_worker_sleeps_until_the_next_job_is_due(
    rendering: AvatarJob, passed: list[int], settings: Any
) -> None:
    settings.POLL_SECONDS = 3600
    due_at = clock.now() + timedelta(seconds=2)
    move_time([rendering], due_at)
    passes.look_for(3)
    assert sum(passed) == 1
    assert len(passed) <= 4, "one that found nothing, one that looked, one at the end"
    rendering.refresh_from_db()
    assert rendering.looks == 1


def test_one_thread_sleeps_and_the_other_is_free_for_a_nudge(
    rendering: AvatarJob, passed: list[int]
) -> None:
    move_time([rendering], clock.now() + timedelta(hours=1))
    with passes._asleep:
        assert passes.look_for(60) == 0
    assert passed == [0]


def test_where_nothing_is_watched_nobody_stays(clip: Clip, passed: list[int]) -> None:
    assert seconds_of(lambda: passes.look_for(60)) < 30
    assert passed == [0]


def test_a_pass_that_finds_nothing_costs_one_question_however_many_accounts_there_are(
    rendering: AvatarJob, configure: Callable[..., None], kling: dict[str, str], fal: dict[str, str]
) -> None:
    configure(**kling, **fal)
    move_time([rendering], clock.now() + timedelta(hours=1))
    with CaptureQueriesContext(connection) as asked:
        assert polling.look_due() == 0
    about_rows = [one for one in asked.captured_queries if "avatarjob" in one["sql"]]
    assert len(about_rows) == 1
    assert len(asked) <= 2, "the time, on PostgreSQL"


def test_a_pass_asks_for_the_time_once(rendering: AvatarJob, settings: Any) -> None:
    settings.POLL_SECONDS = 3600
    polling.look_due()  # what is remembered of the engine's pace is there now
    move_time([rendering], clock.now())
    with CaptureQueriesContext(connection) as asked:
        assert polling.look_due() == 1
    times = [one for one in asked.captured_queries if "clock_timestamp" in one["sql"]]
    assert len(times) == (1 if connection.vendor == "postgresql" else 0)
    assert len(asked) - len(times) <= 8


def test_an_engine_that_lets_one_wait_holds_up_one_thread_and_no_other_account(
    clip: Clip, engine: SandboxEngine, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENGINE_ACCOUNTS = {name: an_account(name, engine) for name in ("hung", "quick")}
    for account in ("hung", "quick"):
        AvatarJob.objects.filter(pk__in=[job.pk for job in rendered(clip, engine, 3)]).update(
            account=account
        )
    begun, may_end, asked = threading.Event(), threading.Event(), list[str]()
    look_at = polling._look_at

    def slowly(account: str, jobs: Any, lease: str, passing: clock.Running) -> None:
        asked.append(account)
        if account == "hung":
            begun.set()
            may_end.wait(30)
        look_at(account, jobs, lease, passing)

    monkeypatch.setattr(polling, "_slow", slow_engines.SlowEngines())
    monkeypatch.setattr(slow_engines, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(polling, "_look_at", slowly)
    may_end.set()
    polling.look_due(limit=1)  # now it is known to be slow
    asked.clear()
    begun.clear()
    may_end.clear()
    waiting = threading.Thread(target=lambda: all_at_once(lambda: polling.look_due(limit=1), 1))
    waiting.start()
    try:
        assert begun.wait(30)
        polling.look_due(limit=1)
        assert asked == ["hung", "quick"]
    finally:
        may_end.set()
        waiting.join(60)
    assert asked == ["hung", "quick", "quick"]


def test_an_engine_that_answers_again_is_looked_at_by_all_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engines = slow_engines.SlowEngines()
    monkeypatch.setattr(slow_engines, "SLOW_SECONDS", 0.0)
    with engines.visit("west"):
        pass
    monkeypatch.setattr(slow_engines, "SLOW_SECONDS", 60.0)
    with engines.visit("west") as first, engines.visit("west") as second:
        assert (first, second) == (True, False)
    with engines.visit("west") as first, engines.visit("west") as second:
        assert (first, second) == (True, True)
