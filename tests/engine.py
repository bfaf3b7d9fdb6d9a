"""The sandbox engine as a real process beside the tests, and its own count of what was bought."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KEY = "sk-tests"


class SandboxEngine:
    """Talks to the running engine: switches faults, reads the bill."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = KEY
        self._accepted_before = 0

    def begin(self) -> None:
        """Forget the faults and what was bought so far."""
        self._ask("DELETE", "/sandbox/faults")
        self._accepted_before = len(self.bill()["tasks"])

    def fault(self, name: str, **values: Any) -> None:
        """Switch a fault on, as jobs/sandbox/faults.py lists them."""
        self._ask("POST", "/sandbox/faults", {"fault": name, **values})

    def hits(self, name: str) -> int:
        """How often the faults of this name have struck."""
        faults = self._ask("GET", "/sandbox/faults")
        return sum(fault["hits"] for fault in faults["faults"] if fault["fault"] == name)

    def clear(self) -> None:
        """Switch all faults off."""
        self._ask("DELETE", "/sandbox/faults")

    def bill(self) -> dict[str, Any]:
        """Everything the engine ever accepted."""
        answer: dict[str, Any] = self._ask("GET", "/sandbox/bill")
        return answer

    def accepted(self) -> list[dict[str, Any]]:
        """What it accepted since `begin`."""
        tasks: list[dict[str, Any]] = self.bill()["tasks"]
        return tasks[self._accepted_before :]

    def tasks(self) -> list[dict[str, Any]]:
        """Few facts of everything it ever accepted: cheap even for thousands."""
        rows: list[dict[str, Any]] = []
        while page := self._ask("GET", f"/sandbox/tasks?after={_last(rows)}&limit=5000")["tasks"]:
            rows += page
        return rows

    def seed(self, count: int, **values: Any) -> list[str]:
        """The ids of so many running tasks, made at once: see jobs/sandbox/seeding.py."""
        ids: list[str] = self._ask("POST", "/sandbox/seed", {"count": count, **values})["ids"]
        return ids

    def callbacks(self) -> list[dict[str, Any]]:
        """The last attempts to call back, with the status that was answered."""
        sent: list[dict[str, Any]] = self._ask("GET", "/sandbox/callbacks")["callbacks"]
        return sent

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")


def _last(rows: list[dict[str, Any]]) -> int:
    return int(rows[-1]["number"]) if rows else 0


@contextmanager
def running_engine(
    folder: Path, *, seconds: float | str = 0, film: str = "full", webhook_secret: str = ""
) -> Iterator[SandboxEngine]:
    """The engine as a process of its own; `seconds`: the least time a task takes, or a range.

    `webhook_secret` (whsec_ and base64) signs the callbacks that it sends as Kling.
    """
    command = [sys.executable, "-m", "jobs.sandbox", "--port", "0", "--key", KEY]
    environment = os.environ | {
        "DATA_DIR": str(folder),
        "SANDBOX_SECONDS": str(seconds),
        "SANDBOX_FILM": film,
        "SANDBOX_WEBHOOK_SECRET": webhook_secret,
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield SandboxEngine(address_of(process))
    finally:
        process.terminate()
        process.wait(60)
        if process.stdout:
            process.stdout.close()


def address_of(process: subprocess.Popen[str]) -> str:
    """Where it listens, as it says itself as soon as it does."""
    assert process.stdout
    has_spoken, _, _ = select.select([process.stdout], [], [], 120)
    said = process.stdout.readline() if has_spoken else ""
    found = re.search(r"http://\S+", said)
    assert found, f"the engine does not listen: {said!r}, exit code {process.poll()}"
    return found.group()
