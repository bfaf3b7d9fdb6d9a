"""A studio of a run's own: its folder, its environment, its processes, and a template to copy."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from studio.operations.processes import PROGRAMS, ROOT, die_with_parent
from tests.campaign.stacks import Embedded, Stack, stack
from tests.campaign.supervisor import Part, Supervisor
from tests.engine import KEY, SandboxEngine
from tests.services.programs import call, kept_ports

#: Nothing else of this machine's environment reaches the studio.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
#: Calls that nobody finishes any more are known soon, and engine, looks and films are quick: a run
#: is to take well under a minute, and none of the promises depends on how long things take.
QUICK = {
    "SANDBOX_SECONDS": "1.5",
    "SANDBOX_FILM": "small",
    "POLL_SECONDS": "1",
    "SUBMIT_SECONDS": "4",
}
SERVING = ("sandbox", "web")


class Studio:
    """Everything a run knows of its studio. `folder` holds data/, engine/, logs/ and postgres/."""

    def __init__(
        self, stack_name: str, folder: Path, further: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.counts = folder / "counts.json"
        self.stack: Stack = stack(stack_name, folder)
        web_port, engine_port = kept_ports(2)
        environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **QUICK,
            **self.stack.environment(),
            "DATA_DIR": str(folder / "data"),
            "PORT": str(web_port),
            "PUBLIC_URL": f"http://127.0.0.1:{web_port}",
            "SANDBOX_PORT": str(engine_port),
            "SANDBOX_URL": f"http://127.0.0.1:{engine_port}",
            "SANDBOX_KEY": KEY,
            "PYTHONUNBUFFERED": "1",
        }
        # {NAME} in a further value stands for one of the values above.
        more = {name: text.format_map(environment) for name, text in (further or {}).items()}
        self.environment: Mapping[str, str] = {**environment, **more}
        self.engine = SandboxEngine(self.environment["SANDBOX_URL"])

    @property
    def disk(self) -> Path:
        """The folder that a small disk is mounted on: all data where the rows are files, too."""
        data = self.folder / "data"
        return data if isinstance(self.stack, Embedded) else data / "media"

    def supervisor(self, *further: str) -> Supervisor:
        """All parts, none started. `further` names second ones: "worker2" is another worker."""
        parts = {**self.stack.parts(), **{name: self._part(name) for name in PROGRAMS}}
        for name in further:
            parts[name] = self._second(name)
        parts["watch"] = Part(self._inside("watch", str(self.counts)))
        supervisor = Supervisor(parts, self.environment, self.logs)
        # The engine is somebody else's: it shares no folder, and no disk, with the studio.
        supervisor.env_of["sandbox"] = {"DATA_DIR": str(self.folder / "engine")}
        return supervisor

    def start(self, supervisor: Supervisor) -> None:
        """Start all parts, the servers first; back when web and engine answer."""
        servers = tuple(self.stack.parts())
        supervisor.start(*servers)
        supervisor.wait_until_ready(*servers)
        supervisor.start(*(name for name in supervisor.parts if name not in servers))
        supervisor.wait_until_ready(*SERVING)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py`; its output."""
        return self._call((sys.executable, "manage.py", *arguments))

    def inside(self, *arguments: str, given: str = "") -> str:
        """Run a command of `tests.campaign.inside` to its end; its output."""
        return self._call(self._inside(*arguments), given)

    def begin(
        self, *arguments: str, output: IO[bytes], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Begin a command of `tests.campaign.inside`; its words go to `output`."""
        return subprocess.Popen(
            self._inside(*arguments), cwd=ROOT, env={**self.environment, **environment},
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - there are no threads here
        )  # fmt: skip

    def _inside(self, *arguments: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "tests.campaign.inside", *arguments)

    def _call(self, command: tuple[str, ...], given: str = "") -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=dict(self.environment), input=given,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:])}: {done.stderr[-3000:]}")
        return done.stdout

    def _part(self, name: str) -> Part:
        program = PROGRAMS[name]
        command = tuple(part.format_map(self.environment) for part in program.command)
        return Part(command, ready=_asks(program.ready_at.format_map(self.environment)))

    def _second(self, name: str) -> Part:
        first = name.rstrip("0123456789")
        command = self._part(first).command
        if "worker" in command:  # two Celery workers on one machine need two names
            command = (*command, "-n", f"{name}@%h")
        if first == "beat":
            command = (*command, "-s", str(self.folder / name))
        return Part(command)


def _asks(address: str) -> Callable[[], Any]:
    """Whether a process answers there; true at once where it listens nowhere."""

    def answers() -> bool:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False
        return True

    return answers if address else lambda: True


def make_template(stack_name: str, folder: Path, *, jobs: int) -> None:
    """A studio that was never started, in `folder`: migrated, and with what `jobs` orders need."""
    folder.mkdir(parents=True)
    studio = Studio(stack_name, folder)
    studio.stack.make_database()
    with studio.supervisor() as supervisor:
        servers = tuple(studio.stack.parts())
        supervisor.start(*servers)
        supervisor.wait_until_ready(*servers)
        studio.manage("migrate", "--verbosity", "0")
        studio.inside("build", str(jobs))
        supervisor.terminate(*servers)


def copy_template(template: Path, folder: Path) -> None:
    """The template's files with their owners, into a folder that is there."""
    call("cp", "-a", f"{template}/.", folder)
