"""A quiet test waits for the others, and they for it."""

from __future__ import annotations

import fcntl
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from tests.services.quiet import place

#: So long a thread that must wait is given to get in wrongly.
A_MOMENT = 0.2


class Guest:
    """Someone who asks for a place in a thread and stays until told to go."""

    def __init__(self, folder: Path, *, alone: bool) -> None:
        self.is_in, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._stay, args=(folder, alone))
        self._thread.start()

    def _stay(self, folder: Path, alone: bool) -> None:
        with place(folder, alone=alone):
            self.is_in.set()
            self._go.wait(300)

    def go(self) -> None:
        self._go.set()
        self._thread.join(300)


def is_shut(door: Path) -> bool:
    """Whether somebody keeps the door shut."""
    with door.open("a") as tried:
        try:
            fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_the_quiet_one_waits_for_all_and_nobody_comes_in_before(tmp_path: Path) -> None:
    with ExitStack() as stack:

        def ask(*, alone: bool) -> Guest:
            guest = Guest(tmp_path, alone=alone)
            stack.callback(guest.go)
            return guest

        first, second = ask(alone=False), ask(alone=False)
        assert first.is_in.wait(120)
        assert second.is_in.wait(120), "those who share are there together"
        quiet = ask(alone=True)
        until = time.monotonic() + 120
        while not is_shut(tmp_path / "door"):
            assert time.monotonic() < until, "the quiet one does not even ask"
            time.sleep(0.01)
        first.go()
        assert not quiet.is_in.wait(A_MOMENT)
        late = ask(alone=False)
        assert not late.is_in.wait(A_MOMENT), "the quiet one asked before"
        second.go()
        assert quiet.is_in.wait(120)
        assert not late.is_in.wait(A_MOMENT)
        quiet.go()
        assert late.is_in.wait(120)
