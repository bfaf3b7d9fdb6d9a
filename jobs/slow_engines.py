"""Engines that let a process wait, as far as its own passes of looking have shown.

A pass asks by one account after the other. Where an engine takes connections and answers nothing,
that lasts minutes: then only one thread of a process waits for it, and the others look by the other
accounts.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

#: A full batch takes a fraction of this at an engine that answers.
SLOW_SECONDS = 5.0


class SlowEngines:
    """The accounts at which a look took long the last time, and who is at them now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_it: Counter[str] = Counter()
        self._slow: set[str] = set()

    @contextmanager
    def visit(self, account: str) -> Iterator[bool]:
        """Whether this thread should look by the account now; timed, if it should."""
        with self._lock:
            is_free = not (account in self._slow and self._at_it[account])
            self._at_it[account] += is_free
        if not is_free:
            yield False
            return
        began = time.monotonic()
        try:
            yield True
        finally:
            self._leave(account, is_slow=time.monotonic() - began > SLOW_SECONDS)

    def _leave(self, account: str, *, is_slow: bool) -> None:
        with self._lock:
            self._at_it[account] -= 1
            if is_slow:
                self._slow.add(account)
            else:
                self._slow.discard(account)
