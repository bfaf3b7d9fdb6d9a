"""What is to happen when, for any number of tasks: one heap and one alarm of the event loop.

Ten thousand sleeping coroutines would cost memory and wake one by one; here those that are due
together run together, so that their changes are written together.
"""

import asyncio
import heapq
import itertools
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

log = logging.getLogger(__name__)
# So many run before the server gets to answer someone in between.
AT_ONCE = 100


class Timers:
    """Call short functions at moments (seconds since 1970), in order."""

    def __init__(self, together: Callable[[], AbstractContextManager[None]]) -> None:
        self._together = together
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._stopped = False

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Call ``action`` at this moment, or soon if it has passed."""
        entry = (moment, next(self._turn), action)
        heapq.heappush(self._heap, entry)
        if self._heap[0] is entry:
            self._set_alarm()

    def stop(self) -> None:
        """Nothing happens any more."""
        self._stopped = True
        self._heap.clear()
        if self._alarm:
            self._alarm.cancel()

    def _set_alarm(self) -> None:
        if self._alarm:
            self._alarm.cancel()
        if self._heap and not self._stopped:
            left = max(0.0, self._heap[0][0] - time.time())
            self._alarm = asyncio.get_running_loop().call_later(left, self._ring)

    def _ring(self) -> None:
        with self._together():
            for action in self._due():
                try:
                    action()
                except Exception:
                    log.exception("a task of the sandbox engine could not go on")
        self._set_alarm()

    def _due(self) -> list[Callable[[], None]]:
        now = time.time()
        due: list[Callable[[], None]] = []
        while self._heap and self._heap[0][0] <= now and len(due) < AT_ONCE:
            due.append(heapq.heappop(self._heap)[2])
        return due
