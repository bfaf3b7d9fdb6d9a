"""A real sandbox engine on a free port, and a small web server that holds the inputs."""

from __future__ import annotations

import base64
import json
import re
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "studio" / "operations" / "demo"
KEY = "sk-test"
ACCESS_KEY, SECRET_KEY = "ak-test", "a-secret-key-of-more-than-32-characters"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of the webhooks").decode()
KLING = "/v1/videos/avatar/image2video"
FAL = "/fal-ai/kling-video/ai-avatar/v2"
STANDARD = "kling-avatar-v2-standard"


class Engine:
    """One running sandbox engine and the calls the tests make."""

    def __init__(self, folder: Path, *, seconds: float | str = 0, film: str = "full") -> None:
        command = [sys.executable, "-m", "jobs.sandbox", "--port", "0", "--key", KEY]
        command += ["--data-dir", str(folder), "--seconds", str(seconds), "--film", film]
        command += ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
        command += ["--webhook-secret", WEBHOOK_SECRET]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, said
        self.client = httpx.Client(
            base_url=found.group(), headers={"Authorization": f"Bearer {KEY}"}, timeout=20
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; returns how many seconds that took."""
        started = time.monotonic()
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(timeout=10)
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

    def end(self, task_id: str, within_seconds: float = 45) -> dict[str, Any]:
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


def until[T](look: Callable[[], T], enough: Callable[[T], bool], seconds: float = 45) -> T:
    """Look again and again until it is enough; returns what was seen last."""
    deadline = time.monotonic() + seconds
    while not enough(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return seen


@dataclass(frozen=True)
class Received:
    """One callback as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The body as JSON."""
        said: dict[str, Any] = json.loads(self.body)
        return said


class Studio:
    """Somebody who wants to be called back: keeps what arrives, answers ``status``."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.status = 200
        studio = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                studio.received.append(Received(self.path, headers, body))
                self.send_response(studio.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callbacks/one"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> list[Received]:
        """The callbacks, once there are so many."""
        return until(lambda: list(self.received), lambda all_of_them: len(all_of_them) >= count)


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.server.shutdown()
    studio.server.server_close()


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.stop()


@pytest.fixture
def engine(shared_engine: Engine) -> Iterator[Engine]:
    """The engine of this run, without faults."""
    yield shared_engine
    shared_engine.client.delete("/sandbox/faults")


@pytest.fixture
def start_engine(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Engines of a test's own, all on one data folder, stopped at its end."""
    started: list[Engine] = []

    def start(**options: Any) -> Engine:
        started.append(Engine(tmp_path / "data", **options))
        return started[-1]

    yield start
    for engine in started:
        if engine.process.poll() is None:
            engine.stop(signal.SIGKILL)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; /redirect/<file> answers 302 and /page/<file> calls the file a web page."""

    is_page = False

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path.startswith("/redirect/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/redirect"))
            self.end_headers()
            return
        if self.path.startswith("/page/"):
            self.path = self.path.removeprefix("/page")
            self.is_page = True
        super().do_GET()

    def guess_type(self, path: Any) -> str:
        """What the file is said to be."""
        return "text/html" if self.is_page else super().guess_type(path)


class Inputs:
    """Files at URLs."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder = folder
        self.base = base

    def url(self, name: str) -> str:
        """Where the engine finds this file."""
        return f"{self.base}/{name}"

    def picture(self, name: str, width: int, height: int) -> str:
        """A picture without a face; returns its URL."""
        ramp = np.linspace(0, 255, width * height * 3).reshape(height, width, 3).astype(np.uint8)
        ramp[:: max(1, height // 12)] = 255
        Image.fromarray(ramp).save(self.folder / name)
        return self.url(name)

    def tone(self, name: str, seconds: float, rate: int = 16_000) -> str:
        """Bursts of a tone as WAV; returns its URL."""
        at = np.arange(round(seconds * rate)) / rate
        sound = np.sin(2 * np.pi * 220 * at) * (np.sin(2 * np.pi * 1.5 * at) > 0) * 12_000
        with wave.open(str(self.folder / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(sound.astype("<i2").tobytes())
        return self.url(name)

    def order(self, **changes: Any) -> dict[str, Any]:
        """A small good order: a 320 x 320 picture and 2 s of tone."""
        order = {
            "model": STANDARD,
            "image_url": self.url("small.png"),
            "audio_url": self.url("short.wav"),
            "audio_duration_seconds": 2.0,
            "prompt": "presenter, static camera",
        }
        return {key: value for key, value in (order | changes).items() if value is not None}

    def kling_order(self, **changes: Any) -> dict[str, Any]:
        """The same order as Kling takes it."""
        order = {"image": self.url("small.png"), "sound_file": self.url("short.wav")}
        return {key: value for key, value in (order | changes).items() if value is not None}

    def fal_order(self, **changes: Any) -> dict[str, Any]:
        """The same order as fal takes it."""
        order = {"image_url": self.url("small.png"), "audio_url": self.url("short.wav")}
        return {key: value for key, value in (order | changes).items() if value is not None}


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inputs]:
    folder = tmp_path_factory.mktemp("inputs")
    for source in [*DEMO.glob("*.jpg"), *DEMO.glob("*.mp3"), *DEMO.glob("*.m4a")]:
        (folder / source.name).symlink_to(source)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inputs = Inputs(folder, f"http://127.0.0.1:{server.server_address[1]}")
    inputs.picture("small.png", 320, 320)
    inputs.tone("short.wav", 2.0)
    yield inputs
    server.shutdown()
    server.server_close()
