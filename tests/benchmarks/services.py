"""The servers of one run, each started once; databases are copies of one that was migrated."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks import accounting
from tests.engine import KEY
from tests.journeys.studios import ROOT, environment_of
from tests.services.postgres import postgres
from tests.services.redis import redis

POSTGRES_AND_REDIS = "PostgreSQL, Redis"
SQLITE_AND_EMBEDDED = "SQLite, embedded broker"
POLL_SECONDS = 5
TEMPLATE = "migrated"
COMMON = {
    "SECRET_KEY": "only for the benchmark " * 3,
    "SANDBOX_KEY": KEY,
    "DEFAULT_ACCOUNT": "sandbox",  # whatever is configured here: this buys nothing
    "POLL_SECONDS": str(POLL_SECONDS),
}


@dataclass(slots=True)
class Services:
    """PostgreSQL and Redis with the processes that serve them, and a folder for everything else."""

    folder: Path
    postgres_url: str
    redis_url: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _is_migrated: bool = False

    def database_pids(self) -> list[int]:
        """The processes that serve rows and messages."""
        return [accounting.child_with(_port(url)) for url in (self.postgres_url, self.redis_url)]

    def fresh(self, services: str, **more: str) -> dict[str, str]:
        """An environment with an empty, migrated database and a folder of its own."""
        folder = self.folder / f"run{next(self._numbers)}"
        folder.mkdir()
        if services == SQLITE_AND_EMBEDDED:
            url = f"sqlite:///{folder / 'studio.sqlite3'}"
            environment = environment_of(folder, DATABASE_URL=url, **COMMON, **more)
            manage(environment, "migrate", "--verbosity", "0")
            return environment
        self._migrate_template()
        name = folder.name
        _sql(self.postgres_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        _flush(self.redis_url)
        servers = {"DATABASE_URL": f"{self.postgres_url}/{name}", "REDIS_URL": self.redis_url}
        return environment_of(folder, **COMMON, **servers, **more)

    def _migrate_template(self) -> None:
        if self._is_migrated:
            return
        _sql(self.postgres_url, f"CREATE DATABASE {TEMPLATE}")
        url = f"{self.postgres_url}/{TEMPLATE}"
        environment = environment_of(self.folder, DATABASE_URL=url, **COMMON)
        manage(environment, "migrate", "--verbosity", "0")
        self._is_migrated = True


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Services]:
    """The servers, until the block ends; `folder` is emptied of what the runs made."""
    with postgres() as postgres_url, redis(folder / "redis") as redis_url:
        yield Services(folder, postgres_url, redis_url)


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run `manage.py`; what it printed."""
    return run(environment, "manage.py", *arguments)


def run(environment: Mapping[str, str], *arguments: str) -> str:
    """Run Python on a script or module of the repository; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def remove(environment: Mapping[str, str]) -> None:
    """Free the disk of a run that is over."""
    shutil.rmtree(environment["DATA_DIR"], ignore_errors=True)


def _port(url: str) -> str:
    return str(urlsplit(url).port)


def _sql(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def _flush(url: str) -> None:
    import redis as client

    with client.Redis.from_url(url) as connection:
        connection.flushall()
