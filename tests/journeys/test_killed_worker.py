"""A real worker process is killed in the middle of the paid call. The engine counts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from jobs import ordering, paid_answers, settling
from jobs.models import LedgerEntry, State
from studio.clips.models import Clip
from studio.operations.processes import PROGRAMS, Processes
from studio.organisations.models import User
from tests.engine import SandboxEngine, running_engine


@pytest.fixture
def slow_engine(tmp_path: Path) -> Any:
    with running_engine(tmp_path / "engine") as engine:
        yield engine


def wait_for(happened: Callable[[], bool], what: str, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, what
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_never_pays_twice_and_a_person_can_settle(
    clip: Clip, teammate: User, slow_engine: SandboxEngine, live_server: Any, tmp_path: Path
) -> None:
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "SECRET_KEY": configured.SECRET_KEY,
        "SANDBOX_URL": slow_engine.url,
        "SANDBOX_KEY": slow_engine.key,
        "PUBLIC_URL": live_server.url,
        "POLL_SECONDS": "1",
        "SUBMIT_SECONDS": "600",  # on a busy machine too it is this test that gives up, not beat
    }
    workers = {name: PROGRAMS[name] for name in ("worker", "fetcher", "beat")}
    slow_engine.begin()
    slow_engine.fault("slow", on="submit", delay_seconds=20, times=1)
    job = ordering.order(clip, by=teammate)

    def state() -> str:
        job.refresh_from_db()
        return job.state

    with Processes(env=environment, logs=tmp_path / "logs", programs=workers) as running:
        wait_for(lambda: slow_engine.hits("slow") == 1, "the engine has the call")
        assert state() == State.SUBMITTING
        running.running["worker"].kill()
        running.running["worker"].wait(60)
    wait_for(lambda: len(slow_engine.accepted()) == 1, "the engine accepts without a listener")

    with Processes(env=environment, logs=tmp_path / "logs", programs=workers):
        time.sleep(6)  # several ticks of everything periodic
        assert state() == State.SUBMITTING
        paid_answers.give_up_abandoned(timezone.now() + paid_answers.abandoned_after())
        assert state() == State.UNKNOWN
        time.sleep(4)
        assert len(slow_engine.accepted()) == 1, "sent again"
        handle = slow_engine.accepted()[0]["task_id"]
        settling.it_exists(job, handle=handle, by=teammate, evidence="The engine lists it.")
        wait_for(lambda: state() == State.SUCCEEDED, "settled and fetched")
    totals = LedgerEntry.objects.filter(job=job).totals()
    assert (totals.held, totals.spent) == (Decimal(0), job.price_amount)
    assert len(slow_engine.accepted()) == 1
