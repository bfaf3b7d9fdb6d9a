"""What happened to a job, for reading: its events and its money."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from jobs import costs
from jobs.models import AvatarJob, EntryKind, JobEvent, LedgerEntry, State
from jobs.models.event import NOT_WRITTEN_DOWN, STOPPED_WAITING, TAKEN_ALL_THE_SAME


@dataclass(frozen=True, slots=True)
class Step:
    """One event: when, what, who, and what the engine answered, word for word.

    `handle`: the engine's id, where the event is about one that the job does not go by.
    """

    at: datetime
    state: str
    sentence: str
    cause: str
    who: str
    answer: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One ledger entry, its amounts written out."""

    at: datetime
    what: str
    held: str
    spent: str
    who: str
    note: str


#: By cause, where that alone says what happened.
_CAUSED: dict[str, str] = {
    "priority: urgent": "Urgent from now on: before the normal ones",
    "priority: normal": "Normal from now on",
    "priority: can wait": "Can wait from now on: after the normal ones",
    "found at the engine by our own id": "Found at the engine by our own id: taken after all",
    "the engine called back": "The engine called back: taken after all",
    "the answer came after all": "The answer came after all: taken by the engine",
    "not at the engine": "The order never arrived at the engine; the money is free again",
    TAKEN_ALL_THE_SAME: "The engine's answer came late: it has taken the order, and may bill it",
    NOT_WRITTEN_DOWN: "Taken by the engine, but its answer could not be written down",
    STOPPED_WAITING: "Nobody waits for it any more; should it come, it is fetched and charged",
}
#: By (from, to); where a pair is missing, by the new state alone.
_MOVED: dict[tuple[str, str], str] = {
    ("", State.QUEUED): "Ordered; its price is held",
    (State.QUEUED, State.QUEUED): "Moved in the line",
    (State.SUBMITTING, State.QUEUED): "Not sent this time; it is tried again",
    (State.SUBMITTING, State.RUNNING): "Accepted by the engine",
    (State.SUBMITTING, State.FAILED): "Refused by the engine; the money is free again",
    (State.RUNNING, State.CANCELLED): (
        "Cancelled at the engine; its price stays held until the engine has let it go"
    ),
    (State.CANCELLED, State.FETCHING): (
        "Finished at the engine all the same, and charged; bringing the video home"
    ),
    (State.STALLED, State.RUNNING): "Answered by the engine after all: it has it still",
    (State.STALLED, State.FETCHING): "Finished late, and charged; bringing the video home",
    (State.LOST, State.FETCHING): "Offered by the engine again; bringing the video home",
    (State.UNKNOWN, State.UNKNOWN): "Asked the engine for it by our own id",
}
_ARRIVED: dict[str, str] = {
    State.QUEUED: "Waiting to be sent",
    State.SUBMITTING: "Being sent to the engine",
    State.RUNNING: "Followed at the engine",
    State.FETCHING: "Finished at the engine and charged; bringing the video home",
    State.SUCCEEDED: "The video is home, checked and stored",
    State.FAILED: "Failed at the engine; the money is free again",
    State.CANCELLED: "Cancelled; the money is free again",
    State.UNKNOWN: "The answer was lost: the engine may have taken it, so it is not sent again",
    State.STALLED: "Not finished in the time it should need; still watched",
    State.LOST: "The engine is done, but the video cannot be had",
}
#: Causes that say no more than the sentence does.
_OBVIOUS = frozenset(
    {"ordered", "sending", "accepted", "completed", "cancelled", "fetched",
     "cancelled at the engine", *_CAUSED}
)  # fmt: skip


def steps_of(job: AvatarJob) -> list[Step]:
    """The job's events, oldest first; two queries."""
    is_charged = costs.is_charged(job)
    return [_step(event, is_charged=is_charged) for event in job.events.select_related("by")]


def money_of(job: AvatarJob) -> list[MoneyRow]:
    """The job's ledger entries, oldest first; one query."""
    return [
        MoneyRow(
            at=entry.at,
            what=EntryKind(entry.kind).label,
            held=costs.show(entry.held_amount, entry.currency) if entry.held_amount else "",
            spent=costs.show(entry.spent_amount, entry.currency) if entry.spent_amount else "",
            who=entry.by.name if entry.by else "the studio",
            note=entry.note,
        )
        for entry in LedgerEntry.objects.filter(job=job).select_related("by")
    ]


def _sentence(event: JobEvent, *, is_charged: bool) -> str:
    move = (event.from_state, event.to_state)
    if move[0] == move[1] and event.cause in _CAUSED:  # it says something, and moved nothing
        return _CAUSED[event.cause]
    if event.to_state == State.FAILED and event.by:
        return f"Settled as not bought; the money is {'given back' if is_charged else 'free again'}"
    if event.to_state == State.FAILED and is_charged:
        return "Failed at the engine, which bills it, or may: its price counts as spent"
    if event.to_state == State.RUNNING and event.by:
        return "Settled: it is at the engine, and followed there"
    return _CAUSED.get(event.cause) or _MOVED.get(move) or _ARRIVED[event.to_state]


def _step(event: JobEvent, *, is_charged: bool) -> Step:
    sentence = _sentence(event, is_charged=is_charged)
    cause = "" if event.cause in _OBVIOUS else event.cause
    answer = event.detail.get("answer")
    return Step(
        at=event.at,
        state=event.to_state,
        sentence=sentence,
        cause=cause,
        who=event.by.name if event.by else "",
        answer=json.dumps(answer, indent=2, ensure_ascii=False) if answer else "",
        handle=str(event.detail.get("handle", "")),
    )
