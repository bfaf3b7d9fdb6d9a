"""Reading rows while others write them: plain SQL on either database, without Django."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol


class _Connection(Protocol):
    def execute(self, query: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """An open database."""

    connection: _Connection

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return list(self.connection.execute(query).fetchall())

    def one(self, query: str) -> Any:
        """The single value that a query gives; None where it gives no row."""
        found = self.all(query)
        return found[0][0] if found else None

    def wait_for(self, query: str, *, seconds: float, every: float = 0.02) -> Any:
        """Ask until there is a value that counts as true; TimeoutError when there is none."""
        until = time.monotonic() + seconds
        while not (value := self.one(query)):
            if time.monotonic() > until:
                raise TimeoutError(f"after {seconds:.0f} s there was nothing for: {query}")
            time.sleep(every)
        return value


@contextlib.contextmanager
def opened(url: str) -> Iterator[Rows]:
    """The database of a DATABASE_URL as the benchmark writes them; each query sees the newest."""
    if url.startswith("sqlite:///"):
        with contextlib.closing(
            sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
        ) as file:
            yield Rows(file)
    else:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            yield Rows(server)


def seconds(moment: datetime | str) -> float:
    """A stored time in seconds since 1970. SQLite keeps it as text, in UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
