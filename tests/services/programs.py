"""Finding the programs that a test needs, and running them until the tests are over.

A missing program skips the test with one line; with REQUIRE_ALL=1 (as in .ci/run) it fails.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from studio.operations.processes import die_with_parent

#: Where Debian puts what is not meant for every user's PATH; the newest PostgreSQL first.
FURTHER_FOLDERS = (
    *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    *(Path("/usr/local/sbin"), Path("/usr/sbin"), Path("/sbin")),
)
MISSING = "not installed: "
STOP_SECONDS = 10.0


def find(*names: str) -> Path | None:
    """The first of `names` that is installed."""
    folders = os.pathsep.join([*map(str, FURTHER_FOLDERS), os.environ.get("PATH", os.defpath)])
    found = (shutil.which(name, path=folders) for name in names)
    return next((Path(path) for path in found if path), None)


def need(*names: str, untested: str) -> Path:
    """The program, or a skip (a failure with REQUIRE_ALL=1) that says what goes `untested`."""
    program = find(*names)
    if program is not None:
        return program
    sentence = f"{MISSING}{names[0]}; not tested: {untested}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def kept_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 for servers that start soon, or are killed and come back.

    They lie below those of outgoing connections, which might take one while its server is away;
    and each of the workers that run the tests has a share of its own, as a port that another one
    has chosen looks free until its server has started.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    lowest = 15_000 + worker % 8 * 2_000
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(lowest, lowest + 2_000)
        with contextlib.suppress(OSError):
            socket.create_server(("127.0.0.1", port)).close()
            if port not in ports:
                ports.append(port)
    return ports


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    (port,) = kept_ports(1)
    return port


def call(*command: str | Path, user: str | None = None, seconds: float = 180) -> str:
    """Runs a command to its end and returns what it printed; raises with its output."""
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed ({done.returncode}): {done.stderr}{done.stdout}")
    return done.stdout


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], object],
    user: str | None = None,
    end_by: signal.Signals = signal.SIGTERM,
    seconds: float = 180,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the foreground: ready when the block begins, gone after it."""
    with log.open("ab") as output:
        server = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            cwd="/",
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - even a killed test run leaves nothing
        )
    try:
        _wait(server, command[0], log=log, ready=ready, seconds=seconds)
        yield server
    finally:
        server.send_signal(end_by)
        try:
            server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(
    server: subprocess.Popen[bytes],
    name: str | Path,
    *,
    log: Path,
    ready: Callable[[], object],
    seconds: float,
) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
            raise RuntimeError(f"{name} did not get ready (exit code {server.poll()}):\n{tail}")
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
