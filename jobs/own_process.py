"""Long work in a process of its own.

Encoding takes whole cores for longer than the video lasts. Apart, it yields to whoever sends, looks
and brings videos home; its memory is gone when it is done; and a codec that crashes takes no worker
along. Parent and child share nothing but the arguments and the lines that the child says.
"""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class BrokeOff(Exception):
    """The process ended before it was done: killed, crashed by its input, or out of time."""


class Stopped(BrokeOff):
    """It was ended because this process is to stop: nothing is wrong with its work."""


class Children:
    """The processes that work for this one."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self.is_over = threading.Event()

    def add(self, child: subprocess.Popen[str]) -> None:
        """One more; it is ended at once if this process is to stop."""
        self._running.add(child)
        if self.is_over.is_set():
            child.kill()

    def remove(self, child: subprocess.Popen[str]) -> None:
        """It has ended."""
        self._running.discard(child)

    def end(self) -> None:
        """Kill them all, and each that is begun from now on."""
        self.is_over.set()
        for child in list(self._running):
            child.kill()


_children = Children()


def end_all(**_: object) -> None:
    """This process is to stop: whoever waits for a child gets `Stopped`, and may give its work
    back to the others. May be called from a signal's handler."""
    _children.end()


@contextmanager
def told_by(module: str, *arguments: str, seconds: float) -> Iterator[Iterator[dict[str, Any]]]:
    """What `python -m <module> <arguments>` says, object by object; after the block it is gone.

    After `seconds` it is killed: what it says then ends, as it does when it ends by itself. Raises
    Stopped where it ends because this process is to stop.
    """
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout
        limit = threading.Timer(seconds, child.kill)
        limit.start()
        _children.add(child)
        try:
            yield _told(child.stdout)
        finally:
            limit.cancel()
            child.kill()
            _children.remove(child)


def _told(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield json.loads(line)
    if _children.is_over.is_set():
        raise Stopped


def say(**line: object) -> None:
    """In the child: tell the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def step_back(niceness: int, *, memory_bytes: int | None = None) -> None:
    """In the child: let others go first, take no more than `memory_bytes`, end with the parent."""
    os.nice(niceness)
    if memory_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """The parent holds our stdin open for as long as it lives."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(3)
