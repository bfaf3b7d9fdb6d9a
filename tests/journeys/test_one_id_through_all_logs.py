"""From the click to the engine: one id in the logs of every process, and no secret in any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from studio.operations.processes import Processes
from tests.journeys.people import Creator
from tests.journeys.studios import Studio, environment_of

pytestmark = pytest.mark.journey
CLICK = "the-click-of-this-test"
#: Printed by Celery inside its signal handler, where no log can be written.
FAREWELL = "worker: Warm shutdown (MainProcess)"
OURS = ("web", "worker", "fetcher", "beat")


def lines_of(log: Path) -> list[dict[str, Any]]:
    """Each line parsed; a line that is no JSON fails the test and is shown."""
    written = [line for line in log.read_text().splitlines() if line.strip() not in ("", FAREWELL)]
    return [json.loads(line) if line.startswith("{") else pytest.fail(line) for line in written]


def test_one_id_leads_from_the_click_to_the_engine(browser: Browser, tmp_path: Path) -> None:
    environment = environment_of(tmp_path, LOG_FORMAT="json", SANDBOX_KEY="sk-seen-by-nobody")
    studio = Studio(environment["PUBLIC_URL"], environment["SANDBOX_URL"], environment)
    for command in ("migrate", "demo_organisation"):
        studio.manage(command)
    with Processes(env=environment, logs=tmp_path / "logs") as running:
        jonas = Creator(browser, studio, "jonas@demo.example")
        jonas.follow("Spring release")
        jonas.follow("Welcome to the spring release")
        jonas.page.set_extra_http_headers({"X-Request-ID": CLICK})
        jonas.generate(1)
        jonas.page.set_extra_http_headers({})
        jonas.watch_it_finish(1)
        logs = {name: running.log_file(name) for name in OURS}
    told = {name: lines_of(log) for name, log in logs.items()}

    (ordered,) = [line for line in told["web"] if line["event"] == "job moved"]
    assert ordered["request_id"] == CLICK
    job = {"job_id": ordered["job_id"], "account": "sandbox"}
    (call,) = [line for line in told["worker"] if line["event"] == "engine call"]
    assert call | job | {"request_id": CLICK, "method": "POST", "status": 200} == call
    moves = {
        name: [line["to_state"] for line in lines if line | job == line and "to_state" in line]
        for name, lines in told.items()
    }
    assert moves == {
        "web": ["queued"], "worker": ["submitting", "running", "fetching"],
        "fetcher": ["succeeded"], "beat": [],
    }  # fmt: skip
    inputs = [line["path"] for line in told["web"] if "/inputs/" in line.get("path", "")]
    assert inputs
    assert all(path.startswith("/inputs/[removed]/") for path in inputs)
    assert not [name for name, log in logs.items() if "sk-seen-by-nobody" in log.read_text()]
