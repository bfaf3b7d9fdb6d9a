"""When the passes of looking begin: as often as there is something to see, and not more often.

A pass for a few costs as much as one for many, so all threads of a process share one beat; and
where nothing is due, one of them sleeps until something is.
"""

from __future__ import annotations

import threading
import time

from jobs import clock, polling, watched

#: Passes that do not follow one another at once begin so far apart.
PASS_SECONDS = 0.5


class Turns:
    """The moments at which passes of this process begin, whichever of its threads makes them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for the next moment that no other thread waits for."""
        with self._lock:
            at = max(time.monotonic(), self._next)
            self._next = at + PASS_SECONDS
        time.sleep(max(0.0, at - time.monotonic()))


_turns = Turns()
_asleep = threading.Lock()


def look_for(seconds: float) -> int:
    """Look at what becomes due during so many seconds; how many looks that were.

    One tick of the clock keeps a worker looking until the next, so that no job waits for a tick.
    """
    looked, end = 0, time.monotonic() + seconds
    _turns.wait()
    while True:
        began = time.monotonic()
        done = polling.look_due()
        looked += done
        if began > end or (not done and not _sleep_until_due(end)):
            return looked
        if done < polling.BATCH:  # let some gather
            _turns.wait()


def _sleep_until_due(end: float) -> bool:
    """Sleep until the next job is due, at most until `end`. False: nobody needs to stay for it.

    That is so where nothing is watched, and where another thread sleeps already: what is due
    sooner than that one knows (an engine called) comes with a nudge, which finds this one free.
    """
    if not _asleep.acquire(blocking=False):
        return False
    try:
        due_at = watched.next_due()
        if due_at is None:
            return False
        seconds = (due_at - clock.now()).total_seconds()
        time.sleep(max(0.0, min(seconds, end - time.monotonic())))
        return True
    finally:
        _asleep.release()
