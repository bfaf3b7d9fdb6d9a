"""A real Redis of its own on a free port, which keeps nothing."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.services.programs import answers, kept_ports, need, running


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Its address: redis://127.0.0.1:PORT/0."""
    server = need("redis-server", untested="Redis")
    (port,) = kept_ports(1)
    folder.mkdir(parents=True, exist_ok=True)
    where = ("--bind", "127.0.0.1", "--port", str(port), "--dir", folder)
    command = (server, *where, "--save", "", "--appendonly", "no")
    with running(command, log=folder / "log", ready=lambda: answers(port)):
        yield f"redis://127.0.0.1:{port}/0"
