"""What nobody finishes any more, is overdue or has lost its time: found by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from assets.treating import clearing
from jobs import callbacks, clock, drawing, paid_answers, registry
from jobs.leases import one_alone
from jobs.models import AvatarJob, EngineAccount, Problem, State
from jobs.polling import OVERDUE, STALLED_LOOK_SECONDS
from jobs.watched import WATCHED

#: No job that the machine works on waits longer than this by itself.
LONGEST_STEP = timedelta(seconds=2 * STALLED_LOOK_SECONDS)
#: An engine that wants to be left alone is obeyed for a day at most (`Retry-After`).
LONGEST_HOLD = timedelta(days=1)


def sweep() -> None:
    """All of it."""
    now = clock.now()
    steps: tuple[Callable[[datetime], object], ...] = (
        paid_answers.give_up_abandoned, mark_overdue, bring_back, end_wrong_holds,
        name_what_is_gone, callbacks.find_lost, drawing.give_back_abandoned,
        clearing.throw_away_forgotten,
    )  # fmt: skip
    for step in steps:
        with one_alone(f"The sweep's {step.__name__}"):
            step(now)


def mark_overdue(now: datetime) -> int:
    """Rendering past the deadline: `stalled`, which a person sees and the machine still watches."""
    overdue = AvatarJob.objects.filter(state=State.RUNNING, deadline_at__lt=now)
    return sum(
        job.advance(
            State.STALLED,
            cause="deadline passed",
            problem=OVERDUE,  # the next look stays when it is: it may have finished long ago
        )
        for job in overdue
    )


def bring_back(now: datetime) -> int:
    """Jobs whose next look is absurdly far away, as after a step of the clock: look at them now."""
    return far_ahead(now, LONGEST_STEP).update(next_at=now, lease="", leased_until=None)


def far_ahead(now: datetime, step: timedelta) -> QuerySet[AvatarJob]:
    """Jobs at work whose next step, or whose lease, is further away than that."""
    far = Q(next_at__gt=now + step) | Q(leased_until__gt=now + step)
    return AvatarJob.objects.filter(far, state__in=[*WATCHED, State.QUEUED, State.FETCHING])


def end_wrong_holds(now: datetime) -> None:
    """Holds that no engine asked for: the clock was ahead when they were set."""
    for field in ("sends_held_until", "looks_held_until"):
        rows = EngineAccount.objects.filter(**{f"{field}__gt": now + LONGEST_HOLD})
        rows.update(**{field: None})


def name_what_is_gone(_: datetime) -> None:
    """Say on the jobs of accounts that are not configured any more why nothing happens."""
    known = [account.name for account in registry.accounts()]
    waiting = AvatarJob.objects.filter(state__in=[State.QUEUED, *WATCHED, State.FETCHING])
    orphans = waiting.exclude(account__in=known).exclude(error_code="engine_missing")
    for name in orphans.order_by().values_list("account", flat=True).distinct():
        problem = Problem("engine_missing", str(registry.NoSuchEngine(name)))
        orphans.filter(account=name, next_at__isnull=False).update(**problem.as_fields())
