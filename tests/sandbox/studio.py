"""Somebody whom the engine calls back."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.sandbox.engine import until


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
    """Wants to be called back: keeps what arrives, answers each of ``first``, then ``status``."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.first: list[int] = []
        self.status = 200
        studio = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                studio.received.append(Received(self.path, headers, body))
                self.send_response(studio.first.pop(0) if studio.first else studio.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callbacks/one"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> list[Received]:
        """The callbacks, once there are so many."""
        return until(lambda: list(self.received), lambda all_of_them: len(all_of_them) >= count)
