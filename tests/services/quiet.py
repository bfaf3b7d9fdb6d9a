"""`@pytest.mark.quiet`: what is measured by the clock has the machine to itself.

Of the workers of one run, any number share the machine; a quiet test waits until they have ended
what they do, and they wait for it.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def place(folder: Path, *, alone: bool) -> Iterator[None]:
    """A place at the machine, shared with the others that ask in this folder, or alone.

    Who wants to be alone keeps the door shut while waiting, so nobody comes in before: else those
    who share would take turns for ever. Locks are given back by name, not only by closing: a child
    that a test left running holds the same open files.
    """
    with (folder / "door").open("a") as door, (folder / "room").open("a") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(room, fcntl.LOCK_UN)
            fcntl.flock(door, fcntl.LOCK_UN)
