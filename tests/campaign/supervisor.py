"""A supervisor as systemd or docker are one: it starts what ended, and here it also kills."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from studio.operations.processes import ROOT, die_with_parent

READY_SECONDS = 90.0
#: How long a process may take for a graceful stop before it is ended by force.
GRACE_SECONDS = 40.0
#: A supervisor waits a moment before it starts something anew.
PAUSE_SECONDS = 0.3

#: A process that ends by itself more often than this in one run is broken.
MOST_ENDINGS = 40


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its command, when it is ready, whose it is, and what counts as its crash."""

    command: Sequence[str]
    ready: Callable[[], object] = lambda: True
    user: str | None = None
    crash_by: signal.Signals = signal.SIGKILL


class Supervisor:
    """A context manager: no process of it is left after the block."""

    def __init__(self, parts: Mapping[str, Part], env: Mapping[str, str], logs: Path) -> None:
        self.parts = dict(parts)
        self.env = dict(env)
        #: Further variables of one process, for instance another clock.
        self.env_of: dict[str, dict[str, str]] = {}
        self.logs = logs
        #: Who ended without being asked to, and how often.
        self.ended_by_itself: Counter[str] = Counter()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._expected: set[str] = set()
        self._down: set[str] = set()
        self._start_at: dict[str, float] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(list(self._running)):
            self._signal(name, self.parts[name].crash_by)
            self._running[name].wait()
        self._running.clear()

    def start(self, *names: str) -> None:
        """Start these parts and look after them from now on."""
        for name in names:
            self._down.discard(name)
            self._expected.discard(name)
            part = self.parts[name]
            with (self.logs / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    part.command,
                    cwd="/" if part.user else ROOT,
                    env=self.env | self.env_of.get(name, {}),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    user=part.user,
                    start_new_session=True,
                    preexec_fn=die_with_parent(),  # noqa: PLW1509 - there are no threads here
                )

    def wait_until_ready(self, *names: str) -> None:
        """Return once all of them answer. Raises RuntimeError with the end of the log."""
        until = time.monotonic() + READY_SECONDS
        for name in names:
            while not self.parts[name].ready():
                self.tend()
                if time.monotonic() > until:
                    raise RuntimeError(f"{name} did not get ready:\n{self.last_lines(name)}")
                time.sleep(0.05)

    def kill(self, name: str, *, stay_down: bool = False) -> None:
        """Crash it, with everything in its group; it comes back unless it is to `stay_down`."""
        if stay_down:
            self._down.add(name)
        self._expected.add(name)
        self._signal(name, self.parts[name].crash_by)
        self._running[name].wait()

    def terminate(self, *names: str) -> None:
        """SIGTERM to the whole group of each, all at once; back when all are gone, to stay down.

        Raises RuntimeError if one does not stop within GRACE_SECONDS: that was not graceful.
        """
        for name in names:
            self._down.add(name)
            self._expected.add(name)
            self._signal(name, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for name in names:
            try:
                self._running[name].wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                lines = self.last_lines(name)
                raise RuntimeError(f"{name} did not stop on SIGTERM:\n{lines}") from None

    def tend(self) -> None:
        """Start again what has ended, a moment after it did."""
        now = time.monotonic()
        for name, process in self._running.items():
            if process.poll() is None or name in self._down:
                continue
            if name not in self._start_at:
                self._start_at[name] = now + PAUSE_SECONDS
                if name not in self._expected:
                    self._ended_by_itself(name)
            elif now >= self._start_at[name]:
                del self._start_at[name]
                self.start(name)

    def _ended_by_itself(self, name: str) -> None:
        self.ended_by_itself[name] += 1
        if self.ended_by_itself[name] > MOST_ENDINGS:
            raise RuntimeError(f"{name} does not stay up:\n{self.last_lines(name)}")

    def last_lines(self, name: str, count: int = 20) -> str:
        """The end of what it wrote."""
        file = self.logs / f"{name}.log"
        lines = file.read_text(errors="replace").splitlines() if file.exists() else []
        return "\n".join(lines[-count:])

    def _signal(self, name: str, number: signal.Signals) -> None:
        process = self._running[name]
        if process.poll() is None:  # its number may belong to somebody else by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
