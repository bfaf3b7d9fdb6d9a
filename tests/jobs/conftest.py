"""A real engine on loopback, and hands that do the workers' work one step at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from jobs import animatics, fetching, ordering, polling, submission
from jobs.leases import claim
from jobs.models import Animatic, AvatarJob, State, Version
from jobs.reels import make_reel
from jobs.sandbox.options import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from studio import engine_accounts
from studio.clips.models import Clip
from studio.env import Environment
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.conftest import make_job
from tests.engine import SandboxEngine, running_engine
from tests.jobs.calling import WEBHOOK_SECRET

type Configure = Callable[..., None]
type Home = Callable[..., Version]


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the engine keeps its own things, the keys of fal's webhooks too."""
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def engine_process(engine_folder: Path) -> Iterator[SandboxEngine]:
    with running_engine(engine_folder, webhook_secret=WEBHOOK_SECRET) as engine:
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
def configure(settings: Any) -> Configure:
    """`configure(KLING_KEY="…")`: these are the accounts of the environment, and no others."""

    def read(**variables: str) -> None:
        settings.ENGINE_ACCOUNTS = engine_accounts.read(Environment(variables))

    return read


@pytest.fixture
def kling(engine: SandboxEngine) -> dict[str, str]:
    """The variables of an account at Kling: the sandbox engine, which speaks its API too."""
    return {
        "KLING_URL": engine.url,
        "KLING_ACCESS_KEY": DEFAULT_ACCESS_KEY,
        "KLING_SECRET_KEY": DEFAULT_SECRET_KEY,
        "KLING_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }


@pytest.fixture
def fal(engine: SandboxEngine) -> dict[str, str]:
    """The same for fal."""
    return {"FAL_URL": engine.url, "FAL_KEY": engine.key}


@pytest.fixture
def kling_account(configure: Configure, kling: dict[str, str], project: Project) -> str:
    """The project pays by an account at Kling; its name."""
    configure(**kling)
    return _chosen(project, "kling")


@pytest.fixture
def fal_account(configure: Configure, fal: dict[str, str], project: Project) -> str:
    """The project pays by an account at fal; its name."""
    configure(**fal)
    return _chosen(project, "fal")


def _chosen(project: Project, account: str) -> str:
    project.engine_account = account
    project.save()
    return account


@pytest.fixture
def ordered(engine: SandboxEngine, clip: Clip, teammate: User) -> AvatarJob:
    """A job that was just ordered."""
    return ordering.order(clip, by=teammate)


@pytest.fixture
def work() -> Callable[..., AvatarJob]:
    """`work(job, State.SUCCEEDED)`: do what workers do until the job is there."""

    def until(job: AvatarJob, *wanted: State, seconds: float = 120) -> AvatarJob:
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


@pytest.fixture
def calling_account(request: pytest.FixtureRequest) -> str:
    """The account whose engine calls; Kling's unless the test names another."""
    name: str = request.getfixturevalue(f"{getattr(request, 'param', 'kling')}_account")
    return name


@pytest.fixture
def ordered_quietly(calling_account: str, clip: Clip, teammate: User, settings: Any) -> AvatarJob:
    """A job that would be looked at in an hour, if nobody called."""
    settings.POLL_SECONDS = 3600
    return ordering.order(clip, by=teammate)


@pytest.fixture
def running(ordered_quietly: AvatarJob, engine: SandboxEngine) -> AvatarJob:
    """It is at the engine, whose own calls are refused: only those of the test count."""
    engine.fault("callback_forged")
    if ordered_quietly.account == "fal":  # which calls at the end only
        engine.fault("slow_task", seconds=600)
    submission.submit_due()
    ordered_quietly.refresh_from_db()
    assert ordered_quietly.state == State.RUNNING
    return ordered_quietly


@pytest.fixture
def fal_key(engine_folder: Path) -> Path:
    """The file with the key that fal signs with here."""
    return engine_folder / "sandbox" / "webhook-ed25519"


@pytest.fixture
def asked(clip: Clip, teammate: User) -> Animatic:
    """An animatic of three seconds that waits to be drawn."""
    return animatics.draft(clip, by=teammate)[0]


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
    """A video that was just brought home; what follows it is still to be made."""
    return home()


@pytest.fixture
def due_again() -> Callable[[Version], None]:
    """`due_again(version)`: its waiting time is over."""

    def hurry(version: Version) -> None:
        Version.objects.filter(pk=version.pk).update(renditions_at=timezone.now())

    return hurry
