"""The whole time that one call may take. HTTP clients limit single waits only.

An engine that takes an order byte by byte, or lets its answer trickle, passes every such limit for
as long as it likes; and a paid call that does not end is counted as abandoned while it is still in
the air.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

#: Steps of a connection that end with a socket to talk through (httpcore's names for them).
_CONNECTED = (".connect_tcp.complete", ".start_tls.complete")


class Deadline:
    """Cuts the connection of one call when its time is over, wherever the call hangs.

    A context manager around the call; `watch` is what httpx takes as its `trace` extension.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, facts: Mapping[str, Any]) -> None:
        """Learn the connection as soon as it is there; once more when TLS has taken it over."""
        if event.endswith(_CONNECTED):
            self._socket = facts["return_value"].get_extra_info("socket")
            if self.passed:  # while it was being connected
                self._cut()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                # The plain socket's own: that of a TLS socket would first turn encryption off,
                # under the hands of whoever is writing.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
