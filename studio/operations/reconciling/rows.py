"""The rows among themselves: jobs that nothing would ever move again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef

from jobs import clock, paid_answers, sweeping
from jobs.models import TAKEN_AFTER_ALL, AvatarJob, State
from studio.operations.reconciling.discrepancy import Discrepancy, name_of, page_of

#: The sweep finds these itself, every few seconds. What is still there after this long is not
#: being swept.
SWEPT_WITHIN = timedelta(minutes=2)
LEASE_LONG_PAST = timedelta(minutes=10)
MOVING = (State.QUEUED, State.RUNNING, State.STALLED, State.FETCHING)


def abandoned_calls() -> Iterator[Discrepancy]:
    """Paid calls whose worker died, and nobody has noticed."""
    for job in paid_answers.abandoned(clock.now(), paid_answers.abandoned_after() + SWEPT_WITHIN):
        yield Discrepancy(
            "call abandoned",
            name_of(job),
            f"It is being sent since {_shown(job.sent_at)}; whoever sent it is dead.",
            "It becomes “answer lost”: never sent again, looked up where the engine can.",
            repair=_give_up(job),
        )


def lost_times() -> Iterator[Discrepancy]:
    """Jobs at work without a time for their next step."""
    for job in AvatarJob.objects.filter(state__in=MOVING, next_at=None):
        yield Discrepancy(
            "no next step",
            name_of(job),
            f"It is {job.state} and has no time for its next step.",
            "It is due now.",
            repair=due_now(job),
        )


def far_times() -> Iterator[Discrepancy]:
    """Steps and leases absurdly far ahead, as after a step of the clock."""
    for job in sweeping.far_ahead(clock.now(), sweeping.LONGEST_STEP + SWEPT_WITHIN):
        yield Discrepancy(
            "step too far ahead",
            name_of(job),
            f"Its next step is on {_shown(job.next_at)}; no step takes that long.",
            "It is due now.",
            repair=due_now(job),
        )


def dead_leases() -> Iterator[Discrepancy]:
    """Claims of workers that never gave them back, on jobs that nobody took over."""
    last = clock.now() - LEASE_LONG_PAST
    for job in AvatarJob.objects.filter(state__in=MOVING, leased_until__lt=last):
        yield Discrepancy(
            "lease long past",
            name_of(job),
            f"A worker claimed it until {_shown(job.leased_until)} and no other took it over.",
            "The claim is removed; see by manage.py doctor whether workers are alive.",
            repair=_changed(job, lease="", leased_until=None),
        )


def shared_handles() -> Iterator[Discrepancy]:
    """One task at an engine for two jobs. Per account the database forbids it."""
    with_handle = AvatarJob.objects.exclude(handle="").order_by("engine", "handle", "requested_at")
    twin = AvatarJob.objects.filter(engine=OuterRef("engine"), handle=OuterRef("handle"))
    shared = with_handle.filter(Exists(twin.exclude(pk=OuterRef("pk"))))
    for (engine, handle), both in groupby(shared, key=lambda job: (job.engine, job.handle)):
        names = " and ".join(f"{job.pk} (account {job.account})" for job in both)
        yield Discrepancy(
            "handle twice",
            f"task {handle}",
            f"The same task at {engine} stands for the jobs {names}.",
            "Look in the engine's list which of them it is, and settle the other one.",
        )


def taken_after_all() -> Iterator[Discrepancy]:
    """Orders that a person settled as not bought, and that the engine has taken all the same."""
    for job in AvatarJob.objects.filter(state=State.FAILED, error_code=TAKEN_AFTER_ALL):
        yield Discrepancy(
            "taken after all",
            name_of(job),
            f"It was settled as not bought; the engine has it as {job.handle}.",
            f"Have it followed, or settle it once more with evidence: {page_of(job)}",
        )


COMPARISONS = (
    abandoned_calls, lost_times, far_times, dead_leases, shared_handles, taken_after_all,
)  # fmt: skip


def due_now(job: AvatarJob) -> Callable[[], bool]:
    """Gives the job the time for its next step, if the row is still as it was seen."""
    return _changed(job, next_at=None, lease="", leased_until=None)


def _changed(job: AvatarJob, **values: Any) -> Callable[[], bool]:
    def repair() -> bool:
        if "next_at" in values:
            values["next_at"] = clock.now()
        as_seen = AvatarJob.objects.filter(
            pk=job.pk, state=job.state, next_at=job.next_at, lease=job.lease,
            leased_until=job.leased_until,
        )  # fmt: skip
        return bool(as_seen.update(**values))

    return repair


def _give_up(job: AvatarJob) -> Callable[[], bool]:
    def repair() -> bool:
        paid_answers.give_up_abandoned(clock.now())
        job.refresh_from_db()
        return job.state != State.SUBMITTING

    return repair


def _shown(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "no date"
