"""One slow server for all workers of a test run: the first starts it, and stops it as the last."""

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

Facts = Mapping[str, str]


@contextlib.contextmanager
def shared(folder: Path, start: Callable[[], AbstractContextManager[Facts]]) -> Iterator[Facts]:
    """What `start` yields, from this process or from the one that came first.

    Everybody holds a shared lock while using the server. Who started it stops it, and for that
    asks for the lock alone: it waits until all others are done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder / "facts.json"
    with (folder / "users").open("a") as users, contextlib.ExitStack() as stack:
        fcntl.flock(users, fcntl.LOCK_SH)
        with (folder / "starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if not facts.exists():
                facts.write_text(json.dumps(dict(stack.enter_context(start()))))
                stack.callback(_retire, users, facts)
            known: Facts = json.loads(facts.read_text())
        yield known


def _retire(users: IO[str], facts: Path) -> None:
    """Waits for the other users; whoever comes later starts a server of its own."""
    fcntl.flock(users, fcntl.LOCK_EX)
    facts.unlink()
