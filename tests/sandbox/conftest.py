"""A real sandbox engine on a free port, and a small web server that holds the inputs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.engine import Engine
from tests.sandbox.inputs import DEMO, Inputs, Quiet
from tests.sandbox.studio import Studio


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


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inputs]:
    folder = tmp_path_factory.mktemp("inputs")
    for source in [*DEMO.glob("*.jpg"), *DEMO.glob("*.mp3"), *DEMO.glob("*.m4a")]:
        (folder / source.name).symlink_to(source)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inputs = Inputs(folder, f"http://127.0.0.1:{server.server_address[1]}")
    inputs.picture("small.png", 320, 320)
    inputs.tone("short.wav", 2.0)
    yield inputs
    server.shutdown()
    server.server_close()
