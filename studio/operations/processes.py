"""Several processes that live and die together: those of `manage.py run` and of the demo.

with Processes() as studio:  # all four, on free ports, ready when the block begins
    studio.watch()
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.conf import settings

from studio.embedded_broker import forget_messages
from studio.operations.ports import HOST, AlreadyRunning, free_addresses, local_opener, only_one


@dataclass(frozen=True, slots=True)
class Program:
    """How one process starts, and where it answers once it is ready (empty: nowhere).

    `{NAME}` in either stands for a value of the environment.
    """

    command: Sequence[str]
    ready_at: str = ""


def _worker(name: str, queues: str) -> Program:
    return Program(
        command=(
            *(sys.executable, "-m", "celery", "--quiet", "-A", "studio", "worker"),
            *("--queues", queues, "--hostname", f"{name}@%h"),
            *("--without-gossip", "--without-mingle"),
        )
    )


#: In the order in which they start. They stop in the opposite order, so that nobody loses what it
#: leans on: the worker is gone before the engine it talks to.
PROGRAMS: Mapping[str, Program] = {
    "sandbox": Program(
        command=(sys.executable, "-m", "jobs.sandbox"),
        ready_at="http://127.0.0.1:{SANDBOX_PORT}/",
    ),
    "web": Program(
        command=(
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", "{PORT}", "--log-config", "studio/web_log.json", "studio.wsgi:application"),
        ),
        ready_at="http://127.0.0.1:{PORT}/health/ready",
    ),
    "worker": _worker("worker", "machine,send,look"),
    "fetcher": _worker("fetcher", "fetch,renditions,animatics"),
    # Without a pid file: beat would leave celerybeat.pid in the working directory.
    "beat": Program(
        command=(
            *(sys.executable, "-m", "celery", "--quiet", "-A", "studio", "beat"),
            "--pidfile=",
        )
    ),
}
ROOT = Path(__file__).resolve().parent.parent.parent
LOG_KEPT_BYTES = 5_000_000
TAIL_LINES = 20
PR_SET_PDEATHSIG = 1


class ProcessDied(Exception):
    """A process ended by itself, or never got ready. `sentence` says which and why."""

    def __init__(self, sentence: str, last_lines: Sequence[str]) -> None:
        super().__init__("\n".join([sentence, *(f"  {line}" for line in last_lines)]))
        self.sentence = sentence
        self.last_lines = last_lines


class Processes:
    """A context manager: inside it the processes run and are ready, after it none is left.

    `names` picks from `programs`; each process gets `env` and nothing else, its own process group
    (a Ctrl-C in the terminal reaches only us) and its own file in `logs`. Without `env`, this
    process's environment with free ports; without `logs`, DATA_DIR/logs.
    """

    def __init__(
        self,
        names: Iterable[str] | None = None,
        *,
        env: Mapping[str, str] | None = None,
        logs: Path | None = None,
        programs: Mapping[str, Program] = PROGRAMS,
        ready_seconds: float = 90.0,
        stop_seconds: float = 15.0,
    ) -> None:
        chosen = programs.keys() if names is None else set(names)
        self.programs = {name: programs[name] for name in programs if name in chosen}
        self.env = {"PYTHONUNBUFFERED": "1", **(free_addresses(os.environ) if env is None else env)}
        self.logs = settings.DATA_DIR / "logs" if logs is None else logs
        self.ready_seconds = ready_seconds
        self.stop_seconds = stop_seconds
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Starts them all; raises ProcessDied when one ends or is not ready in time."""
        self.logs.mkdir(parents=True, exist_ok=True)
        if {"worker", "fetcher"} & self.programs.keys() and not settings.REDIS_URL:
            forget_messages(settings.BROKER_DIR / "messages")
        try:
            for name in self.programs:
                self._start(name)
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, name: str) -> None:
        command = [part.format_map(self.env) for part in self.programs[name].command]
        with self._fresh_log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - started before any thread
            )

    def log_file(self, name: str) -> Path:
        """Where the output of `name` goes."""
        return self.logs / f"{name}.log"

    def _fresh_log(self, name: str) -> Path:
        file = self.log_file(name)
        if file.exists() and file.stat().st_size > LOG_KEPT_BYTES:
            file.replace(file.with_suffix(".log.1"))
        return file

    def last_lines(self, name: str, count: int = TAIL_LINES) -> list[str]:
        """The last `count` lines that `name` wrote."""
        file = self.log_file(name)
        return file.read_text(errors="replace").splitlines()[-count:] if file.exists() else []

    def check(self) -> None:
        """Raises ProcessDied when one of them has ended."""
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
                raise ProcessDied(
                    f"The {name} process has stopped ({how}). Its last lines:",
                    self.last_lines(name),
                )

    def watch(self, every_seconds: float = 0.2) -> None:
        """Returns never: ends by ProcessDied, or by the KeyboardInterrupt of a signal."""
        while True:
            self.check()
            time.sleep(every_seconds)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.ready_seconds
        for name, program in self.programs.items():
            while program.ready_at:
                self.check()
                answer = _answer(program.ready_at.format_map(self.env))
                if answer.startswith(("2", "3", "4")):
                    break
                if time.monotonic() > deadline:
                    raise ProcessDied(
                        f"The {name} process was not ready after {self.ready_seconds:.0f} s "
                        f"(it answered: {answer}). Its last lines:",
                        self.last_lines(name),
                    )
                time.sleep(0.05)

    def stop(self) -> None:
        """Stops them in reverse order; after `stop_seconds`, or a second Ctrl-C, by force."""
        deadline = time.monotonic() + self.stop_seconds
        try:
            for process in reversed(self.running.values()):
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except KeyboardInterrupt:
            pass  # asked twice: no more waiting
        finally:
            for process in self.running.values():
                _kill_group(process)
            self.running.clear()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of the group: a hung leader, or children that outlived it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def die_with_parent() -> Callable[[], None] | None:
    """On Linux, lets the kernel end the process even when we are killed with SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answer(address: str) -> str:
    """The status of a GET, or the reason why there is none."""
    try:
        with local_opener().open(address, timeout=5) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(300).decode(errors='replace')}"
    except OSError as error:
        return f"nothing ({getattr(error, 'reason', error)})"


@contextlib.contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end the block as Ctrl-C does: by KeyboardInterrupt."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def borrowed_or_started() -> Iterator[Processes]:
    """The processes of a studio that already runs on DATA_DIR, or own ones for this block."""
    env = free_addresses(os.environ)
    with contextlib.ExitStack() as stack:
        names = None
        try:
            stack.enter_context(only_one(settings.DATA_DIR, f"http://{HOST}:{env['PORT']}"))
        except AlreadyRunning:
            names = ()
        yield stack.enter_context(Processes(names, env=env))
