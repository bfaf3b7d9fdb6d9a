"""The addresses of the processes on this machine, chosen so that they disturb nobody."""

import contextlib
import fcntl
import os
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from studio.env import Environment, SettingsError

WEB_PORT = 8000
SANDBOX_PORT = 8765
TRIES = 20
HOST = "127.0.0.1"


class AlreadyRunning(Exception):
    """Another supervisor has this data folder; the message says who and what to do."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def choose_port(environment: Environment, name: str, usual: int) -> int:
    """The port asked for by `name`, or the first free one from `usual` on.

    Raises SettingsError when the port that was asked for is in use.
    """
    asked = environment.integer(name, 0, most=65_535)
    if asked:
        if not is_free(asked):
            raise SettingsError(f"{name} is {asked}, but that port is in use: choose another.")
        return asked
    near = (port for port in range(usual, usual + TRIES) if is_free(port))
    return next(near, None) or any_free_port()


def free_addresses(values: Mapping[str, str]) -> dict[str, str]:
    """`values` for the children: PORT, SANDBOX_PORT, PUBLIC_URL and SANDBOX_URL filled in."""
    environment = Environment(values)
    web = choose_port(environment, "PORT", WEB_PORT)
    sandbox = choose_port(environment, "SANDBOX_PORT", SANDBOX_PORT)
    return {
        **values,
        "PORT": str(web),
        "SANDBOX_PORT": str(sandbox),
        "PUBLIC_URL": environment.text("PUBLIC_URL", f"http://{HOST}:{web}"),
        "SANDBOX_URL": environment.text("SANDBOX_URL", f"http://{HOST}:{sandbox}"),
    }


def local_opener() -> urllib.request.OpenerDirector:
    """Opens addresses on this machine without a proxy that the environment may name."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def only_one(data_dir: Path, address: str) -> Iterator[None]:
    """Holds `data_dir` for this process; raises AlreadyRunning while another one holds it.

    The lock is the kernel's, so it ends with its process however that dies; the file says who.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, where = file.read().strip().partition(" ")
            raise AlreadyRunning(
                f"The studio already runs on {data_dir} as process {pid}, at {where}. Use that "
                f"one, or stop it with Ctrl-C there, or choose another folder with DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
