"""The two sets of services a studio runs on, as parts that can be killed, held down and emptied."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from studio.embedded_broker import forget_messages
from tests.campaign.supervisor import Part, Supervisor
from tests.services.postgres import SETTINGS
from tests.services.programs import answers, call, find, kept_ports

EMBEDDED, SERVERS = "SQLite, embedded broker", "PostgreSQL, Redis"
#: A studio whose database forgets commits when it is killed could not promise anything.
KEPT = SETTINGS | {"synchronous_commit": "on", "max_connections": "200"}


@dataclass(frozen=True, slots=True)
class Embedded:
    """SQLite and the broker of messages in a folder: there is nothing of them to start."""

    folder: Path
    name: str = EMBEDDED

    def environment(self) -> dict[str, str]:
        """What the studio's processes need to know."""
        return {}

    def parts(self) -> dict[str, Part]:
        """The servers of this stack."""
        return {}

    def make_database(self) -> None:
        """SQLite makes its file by itself."""

    def empty_broker(self, supervisor: Supervisor) -> None:
        """Every message is gone."""
        forget_messages(self.folder / "data" / "broker" / "messages")


class Servers:
    """PostgreSQL and Redis of this run's own. `folder`/postgres is PostgreSQL's data."""

    name = SERVERS

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database_port, self.broker_port = kept_ports(2)

    def environment(self) -> dict[str, str]:
        """What the studio's processes need to know."""
        return {
            "DATABASE_URL": f"postgres://studio@127.0.0.1:{self.database_port}/studio",
            "REDIS_URL": f"redis://127.0.0.1:{self.broker_port}/0",
            "SECRET_KEY": "only for this campaign " * 3,
        }

    def parts(self) -> dict[str, Part]:
        """The servers of this stack."""
        options = [f"-c{name}={value}" for name, value in KEPT.items()]
        redis = (_program("redis-server"), "--bind", "127.0.0.1", "--port", str(self.broker_port))
        return {
            "database": Part(
                (str(Path(_program("initdb")).with_name("postgres")),
                 *("-D", str(self._data), "-p", str(self.database_port), *options)),
                ready=self._database_is_ready,
                user=database_user(),
                # What a crash is for PostgreSQL: no checkpoint, connections cut, recovery at start.
                crash_by=signal.SIGQUIT,
            ),
            "broker": Part(
                (*redis, "--dir", str(self.folder), "--save", "", "--appendonly", "no"),
                ready=lambda: answers(self.broker_port),
            ),
        }  # fmt: skip

    def _database_is_ready(self) -> bool:
        """The port answers before the server takes connections: after a crash it recovers first."""
        ask = (Path(_program("initdb")).with_name("pg_isready"), "-h", "127.0.0.1")
        return not subprocess.run(
            [*ask, "-p", str(self.database_port), "-U", "studio"], stdout=subprocess.DEVNULL,
            check=False,
        ).returncode  # fmt: skip

    @property
    def _data(self) -> Path:
        return self.folder / "postgres"

    def make_database(self) -> None:
        """A cluster with an empty database `studio`; its server is not left running."""
        user = database_user()
        self._data.mkdir(mode=0o700)
        own(self._data, user)
        initdb = Path(_program("initdb"))
        call(initdb, "-D", self._data, "-U", "studio", "-A", "trust", "-E", "UTF8", "-N", user=user)
        parts = {"database": self.parts()["database"]}
        with Supervisor(parts, {}, self.folder / "logs") as supervisor:
            supervisor.start("database")
            supervisor.wait_until_ready("database")
            address = ("-h", "127.0.0.1", "-p", str(self.database_port), "-U", "studio")
            call(initdb.with_name("createdb"), *address, "studio")
            supervisor.terminate("database")

    def empty_broker(self, supervisor: Supervisor) -> None:
        """Redis keeps nothing, so killing it empties it; the supervisor starts it again."""
        supervisor.kill("broker")


Stack = Embedded | Servers


def stack(name: str, folder: Path) -> Stack:
    """The stack called `name`, with its files in `folder`."""
    return Embedded(folder) if name == EMBEDDED else Servers(folder)


def missing(name: str) -> str:
    """Which program keeps this stack from running here; empty if it can."""
    programs = ("initdb", "redis-server") if name == SERVERS else ()
    return ", ".join(program for program in programs if find(program) is None)


def database_user() -> str | None:
    """PostgreSQL refuses to run as root, so root runs it as the user that Debian made for it."""
    return "postgres" if os.geteuid() == 0 else None


def own(folder: Path, user: str | None) -> None:
    """Give a folder with everything in it to the user; without one, nothing happens."""
    if user:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)


def _program(name: str) -> str:
    return str(find(name) or sys.exit(f"{name} is not installed"))
