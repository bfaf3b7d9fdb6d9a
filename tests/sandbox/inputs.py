"""A small web server that holds the inputs of orders, and the orders themselves."""

from __future__ import annotations

import wave
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.sandbox.engine import ROOT

DEMO = ROOT / "studio" / "operations" / "demo"
STANDARD = "kling-avatar-v2-standard"


class Quiet(SimpleHTTPRequestHandler):
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
