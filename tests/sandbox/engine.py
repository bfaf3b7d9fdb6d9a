"""A running sandbox engine, and the calls that the tests make to it."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.engine import address_of

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-test"
ACCESS_KEY, SECRET_KEY = "ak-test", "a-secret-key-of-more-than-32-characters"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of the webhooks").decode()
KLING = "/v1/videos/avatar/image2video"
FAL = "/fal-ai/kling-video/ai-avatar/v2"
#: Asks as a stranger does: without a key, and on a connection of its own each time.
anyone = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))


class Engine:
    """One running sandbox engine and the calls the tests make."""

    def __init__(self, folder: Path, *, seconds: float | str = 0, film: str = "full") -> None:
        command = [sys.executable, "-m", "jobs.sandbox", "--port", "0", "--key", KEY]
        command += ["--data-dir", str(folder), "--seconds", str(seconds), "--film", film]
        command += ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
        command += ["--webhook-secret", WEBHOOK_SECRET]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.client = httpx.Client(
            base_url=address_of(self.process),
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=60,
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; returns how many seconds that took."""
        started = time.monotonic()
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        assert self.process.stdout
        self.process.stdout.close()
        return time.monotonic() - started

    def submit(self, order: dict[str, Any]) -> httpx.Response:
        """POST the order."""
        return self.client.post("/v1/video/generations", json=order)

    def accepted(self, order: dict[str, Any]) -> str:
        """POST the order, which must be accepted; returns the task's id."""
        answer = self.submit(order)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["task_id"])

    def read(self, task_id: str) -> httpx.Response:
        """GET the task."""
        return self.client.get(f"/v1/video/generations/{task_id}")

    def end(self, task_id: str, within_seconds: float = 120) -> dict[str, Any]:
        """Read the task until it has ended."""
        deadline = time.monotonic() + within_seconds
        while time.monotonic() < deadline:
            seen: dict[str, Any] = self.read(task_id).json()
            if seen["status"] in ("completed", "failed"):
                return seen
            time.sleep(0.05)
        raise AssertionError(f"{task_id} did not end within {within_seconds} s: {seen}")

    def kling(self, order: dict[str, Any]) -> httpx.Response:
        """POST an order as Kling takes it."""
        return self.client.post(KLING, json=order)

    def kling_read(self, task_id: str) -> dict[str, Any]:
        """The task as Kling shows it."""
        seen: dict[str, Any] = self.client.get(f"{KLING}/{task_id}").json()["data"]
        return seen

    def kling_end(self, task_id: str) -> dict[str, Any]:
        """Read a task of Kling's API until it has ended."""
        return until(
            lambda: self.kling_read(task_id), lambda it: it["task_status"] in ("succeed", "failed")
        )

    def fal(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Ask fal's API."""
        return self.client.request(method, url, headers={"Authorization": f"Key {KEY}"}, **more)

    def fal_end(self, accepted: dict[str, Any]) -> dict[str, Any]:
        """Read the status of a request of fal's until it is completed."""
        return until(
            lambda: self.fal("GET", accepted["status_url"]).json(),
            lambda it: it["status"] == "COMPLETED",
        )

    def bill_of(self, task_id: str) -> dict[str, Any]:
        """One line of the bill."""
        return next(row for row in self.bill()["tasks"] if row["task_id"] == task_id)

    def fault(self, **wanted: Any) -> None:
        """Switch a fault on."""
        answer = self.client.post("/sandbox/faults", json=wanted)
        assert answer.status_code == 200, answer.text

    def bill(self) -> dict[str, Any]:
        """The engine's own count."""
        bill: dict[str, Any] = self.client.get("/sandbox/bill").json()
        return bill


def until[T](look: Callable[[], T], enough: Callable[[T], bool], seconds: float = 120) -> T:
    """Look again and again until it is enough; returns what was seen last."""
    deadline = time.monotonic() + seconds
    while not enough(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return seen
