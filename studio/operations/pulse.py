"""The signs of life of this process, where it is a worker or beat.

A thread of its own gives them: a worker whose threads are all busy with long downloads is alive,
and one that cannot reach the database is not, whatever its broker says.
"""

from __future__ import annotations

import atexit
import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any

from celery.signals import beat_embedded_init, beat_init, worker_ready, worker_shutdown
from django.db import DatabaseError, connection

from jobs import heartbeats

log = logging.getLogger(__name__)


class Pulse:
    """Beats until it is stopped."""

    def __init__(self, name: str, role: str, queues: Sequence[str] = ()) -> None:
        self.name, self.role, self.queues = name, role, queues
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin; the first sign is given at once."""
        self._thread.start()

    def stop(self, *, wait_seconds: float = 5.0) -> None:
        """End, and take the row away: a process that stopped properly is not missed."""
        self._done.set()
        self._thread.join(wait_seconds)

    def _run(self) -> None:
        started = True
        while not self._done.is_set():
            if _quietly(heartbeats.beat, self.name, self.role, queues=self.queues, started=started):
                started = False
            self._done.wait(heartbeats.EVERY_SECONDS)
        _quietly(heartbeats.stopped, self.name)


def _quietly(act: Any, *arguments: Any, **more: Any) -> bool:
    """Whether it could be done. A database that is away says so in the work itself."""
    try:
        act(*arguments, **more)
    except DatabaseError as error:
        log.debug("No sign of life could be given: %s", error)
        return False
    else:
        return True
    finally:
        connection.close()


_mine: list[Pulse] = []


@worker_ready.connect
def begin_worker(sender: Any, **_: object) -> None:
    """A worker has begun to take work, or takes it again after its broker was away."""
    _begin(Pulse(sender.hostname, heartbeats.WORKER, sorted(sender.app.amqp.queues.consume_from)))


@beat_init.connect
@beat_embedded_init.connect
def begin_beat(**_: object) -> None:
    """The clock has begun to tick."""
    _begin(Pulse(f"beat@{socket.gethostname()}", heartbeats.BEAT))


@worker_shutdown.connect
@atexit.register  # beat has no signal for its end
def end(**_: object) -> None:
    """The process stops as it should."""
    while _mine:
        _mine.pop().stop()


def _begin(pulse: Pulse) -> None:
    if _mine:
        return
    _mine.append(pulse)
    pulse.start()
