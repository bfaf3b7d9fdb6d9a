"""What the end of a task at the engine means for the row and the money.

Late answers win over give-ups: a job that a person cancelled or that was overdue is fetched and
shown, with its charge, if the engine finished it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from jobs import clock, costs
from jobs.engines import reasons
from jobs.engines.base import Sighting
from jobs.leases import holding
from jobs.models import NEVER_ARRIVED, AvatarJob, Problem, State, advance_many
from jobs.nudges import nudge

#: What becomes of a job is news, also to those who had stopped waiting for it.
BACK_ON_THE_DESK: dict[str, Any] = {"put_aside_at": None, "put_aside_by": None}
CANCELLED_THERE = "Cancelled at the engine, which does not bill it."


def finish(ended: Mapping[UUID, Sighting], *, lease: str, cause: str = "completed") -> int:
    """The engine has delivered these, so the money is spent; next the videos are brought home.

    All at once, as finished jobs come in crowds. Those whose lease has passed on are left alone.
    """
    now = clock.now()
    with transaction.atomic():
        locked = AvatarJob.objects.select_for_update(of=("self",), no_key=True).filter(
            pk__in=ended, lease=lease
        )
        moved = advance_many(
            list(locked.select_related("clip__project__organisation")),
            State.FETCHING,
            cause=cause,
            details={pk: {"answer": dict(sighting.raw)} for pk, sighting in ended.items()},
            progress=100,
            done_at=now,
            next_at=now,
            **BACK_ON_THE_DESK,
            looks=F("looks") + 1,
        )
        for job in moved:
            job.result_urls = list(ended[job.pk].result_urls)
        AvatarJob.objects.bulk_update(moved, ["result_urls"])
        costs.charge_many(moved)
        for _ in moved[: settings.FETCHES_AT_ONCE]:
            nudge("fetch_due")
    return len(moved)


def end(job: AvatarJob, sighting: Sighting, *, lease: str) -> bool:
    """The engine failed, cancelled or dropped the task.

    It does not bill that; where it may, the money counts as spent until a person knows better. So
    it does where it was charged before: the engine had finished the task, and drops it now.
    """
    if job.state == State.CANCELLED:
        return let_go(job, lease=lease, is_billed=sighting.may_be_billed)
    code = sighting.failure_code or str(sighting.phase)
    with transaction.atomic():
        is_billed = sighting.may_be_billed or costs.is_charged(job)
        moved = holding(job, lease) and job.advance(
            State.FAILED,
            cause=code,
            detail={"answer": dict(sighting.raw)},
            next_at=None,
            looks=job.looks + 1,
            failure_is_billed=is_billed,
            **BACK_ON_THE_DESK,
            problem=Problem(
                code, reasons.sentence_for(sighting.failure_code), sighting.failure_detail
            ),
        )
        if moved and is_billed:
            costs.charge(job, note="Failed, but the engine bills such failures, or may.")
        elif moved:
            costs.release(job, note="The engine failed, which it does not bill.")
    return moved


def was_never_there(job: AvatarJob, *, lease: str, grace: timedelta) -> bool:
    """The engine, asked for our own id, has no such order: after the grace that is a proof."""
    if clock.now() - (job.sent_at or job.state_at) < grace:
        return False
    with transaction.atomic():
        moved = holding(job, lease) and job.advance(
            State.FAILED,
            cause="not at the engine",
            next_at=None,
            problem=Problem(
                NEVER_ARRIVED,
                "The order never arrived: the engine, asked for it by the studio's own id, does "
                "not know it. Nothing was bought; generate again.",
            ),
        )
        if moved:
            costs.release(job, note="The engine does not know the order.")
    return moved


def let_go(job: AvatarJob, *, lease: str, is_billed: bool = False) -> bool:
    """A cancelled job that the engine has nothing more to say about: its money is free.

    Unless the engine bills what it had begun, or may: then it counts as spent, also where the
    order was first taken for one that never arrived. Of money that was let go since (the engine
    called back once more) nothing changes.
    """
    with transaction.atomic():
        if not holding(job, lease):
            return False
        rows = AvatarJob.objects.filter(pk=job.pk)
        rows.update(next_at=None, lease="", leased_until=None)
        owed = is_billed and costs.was_freed_before_it_ran(job) and not costs.is_charged(job)
        if not costs.is_open(job) and not owed:
            return True
        rows.update(failure_is_billed=is_billed)
        if is_billed:
            costs.charge(job, note="Cancelled, but the engine bills what it had begun, or may.")
        else:
            costs.release(job, note=CANCELLED_THERE)
    return True
