"""A real engine on loopback, and hands that do the workers' work one step at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from jobs import fetching, ordering, polling, submission
from jobs.models import AvatarJob, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine, running_engine


@pytest.fixture(scope="session")
def engine_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxEngine]:
    with running_engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def engine(engine_process: SandboxEngine, settings: Any, live_server: Any) -> SandboxEngine:
    """The sandbox engine, without faults; it gets the inputs from this studio's own address."""
    engine_process.begin()
    settings.SANDBOX_URL = engine_process.url
    settings.SANDBOX_KEY = engine_process.key
    settings.PUBLIC_URL = live_server.url
    settings.POLL_SECONDS = 0.1
    return engine_process


@pytest.fixture
def ordered(engine: SandboxEngine, clip: Clip, teammate: User) -> AvatarJob:
    """A job that was just ordered."""
    return ordering.order(clip, by=teammate)


@pytest.fixture
def work() -> Callable[..., AvatarJob]:
    """`work(job, State.SUCCEEDED)`: do what workers do until the job is there."""

    def until(job: AvatarJob, *wanted: State, seconds: float = 40) -> AvatarJob:
        end = time.monotonic() + seconds
        while True:
            job.refresh_from_db()
            if job.state in wanted:
                return job
            assert time.monotonic() < end, f"still {job.state}: {job.error_message}"
            submission.submit_due()
            polling.look_due()
            fetching.fetch_due()
            time.sleep(0.05)

    return until


@pytest.fixture
def now_due() -> Callable[[AvatarJob], None]:
    """`now_due(job)`: its waiting time is over."""

    def hurry(job: AvatarJob) -> None:
        AvatarJob.objects.filter(pk=job.pk).update(next_at=timezone.now())

    return hurry
