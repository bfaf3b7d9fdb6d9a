"""/metrics: the page's figures for Prometheus, behind a token."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from jobs import accounts, heartbeats
from jobs.models import Problem, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.studio.operations.figures_material import a_job, ago, moved

TOKEN = "a long random text for the tests"


@pytest.fixture
def scraped(client: Client, settings: Any, db: None) -> Any:
    """`scraped()`: every sample by its name and labels."""
    settings.METRICS_TOKEN = TOKEN

    def scrape() -> dict[tuple[str, ...], float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return {
            (sample.name.removeprefix("understudy_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return scrape


def test_there_are_no_metrics_without_a_token_not_even_for_this_machine(
    client: Client, db: None
) -> None:
    answer = client.get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_only_the_token_opens_them(client: Client, settings: Any, db: None, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "understudy" not in answer.text


def test_nobody_keeps_a_copy(client: Client, settings: Any, db: None) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_idle_machine_is_measured_as_zero(scraped: Any) -> None:
    found = scraped()
    totals = ("queue_depth", "in_flight", "fetch_queue", "unsettled", "oldest_waiting_seconds")
    for name in (*totals, "animatics_waiting", "animatics_drawing"):
        assert found[(name,)] == 0
    assert found[("poll_lag_seconds", "0.95")] == 0
    assert found[("processes_alive", "worker")] == 0
    assert found[("account_paused", "sandbox")] == 0


def test_a_busy_machine_is_measured_as_the_page_shows_it(
    scraped: Any, clip: Clip, teammate: User
) -> None:
    a_job(clip, teammate, State.QUEUED, at=ago(minutes=5))
    a_job(clip, teammate, State.RUNNING, next_at=ago(seconds=40), error_code="engine_busy")
    a_job(clip, teammate, State.FETCHING)
    lost = a_job(clip, teammate, State.UNKNOWN)
    moved(lost, State.UNKNOWN, "connection_lost", ago(minutes=1))
    moved(lost, State.SUBMITTING, "sending", ago(seconds=1))
    accounts.pause("sandbox", Problem("no_credit", "No credit."))
    heartbeats.beat("worker@a", heartbeats.WORKER)
    heartbeats.beat("worker@b", heartbeats.WORKER)
    found = scraped()
    assert found[("queue_depth",)] == 1
    assert found[("in_flight",)] == 1
    assert found[("fetch_queue",)] == 1
    assert found[("unsettled",)] == 1
    assert found[("oldest_waiting_seconds",)] == pytest.approx(300, abs=30)
    assert found[("poll_lag_seconds", "1")] == pytest.approx(40, abs=20)
    assert found[("jobs", "sandbox", "running")] == 1
    assert found[("jobs", "sandbox", "lost")] == 0
    assert found[("account_paused", "sandbox")] == 1
    assert found[("account_sent_last_minute", "sandbox")] == 1
    assert found[("errors_last_hour", "connection_lost")] == 1
    assert found[("jobs_held_up", "engine_busy")] == 1
    assert found[("money_held", "USD")] == pytest.approx(4 * 0.168)
    assert found[("processes_alive", "worker")] == 2


def test_a_label_that_an_engine_chose_cannot_forge_a_line(
    scraped: Any, clip: Clip, teammate: User
) -> None:
    job = a_job(clip, teammate, State.FAILED)
    moved(job, State.FAILED, 'bad"} 1\nunderstudy_in_flight 99', ago(minutes=1))
    assert scraped()[("in_flight",)] == 0


def test_a_token_that_anybody_could_guess_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import studio.settings"],
        env={"METRICS_TOKEN": "short", "PATH": "", "DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "METRICS_TOKEN is too short" in done.stderr
