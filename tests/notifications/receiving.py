"""A real HTTP server that takes webhooks, or refuses them as a test says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.engines.loopback import Behaviour, Loopback, Seen, answer, serving


@dataclass
class Receiver:
    """Where it is, what it got, and how it answers from now on."""

    url: str
    server: Loopback
    behaviour: Behaviour = field(default_factory=answer)

    @property
    def got(self) -> list[Seen]:
        """The requests, oldest first."""
        return self.server.seen

    def answers(self, status: str, *, headers: str = "", body: bytes = b"") -> None:
        """From now on, this."""
        self.behaviour = answer(status, body, headers=headers)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listens on a free port until the block ends."""
    found: list[Receiver] = []

    def behave(connection: socket.socket, seen: Seen) -> None:
        found[0].behaviour(connection, seen)

    with serving(behave) as server:
        found.append(Receiver(server.url, server))
        yield found[0]
