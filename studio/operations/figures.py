"""How the machine is doing, from the database: one module for the page and for the metrics.

The rows are the truth for every process on every host, so nothing is counted in memory. A fixed
number of queries, each over living jobs, the last day's events, or sums of the ledger.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from jobs import clock, heartbeats
from jobs.models import AvatarJob, Drawing, EngineAccount, State
from jobs.models.ledger import STEP, ZERO
from jobs.models.state import UNSETTLED
from jobs.watched import WATCHED
from studio.operations.measured import (
    AccountFigures,
    DrawingFigures,
    ErrorClass,
    Figures,
    MoneyFigures,
    ProcessFigures,
    Spread,
)  # fmt: skip
from studio.operations.scope import Scope

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: In these the machine or a person still has something to do.
LIVING = (
    State.QUEUED, State.SUBMITTING, State.RUNNING, State.FETCHING, *UNSETTLED,
)  # fmt: skip
#: So many of those that need settling are shown; the rest is a number.
SHOWN = 20
#: Causes of events that are no error code but mean one.
_CODES = {"deadline passed": "overdue", "not at the engine": "never_arrived"}


def figures(scope: Scope) -> Figures:
    """How the machine is doing, as far as the scope reaches."""
    now = clock.now()
    by_account, in_the_way = _living(scope)
    late = _late(scope, now)
    oldest = scope.jobs.filter(state=State.QUEUED).select_related("clip__project__organisation")
    return Figures(
        at=now,
        accounts=_accounts(scope, by_account, late, now),
        gone={name: by_account[name] for name in by_account if not scope.account(name)},
        states=sum(by_account.values(), Counter()),
        late=_spread(seconds for some in late.values() for seconds in some),
        home=_home(scope, now),
        errors=_errors(scope, in_the_way, now),
        money=_money(scope),
        animatics=_animatics(scope),
        oldest_waiting=oldest.order_by("requested_at").first(),
        unsettled=_unsettled(scope),
        processes=[
            ProcessFigures(one, heartbeats.is_alive(one, now)) for one in heartbeats.known(now)
        ],
    )


def _living(scope: Scope) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """Living jobs by account and state, and by what stands in their way."""
    rows = (
        scope.jobs.filter(state__in=LIVING)
        .order_by()
        .values_list("account", "state", "error_code")
        .annotate(jobs=Count("pk"))
    )
    by_account: dict[str, Counter[str]] = defaultdict(Counter)
    in_the_way: Counter[str] = Counter()
    for account, state, code, jobs in rows:
        by_account[account][state] += jobs
        if code:
            in_the_way[code] += jobs
    return by_account, in_the_way


def _late(scope: Scope, now: datetime) -> dict[str, list[float]]:
    """Seconds that each job whose look is due has waited for it, by account."""
    names = [one.name for one in scope.accounts]
    due = scope.jobs.filter(state__in=WATCHED, next_at__lte=now, account__in=names)
    late: dict[str, list[float]] = defaultdict(list)
    for account, next_at in due.order_by().values_list("account", "next_at"):
        if next_at:  # always, by the filter
            late[account].append((now - next_at).total_seconds())
    return late


def _accounts(
    scope: Scope,
    by_account: Mapping[str, Counter[str]],
    late: Mapping[str, list[float]],
    now: datetime,
) -> list[AccountFigures]:
    names = [one.name for one in scope.accounts]
    known = EngineAccount.objects.in_bulk(names)
    sent = scope.events.filter(at__gte=now - MINUTE, to_state=State.SUBMITTING)
    sent_by = dict(sent.order_by().values_list("job__account").annotate(calls=Count("pk")))
    return [
        AccountFigures(
            settings=one,
            known=known.get(one.name) or EngineAccount(name=one.name),
            states=by_account.get(one.name, Counter()),
            sent_last_minute=sent_by.get(one.name, 0),
            late=_spread(late.get(one.name, ())),
            is_shared=scope.is_shared(one),
        )
        for one in scope.accounts
    ]


def _animatics(scope: Scope) -> DrawingFigures:
    waiting = Q(state=Drawing.QUEUED)
    found = scope.animatics.aggregate(
        waiting=Count("pk", filter=waiting),
        seconds=Sum("duration_seconds", filter=waiting),
        drawing=Count("pk", filter=Q(state=Drawing.DRAWING)),
    )
    return DrawingFigures(found["waiting"], float(found["seconds"] or 0), found["drawing"])


def _home(scope: Scope, now: datetime) -> Spread:
    """Seconds from "the engine is done" to "the video can be played", over the last hour."""
    done = scope.events.filter(
        at__gte=now - HOUR, to_state=State.SUCCEEDED, job__done_at__isnull=False
    )
    pairs = done.order_by().values_list("job__done_at", "at")
    return _spread((at - done_at).total_seconds() for done_at, at in pairs if done_at)


def _errors(scope: Scope, in_the_way: Mapping[str, int], now: datetime) -> list[ErrorClass]:
    """What went wrong by the machine's own account; what a person settled is no error."""
    trouble = Q(to_state__in=[State.FAILED, *UNSETTLED]) | Q(
        from_state=State.SUBMITTING, to_state=State.QUEUED
    )
    rows = (
        scope.events.filter(trouble, at__gte=now - DAY, by=None)
        .order_by()
        .values("cause")
        .annotate(day=Count("pk"), hour=Count("pk", filter=Q(at__gte=now - HOUR)))
    )
    day, hour = Counter[str](), Counter[str]()
    for row in rows:
        code = _CODES.get(row["cause"], row["cause"])
        day[code] += row["day"]
        hour[code] += row["hour"]
    found = [
        ErrorClass(code, hour[code], day[code], in_the_way.get(code, 0))
        for code in {*day, *in_the_way}
    ]
    return sorted(found, key=lambda one: (-one.now, -one.last_day, one.code))


def _money(scope: Scope) -> list[MoneyFigures]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        scope.ledger.order_by("currency")
        .values("currency")
        .annotate(held=Sum("held_amount"), charged=Sum("spent_amount", filter=Q(at__gte=midnight)))
    )
    return [
        MoneyFigures(row["currency"], _exact(row["held"]), _exact(row["charged"])) for row in rows
    ]


def _unsettled(scope: Scope) -> list[AvatarJob]:
    jobs = scope.jobs.unsettled().select_related("clip__project__organisation")
    return list(jobs.order_by("state_at")[:SHOWN])


def _exact(total: Decimal | None) -> Decimal:
    # SQLite adds in binary floats; adding zero turns -0 into 0.
    return (total or ZERO).quantize(STEP) + ZERO


def _spread(seconds: Iterable[float]) -> Spread:
    """Percentiles by nearest rank."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread()

    def at(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Spread(len(ordered), at(0.5), at(0.95), ordered[-1])
