"""A real HTTP server on 127.0.0.1 whose misbehaviour is written down byte by byte."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


type Behaviour = Callable[[socket.socket, Seen], None]


@dataclass
class Loopback:
    """The server's address and everything it was asked."""

    url: str
    port: int
    seen: list[Seen] = field(default_factory=list)


def answer(
    status: str = "200 OK",
    body: bytes = b"",
    *,
    headers: str = "",
    length: int | None = None,
) -> Behaviour:
    """Answer with these bytes; `length` lies about the body's length."""
    announced = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {announced}\r\n{headers}\r\n"

    def behave(connection: socket.socket, _: Seen) -> None:
        connection.sendall(head.encode() + body)

    return behave


def hang_up(_: socket.socket, __: Seen) -> None:
    """Take the request, then close without a word: a lost answer."""


@contextmanager
def serving(
    behaviour: Behaviour, host: str = "127.0.0.1", tls: Path | None = None
) -> Iterator[Loopback]:
    """Serve on a free port, one thread per connection, until the block ends.

    tls: a file with key and certificate, to serve https with.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
    if context and tls:
        context.load_cert_chain(tls)
    listener = socket.create_server((host, 0))
    port = listener.getsockname()[1]
    server = Loopback(url=f"http://{host}:{port}", port=port)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(10)
            stream = context.wrap_socket(connection, server_side=True) if context else connection
            with stream:
                seen = _read(stream)
                server.seen.append(seen)
                behaviour(stream, seen)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _read(connection: socket.socket) -> Seen:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _more(connection)
    method, path, _ = first.split(" ")
    return Seen(method, path, headers, body)


def _more(connection: socket.socket) -> bytes:
    if not (data := connection.recv(65536)):
        raise ConnectionError("the client closed early")
    return data


def make_certificate(folder: Path, name: str) -> Path:
    """A new key and a certificate of its own for `name`, both in one file."""
    path = folder / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    named = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(
        [*command.split(), *named, "-keyout", path, "-out", folder / "certificate.pem"],
        check=True,
        capture_output=True,
        timeout=30,
    )
    with path.open("ab") as both:
        both.write((folder / "certificate.pem").read_bytes())
    return path
