"""The sandbox engine's tasks, in one SQLite file: a restart forgets nothing, the bill included.

Unfinished tasks are kept in memory too, so that looking at thousands of them costs no query.
Every change is in the file before the call that makes it returns.
"""

import itertools
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jobs.sandbox.tasks import (
    COLUMNS,
    COMPLETED,
    FAILED,
    LATER_COLUMNS,
    LATER_INDEX,
    PROCESSING,
    QUEUED,
    SCHEMA,
    Task,
    bill_row,
)

_INSERT = (
    f"insert into task ({', '.join(COLUMNS)}) values ({', '.join(f':{name}' for name in COLUMNS)})"
)
_LIGHT = (
    "number, id as task_id, face, external_id, state as status, created_at, finished_at, submits,"
    " amount, refunded"
)


class Store:
    """The tasks. All calls are short and come from one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "tasks.sqlite3", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        # What is written survives the end of this process, however it comes.
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)
        self._add_later_columns()
        open_tasks = self._many("state in ('queued', 'processing') order by number")
        self._open = {task.id: task for task in open_tasks}  # in the order of their numbers

    def _add_later_columns(self) -> None:
        known = {row["name"] for row in self._db.execute("pragma table_info(task)")}
        for name, kind in LATER_COLUMNS.items():
            if name not in known:
                self._db.execute(f"alter table task add column {name} {kind}")
        self._db.execute(LATER_INDEX)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write many changes as one; each of them stands on its own."""
        self._db.execute("begin")
        try:
            yield
        finally:
            self._db.execute("commit")

    def add(self, task: Task) -> Task:
        """Keep a new task; it is billed from now on. Raises IntegrityError for an id in use."""
        row = {name: getattr(task, name) for name in COLUMNS} | {"changed_at": task.created_at}
        number = self._db.execute(_INSERT, row).lastrowid or 0
        task = replace(task, number=number, changed_at=task.created_at)
        self._open[task.id] = task
        return task

    def add_all(self, tasks: Iterable[Task]) -> list[Task]:
        """Keep many new tasks at once."""
        with self.together():
            return [self.add(task) for task in tasks]

    def find(self, task_id: str, face: str) -> Task | None:
        """The task with this id, for readers who came by the same API."""
        task = self._open.get(task_id) or self._one("id = ?", task_id)
        return task if task and task.face == face else None

    def find_by_external_id(self, external_id: str, face: str) -> Task | None:
        """The task with this id of the orderer's own."""
        task = self._one("face = ? and external_id = ?", face, external_id) if external_id else None
        return task and self._open.get(task.id, task)

    def finished_like(self, fingerprint: str) -> Task | None:
        """A completed task of exactly the same inputs."""
        return self._one("fingerprint = ? and state = 'completed' limit 1", fingerprint)

    def newest(self, face: str, *, skip: int, limit: int) -> list[Task]:
        """A page of an API's tasks, newest first."""
        return self._many("face = ? order by number desc limit ? offset ?", face, limit, skip)

    def _one(self, where: str, *values: object) -> Task | None:
        found = self._many(where, *values)
        return found[0] if found else None

    def _many(self, where: str, *values: object) -> list[Task]:
        rows = self._db.execute(f"select * from task where {where}", values)
        return [Task(**dict(row)) for row in rows]

    def unfinished(self) -> list[Task]:
        """Tasks that are queued or processing, oldest first."""
        return list(self._open.values())

    def queued_before(self, task: Task) -> int:
        """How many of the same API are queued before this one, which may not be kept yet."""
        older = itertools.takewhile(lambda one: one.id != task.id, self._open.values())
        return sum(one.face == task.face and one.state == QUEUED for one in older)

    def unfinished_one(self, task_id: str) -> Task | None:
        """The task, while it is queued or processing."""
        return self._open.get(task_id)

    @property
    def unfinished_count(self) -> int:
        """How many are queued or processing."""
        return len(self._open)

    def start(self, task_id: str) -> Task | None:
        """queued -> processing; None where it is anywhere else."""
        task = self._open.get(task_id)
        return self._change(task_id, state=PROCESSING) if task and task.state == QUEUED else None

    def measure(self, task_id: str, audio_seconds: Decimal, amount: Decimal) -> None:
        """Bill a task whose order did not say how long the take is."""
        self._change(task_id, audio_seconds=str(audio_seconds), amount=str(amount))

    def complete(
        self, task_id: str, media: str, fingerprint: str, facts: Mapping[str, object]
    ) -> Task | None:
        """To completed, with the name of the file in the media folder; None if it has ended."""
        return self._change(
            task_id, state=COMPLETED, media=media, fingerprint=fingerprint,
            facts=json.dumps(dict(facts)), finished_at=time.time(),
        )  # fmt: skip

    def fail(self, task_id: str, code: str, message: str) -> Task | None:
        """To failed, and refunded; None if it has ended."""
        return self._change(
            task_id, state=FAILED, fail_code=code, fail_message=message, refunded=1,
            finished_at=time.time(),
        )  # fmt: skip

    def count_submit(self, task: Task) -> None:
        """An order with the external id of this task was refused."""
        self._db.execute("update task set submits = submits + 1 where id = ?", (task.id,))
        if open_task := self._open.get(task.id):
            self._open[task.id] = replace(open_task, submits=open_task.submits + 1)

    def _change(self, task_id: str, **values: Any) -> Task | None:
        """Write to an unfinished task."""
        task = self._open.get(task_id)
        if task is None:
            return None
        values["changed_at"] = time.time()
        names = ", ".join(f"{name} = :{name}" for name in values)
        self._db.execute(f"update task set {names} where id = :id", values | {"id": task_id})
        changed = replace(task, **values)
        if changed.is_open:
            self._open[task_id] = changed
        else:
            del self._open[task_id]
        return changed

    def bill(self) -> dict[str, object]:
        """Every accepted task with its cost; ``charged_amount`` is without the refunded ones."""
        tasks = [bill_row(task) for task in self._many("true order by number")]
        return {"currency": "USD", **self.totals(), "tasks": tasks}

    def totals(self) -> dict[str, object]:
        """How many were accepted, and what they cost without the refunded ones."""
        accepted = self._db.execute("select count(*) from task").fetchone()[0]
        rows = self._db.execute("select amount from task where not refunded")
        charged = sum((Decimal(row["amount"]) for row in rows), Decimal(0))
        return {"accepted": accepted, "charged_amount": str(charged)}

    def light(self, *, after: int, limit: int) -> list[dict[str, object]]:
        """Few facts of the tasks whose number is beyond ``after``, oldest first."""
        query = f"select {_LIGHT} from task where number > ? order by number limit ?"
        rows = self._db.execute(query, (after, limit))
        return [dict(row) | {"refunded": bool(row["refunded"])} for row in rows]
