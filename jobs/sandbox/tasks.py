"""A task: one accepted order and what became of it. And where it is kept."""

import json
import secrets
import string
import uuid
from dataclasses import dataclass, fields

from jobs.sandbox.options import FAL, GATEWAY, KLING

QUEUED, PROCESSING, COMPLETED, FAILED = "queued", "processing", "completed", "failed"
UNFINISHED = (QUEUED, PROCESSING)
#: The code of a task that its owner has stopped.
CANCELLED = "client_cancelled"
_LETTERS = string.ascii_letters + string.digits


def new_id(face: str) -> str:
    """An id as the engine behind this API makes them."""
    if face == KLING:
        return str(10**17 + secrets.randbelow(9 * 10**17))
    if face == FAL:
        return str(uuid.uuid4())
    return "task_" + "".join(secrets.choice(_LETTERS) for _ in range(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One accepted order. Times in seconds since 1970; amounts in dollars as decimal text.

    ``face``: the API it came by. ``audio_seconds`` is what the order said, or the decoded length
    once it is known. ``external_id``: the orderer's own id; ``submits``: how many orders carried
    it, refused ones included. ``base_url``: the address under which the orderer reached the engine.
    ``planned_failure`` and ``planned_seconds`` come from faults that were on when it was accepted.
    A task that has ``media`` before it is completed takes that film without rendering.
    """

    id: str
    created_at: float
    changed_at: float = 0.0
    finished_at: float | None = None
    state: str = QUEUED
    face: str = GATEWAY
    model: str
    image_url: str
    audio_url: str
    audio_seconds: str
    prompt: str = ""
    reference: str = "{}"
    external_id: str = ""
    submits: int = 1
    callback_url: str = ""
    base_url: str = ""
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

    @property
    def is_open(self) -> bool:
        """Queued or processing."""
        return self.state in UNFINISHED


COLUMNS = tuple(field.name for field in fields(Task) if field.name != "number")
SCHEMA = """
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
#: Columns that files of earlier versions lack, and the index that needs them.
LATER_COLUMNS = {
    "face": "text not null default 'gateway'",
    "changed_at": "real not null default 0",
    "external_id": "text not null default ''",
    "submits": "integer not null default 1",
    "callback_url": "text not null default ''",
    "base_url": "text not null default ''",
}
LATER_INDEX = """
create unique index if not exists task_external_id on task (face, external_id)
    where external_id <> ''
"""


def bill_row(task: Task) -> dict[str, object]:
    """A task as the bill shows it."""
    return {
        "task_id": task.id,
        "face": task.face,
        "status": task.state,
        "model": task.model,
        "seconds": float(task.audio_seconds or 0),
        "amount": task.amount,
        "refunded": bool(task.refunded),
        "image_url": task.image_url,
        "audio_url": task.audio_url,
        "prompt": task.prompt,
        "external_id": task.external_id,
        "submits": task.submits,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "fail_code": task.fail_code,
        "reference": json.loads(task.reference),
        "facts": json.loads(task.facts),
    }
