"""Many jobs make one move at once: with the guard and the events of `advance`, in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from jobs import clock
from jobs.models.event import JobEvent
from jobs.models.job import AvatarJob
from jobs.models.state import MOVES, ImpossibleMove, State


def advance_many(
    jobs: Sequence[AvatarJob],
    to: State,
    *,
    cause: str,
    details: Mapping[UUID, dict[str, Any]],
    **fields: Any,
) -> list[AvatarJob]:
    """Move `jobs`, whose rows the caller has locked, to state `to`; `fields` are alike for all.

    `details` belong to the events, by job. Call it in a transaction. Returns those that moved:
    a row that is not in the state seen here any more is left alone. Of the objects only the state
    is kept up, since `fields` may be expressions.
    """
    assert transaction.get_connection().in_atomic_block
    for job in jobs:
        if to not in MOVES[State(job.state)]:
            raise ImpossibleMove(f"{job.state} -> {to}")
    fields |= {"state": to, "state_at": clock.now(), "lease": "", "leased_until": None}
    moved: list[AvatarJob] = []
    for old in {State(job.state) for job in jobs}:
        group = [job for job in jobs if job.state == old]
        rows = AvatarJob.objects.filter(pk__in=[job.pk for job in group], state=old)
        # In one order for everybody, and without the default one: that joins the clips, and a lock
        # on those would stand in the way of every row that names one.
        there = set(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        rows.update(**fields)
        moved += [job for job in group if job.pk in there]
    JobEvent.write_many(
        JobEvent(
            job=job, from_state=job.state, to_state=to, cause=cause, detail=details.get(job.pk, {})
        )
        for job in moved
    )
    for job in moved:
        job.state = to
    return moved
