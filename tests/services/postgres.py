"""A real PostgreSQL of its own, in a temporary folder on a free port: up in about a second."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.services.programs import call, kept_ports, need, running

# Nothing here has to survive a power cut, and nothing listens beside the one port.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Its address without a database name: postgres://studio@127.0.0.1:PORT."""
    initdb = need("initdb", untested="PostgreSQL")
    # PostgreSQL refuses to run as root, so root runs it as the user that Debian made for it. That
    # user may not look into pytest's own folders, hence one outside them.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if user:
        shutil.chown(folder, user)
    (port,) = kept_ports(1)
    data = folder / "data"
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [str(initdb.with_name("postgres")), "-D", str(data), "-p", str(port), *options]
    try:
        call(initdb, "-D", data, "-U", "studio", "-A", "trust", "-E", "UTF8", "-N", user=user)
        with running(
            command,
            log=folder / "log",
            ready=lambda: _lets_in(port),
            user=user,
            end_by=signal.SIGQUIT,
        ):
            yield f"postgres://studio@127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lets_in(port: int) -> bool:
    """Whether it takes connections: the port answers a little earlier."""
    address = f"postgres://studio@127.0.0.1:{port}/postgres"
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
