"""The rows among themselves: jobs that nothing would ever move again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from jobs import clock, paid_answers, sweeping
from jobs.models import AvatarJob, State
from studio.operations.reconciling.discrepancy import Discrepancy, name_of

#: The sweep finds these itself, every few seconds. What is still there after this long is not
#: being swept.
SWEPT_WITHIN = timedelta(minutes=2)
LEASE_LONG_PAST = timedelta(minutes=10)
MOVING = (State.QUEUED, State.RUNNING, State.STALLED, State.FETCHING)


def abandoned_calls() -> Iterator[Discrepancy]:
    """Paid calls whose worker died, and nobody has noticed."""
    last = clock.now() - paid_answers.abandoned_after() - SWEPT_WITHIN
    for job in AvatarJob.objects.filter(state=State.SUBMITTING, sent_at__lt=last):
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
    limit = clock.now() + sweeping.LONGEST_STEP + SWEPT_WITHIN
    far = Q(next_at__gt=limit) | Q(leased_until__gt=limit)
    for job in AvatarJob.objects.filter(far, state__in=MOVING):
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
    rows = AvatarJob.objects.exclude(handle="").order_by().values("engine", "handle")
    for row in rows.annotate(jobs=Count("pk")).filter(jobs__gt=1):
        both = AvatarJob.objects.filter(engine=row["engine"], handle=row["handle"])
        names = " and ".join(f"{job.pk} (account {job.account})" for job in both)
        yield Discrepancy(
            "handle twice",
            f"task {row['handle']}",
            f"The same task at {row['engine']} stands for the jobs {names}.",
            "Look in the engine's list which of them it is, and settle the other one.",
        )


COMPARISONS = (abandoned_calls, lost_times, far_times, dead_leases, shared_handles)


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
