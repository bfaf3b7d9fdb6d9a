"""How many paid calls this process has in the air: few, for a killed process makes them unknown."""

from __future__ import annotations

import threading
from collections import Counter

#: Per process and account, whatever the number of threads that send.
MOST = 8


class Slots:
    """Room for calls of one account, taken by one batch; each is given back when its call ends."""

    _lock = threading.Lock()
    _taken: Counter[str] = Counter()

    def __init__(self, account: str) -> None:
        self.account = account
        with self._lock:
            self.free = MOST - self._taken[account]
            self._taken[account] = MOST

    def keep(self, count: int) -> None:
        """So many are needed; the others may be had by other threads."""
        self.give_back(self.free - count)

    def give_back(self, count: int = 1) -> None:
        """A call has ended."""
        with self._lock:
            self.free -= count
            self._taken[self.account] -= count

    def give_back_all(self) -> None:
        """Whatever is left: the batch is over."""
        self.give_back(self.free)
