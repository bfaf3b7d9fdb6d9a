"""A whole studio as its people meet it: real processes, from one command or as in production."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from studio.operations.processes import PROGRAMS, Processes
from tests.services.programs import kept_ports

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 180
#: Nothing that configures the machine's own studio may reach the one under test.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "GATEWAY_", "KLING_", "FAL_", "DEFAULT_ACCOUNT", "S3_",
           "SANDBOX_", "PUBLIC_URL", "DATA_DIR", "SECRET_KEY", "EMAIL_URL", "DJANGO_", "REWRITER_",
           "PORT")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Studio:
    """Where a running studio answers, and how its commands are run."""

    url: str
    engine_url: str
    environment: Mapping[str, str]

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` with this studio's settings; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=dict(self.environment), capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def billed(self) -> list[Decimal]:
        """What the engine itself counts as bought, job by job."""
        with urllib.request.urlopen(f"{self.engine_url}/sandbox/bill", timeout=60) as answer:
            tasks = json.load(answer)["tasks"]
        return [Decimal(task["amount"]) for task in tasks if not task["refunded"]]


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """An environment with a data folder and ports of its own, and nothing of the machine's."""
    port, engine_port = kept_ports(2)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "SANDBOX_PORT": str(engine_port),
        "SANDBOX_URL": f"http://127.0.0.1:{engine_port}",
        "SANDBOX_SECONDS": "3",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "POLL_SECONDS": "1",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def _studio(environment: Mapping[str, str]) -> Studio:
    return Studio(environment["PUBLIC_URL"], environment["SANDBOX_URL"], environment)


@contextmanager
def embedded(folder: Path) -> Iterator[Studio]:
    """What `make run` starts: SQLite, local files, embedded broker; stopped as by Ctrl-C."""
    studio = _studio(environment_of(folder))
    log = (folder / "run.log").open("wb")
    command = [sys.executable, "manage.py", "run"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(studio.environment), stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_ready(studio, process, folder / "run.log")
        yield studio
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0, (folder / "run.log").read_text()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(90)
        log.close()


@contextmanager
def production(folder: Path, *, services: Mapping[str, str]) -> Iterator[Studio]:
    """The processes of the compose file with its settings, and two workers."""
    environment = environment_of(folder, SECRET_KEY="only for this test " * 3, **services)
    studio = _studio(environment)
    for command in ("migrate", "setup_storage", "demo_organisation"):
        studio.manage(command)
    second = replace(PROGRAMS["worker"], command=(*PROGRAMS["worker"].command, "-n", "second@%h"))
    with Processes(env=environment, logs=folder / "logs", programs={**PROGRAMS, "worker2": second}):
        yield studio


def _wait_until_ready(studio: Studio, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{studio.url}/health/ready", timeout=2).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        else:
            return
