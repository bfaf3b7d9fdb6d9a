"""The doctor at real studios: a healthy one, one with dead processes, one without its servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.operations.processes import PROGRAMS, ROOT, Processes
from tests.journeys.studios import environment_of, production
from tests.services.ceph import S3
from tests.services.programs import free_port
from tests.studio.operations.examined import doctor, wrong

type Checks = dict[str, dict[str, Any]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return environment_of(tmp_path / "data")


def migrate(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def started(environment: dict[str, str], tmp_path: Path) -> Processes:
    (tmp_path / "data").mkdir()
    migrate(environment)
    return Processes(env=environment, logs=tmp_path / "logs")


def kill(studio: Processes, name: str) -> None:
    """Dead at once with its children, as by kill -9; no longer watched by the supervisor."""
    process = studio.running.pop(name)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stop(studio: Processes, name: str) -> None:
    """Stopped as it should be."""
    process = studio.running.pop(name)
    process.terminate()
    process.wait(90)


def told(environment: dict[str, str], is_right: Callable[[Checks], bool]) -> tuple[int, Checks]:
    """The doctor's code and checks, asked anew while a busy machine makes another one wait."""
    for _ in range(5):
        code, checks = doctor(environment)
        if is_right(checks):
            break
    return code, checks


def settled(environment: dict[str, str]) -> dict[str, str]:
    """What is wrong with a studio that has had a moment to give its first signs of life."""
    return wrong(told(environment, lambda checks: not wrong(checks))[1])


def test_an_embedded_studio_is_well_until_its_processes_die(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert set(PROGRAMS) == {"sandbox", "web", "worker", "fetcher", "beat"}
    with started(environment, tmp_path) as studio:
        assert settled(environment) == {}
        for name in ("beat", "sandbox", "web"):
            kill(studio, name)
        stop(studio, "worker")
        code, checks = told(environment, lambda checks: checks["broker"]["level"] == "ok")
    assert code == 1
    assert wrong(checks).items() >= dict.fromkeys(
        ("worker: machine", "worker: send", "worker: look", "ticks", "engine: sandbox",
         "public address: web", "storage: public get"), "problem",
    ).items()  # fmt: skip
    assert "-Q machine,send,look --hostname" in checks["worker: send"]["fix"]
    assert checks["worker: fetch"]["found"].startswith("Served by fetcher@")
    assert checks["storage"]["level"] == checks["broker"]["level"] == "ok"


def test_a_production_studio_is_well(
    tmp_path: Path, postgres_url: str, redis_url: str, s3: S3
) -> None:
    services = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, **s3.environment}
    (tmp_path / "data").mkdir()
    with production(tmp_path / "data", services=services) as studio:
        environment = dict(studio.environment)
        assert settled(environment) == {}
        _, checks = doctor(environment)
        assert checks["database"]["found"].startswith("PostgreSQL")
        assert checks["broker"]["found"].startswith("Redis at 127.0.0.1:")
        assert checks["storage"]["found"] == f"A file was put into the bucket {s3.bucket}."
        assert "storage: HEAD" not in checks, "a presigned address answers GET only"
        environment["S3_SECRET_KEY"] = "wrong"
        code, checks = told(environment, lambda checks: wrong(checks) == {"storage": "problem"})
        assert (code, wrong(checks)) == (1, {"storage": "problem"})


@pytest.fixture
def without_servers(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The settings of a production whose servers are all away."""
    (tmp_path / "data").mkdir()
    here = "127.0.0.1:{}"
    return environment | {
        "SECRET_KEY": "only for this test " * 3,
        "DATABASE_URL": f"postgres://studio:secret-word@{here.format(free_port())}/studio",
        "REDIS_URL": f"redis://:secret-word@{here.format(free_port())}/0",
    }


def test_servers_that_are_away_are_named_each_and_no_password_is(
    without_servers: dict[str, str],
) -> None:
    code, checks = doctor(without_servers)
    assert code == 1
    assert wrong(checks).items() >= {"database": "problem", "broker": "problem"}.items()
    assert checks["disk: data"]["level"] == "ok", "the other checks still help"
    assert "secret-word" not in str(checks)
