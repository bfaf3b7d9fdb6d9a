"""A result as large as one likes, served without there being a file of that size."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PIECE = bytes(1 << 20)
#: Size field 1, name, and the true size in eight bytes.
_BOX_HEAD_BYTES = 16


@contextmanager
def big_result(video: Path, total_bytes: int) -> Iterator[str]:
    """The address of an MP4 of `total_bytes`: `video`, and after it a box that players skip."""
    whole = video.read_bytes()
    rest = total_bytes - len(whole)
    head = whole + struct.pack(">I4sQ", 1, b"free", rest)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4")
            self.send_header("Content-Length", str(total_bytes))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(head)
                for start in range(0, rest - _BOX_HEAD_BYTES, len(_PIECE)):
                    self.wfile.write(_PIECE[: rest - _BOX_HEAD_BYTES - start])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/result.mp4"
    finally:
        server.shutdown()
        server.server_close()


def peak_bytes(pid: int | str = "self") -> int:
    """The most memory that a process has held at once, since its start or `forget_peak`."""
    return _status_bytes(pid, "VmHWM")


def resident_bytes(pid: int | str = "self") -> int:
    """The memory that a process holds now."""
    return _status_bytes(pid, "VmRSS")


def forget_peak() -> None:
    """Let the peak of this process begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _status_bytes(pid: int | str, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
