"""The sandbox engine's tasks, in one SQLite file: a restart forgets nothing, the bill included."""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

QUEUED, PROCESSING, COMPLETED, FAILED = "queued", "processing", "completed", "failed"
UNFINISHED = (QUEUED, PROCESSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One accepted order. Times in seconds since 1970; amounts in dollars as decimal text.

    ``planned_failure`` and ``planned_seconds`` come from faults that were on when it was accepted.
    """

    id: str
    created_at: float
    finished_at: float | None = None
    state: str = QUEUED
    model: str
    image_url: str
    audio_url: str
    audio_seconds: str
    prompt: str = ""
    reference: str = "{}"
    amount: str
    refunded: int = 0
    planned_failure: str = ""
    planned_seconds: float | None = None
    media: str = ""
    fingerprint: str = ""
    facts: str = "{}"
    fail_code: str = ""
    fail_message: str = ""
    number: int = 0


_COLUMNS = tuple(field.name for field in fields(Task) if field.name != "number")
_SCHEMA = """
create table if not exists task (
    number integer primary key autoincrement, id text not null unique, created_at real not null,
    finished_at real, state text not null
        check (state in ('queued', 'processing', 'completed', 'failed')),
    model text not null, image_url text not null, audio_url text not null,
    audio_seconds text not null,
    prompt text not null, reference text not null, amount text not null, refunded integer not null,
    planned_failure text not null, planned_seconds real, media text not null,
    fingerprint text not null,
    facts text not null, fail_code text not null, fail_message text not null);
create index if not exists task_state on task (state);
create index if not exists task_fingerprint on task (fingerprint);
"""


class Store:
    """The tasks. All calls are short and come from one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "tasks.sqlite3", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(self, task: Task) -> None:
        """Keep a new task; it is billed from now on."""
        names, marks = ", ".join(_COLUMNS), ", ".join(f":{name}" for name in _COLUMNS)
        self._db.execute(
            f"insert into task ({names}) values ({marks})",
            {name: getattr(task, name) for name in _COLUMNS},
        )

    def find(self, task_id: str) -> Task | None:
        """The task with this id."""
        return self._one("select * from task where id = ?", task_id)

    def finished_like(self, fingerprint: str) -> Task | None:
        """A completed task of exactly the same inputs."""
        query = "select * from task where fingerprint = ? and state = 'completed' limit 1"
        return self._one(query, fingerprint)

    def _one(self, query: str, value: str) -> Task | None:
        row = self._db.execute(query, (value,)).fetchone()
        return Task(**dict(row)) if row else None

    def every(self) -> list[Task]:
        """All tasks, oldest first."""
        rows = self._db.execute("select * from task order by number")
        return [Task(**dict(row)) for row in rows]

    def unfinished(self) -> list[Task]:
        """Tasks that are queued or processing, oldest first."""
        return [task for task in self.every() if task.state in UNFINISHED]

    def start(self, task_id: str) -> None:
        """queued -> processing; a task interrupted while processing stays as it is."""
        self._db.execute(
            "update task set state = 'processing' where id = ? and state = 'queued'", (task_id,)
        )

    def complete(
        self, task_id: str, media: str, fingerprint: str, facts: Mapping[str, object]
    ) -> None:
        """processing -> completed, with the name of the file in the media folder."""
        self._db.execute(
            "update task set state = 'completed', media = ?, fingerprint = ?, facts = ?,"
            " finished_at = ? where id = ? and state in ('queued', 'processing')",
            (media, fingerprint, json.dumps(dict(facts)), time.time(), task_id),
        )

    def fail(self, task_id: str, code: str, message: str) -> None:
        """To failed, and refunded."""
        self._db.execute(
            "update task set state = 'failed', fail_code = ?, fail_message = ?, refunded = 1,"
            " finished_at = ? where id = ? and state in ('queued', 'processing')",
            (code, message, time.time(), task_id),
        )

    def bill(self) -> dict[str, object]:
        """Every accepted task with its cost; ``charged_amount`` is without the refunded ones."""
        tasks = self.every()
        charged = sum((Decimal(task.amount) for task in tasks if not task.refunded), Decimal(0))
        return {
            "currency": "USD",
            "accepted": len(tasks),
            "charged_amount": str(charged),
            "tasks": [_bill_row(task) for task in tasks],
        }


def _bill_row(task: Task) -> dict[str, object]:
    return {
        "task_id": task.id,
        "status": task.state,
        "model": task.model,
        "seconds": float(task.audio_seconds),
        "amount": task.amount,
        "refunded": bool(task.refunded),
        "image_url": task.image_url,
        "audio_url": task.audio_url,
        "prompt": task.prompt,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "fail_code": task.fail_code,
        "reference": json.loads(task.reference),
        "facts": json.loads(task.facts),
    }
