"""The embedded broker: kombu's file system transport, with every write made in one step.

kombu creates a message's file first and fills it afterwards; a worker that looks in between
reads an empty message and stops for good. Here a file appears under its name only when it is
complete.
"""

from __future__ import annotations

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu import transport
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps, loads

#: The name of this transport in a broker address.
SCHEME = "embedded"


class Channel(filesystem.Channel):
    """A folder of messages, oldest first."""

    def _put(self, queue: str, payload: object, **_: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns()}_{uuid.uuid4().hex}.{queue}.msg"
        _write_at_once(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(file.name for file in folder.iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".taken_{name}"
            with suppress(FileNotFoundError):  # another worker was faster
                (folder / name).rename(taken)
                payload = taken.read_bytes()
                taken.unlink()
                return loads(payload)
        raise Empty

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with _alone(file.parent):
            table = self.get_table(exchange)
            if bound not in table:
                _write_at_once(file, [bound, *table])


class Transport(filesystem.Transport):
    """What `embedded://` means."""

    Channel = Channel


def register() -> None:
    """Make the scheme known to kombu."""
    transport.TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def forget_messages(folder: Path) -> None:
    """Empty the broker before its workers start: the rows say what there is to do."""
    for file in folder.glob("*"):
        file.unlink(missing_ok=True)


def _write_at_once(file: Path, content: object) -> None:
    part = file.with_name(f".part_{uuid.uuid4().hex}")
    part.write_bytes(str_to_bytes(dumps(content)))
    part.rename(file)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
