"""The rows that polling works on: as narrow as can be, claimed and written back in bulk.

Most answers change nothing but the time of the next look, so such a row is never loaded as an
object: `Watched` is all that is needed of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DataError, connection, transaction
from django.db.models import Min, QuerySet

from jobs import accounts, allowance, clock, registry
from jobs.leases import a_lease
from jobs.models import NO_PROBLEM, AvatarJob, EngineAccount, Problem, State

log = logging.getLogger(__name__)

#: Longer than a pass lasts: a request gives up after 30 s.
LEASE_SECONDS = 45.0
#: States in which the engine is asked. The last two only if they have a time for it: a job that
#: was sent before it was cancelled, and one whose order can be looked up by our own id.
WATCHED = (State.RUNNING, State.STALLED, State.CANCELLED, State.UNKNOWN)
#: Columns that a look may change, and how their new values are read.
_TIMES = {"next_at": "news.next_at", "progress": "CAST(news.progress AS integer)"}
_PROBLEM = {name: f"news.{name}" for name in NO_PROBLEM.as_fields()}
_META = AvatarJob._meta  # noqa: SLF001 - Django's documented way to a table's name


class Watched(NamedTuple):
    """What a look needs of a job; the names are those of its columns."""

    pk: UUID
    state: str
    handle: str
    engine_model: str
    duration_seconds: Decimal
    accepted_at: datetime | None
    deadline_at: datetime | None
    progress: int | None
    error_code: str


class Again(NamedTuple):
    """A job that has not ended: when to look next, how far it is, what stands in its way."""

    job: Watched
    seconds: float
    progress: int | None
    problem: Problem | None = None


def accounts_due(now: datetime) -> set[str]:
    """The accounts that have something to look at now, but for those that are to be left alone."""
    held = EngineAccount.objects.filter(looks_held_until__gt=now).values("name")
    due = AvatarJob.objects.due(now, *WATCHED).exclude(account__in=held)
    return set(due.order_by().values_list("account", flat=True).distinct())


def next_due() -> datetime | None:
    """When the next look is due that no worker has claimed; None where none will be."""
    free = AvatarJob.objects.filter(state__in=WATCHED, leased_until=None)
    first: datetime | None = free.aggregate(at=Min("next_at"))["at"]
    return first


def claim(account: str, limit: int, now: datetime) -> tuple[str, list[Watched]]:
    """Lease what is due; on PostgreSQL rows that another worker is claiming are skipped."""
    lease = a_lease()
    due = AvatarJob.objects.due(now, *WATCHED).filter(account=account)
    with transaction.atomic():
        granted = _granted(account, limit, due, now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, no_key=True)
        jobs = [Watched(*row) for row in due.values_list(*Watched._fields)[:granted]]
        AvatarJob.objects.filter(pk__in=[job.pk for job in jobs]).update(
            lease=lease, leased_until=now + timedelta(seconds=LEASE_SECONDS)
        )
    return lease, jobs


def _granted(account: str, limit: int, due: QuerySet[AvatarJob], now: datetime) -> int:
    """How many looks the account's rate allows now; asks, and locks, only where there is one."""
    per_minute = registry.account(account).looks_per_minute
    if not per_minute:
        return limit
    wanted = min(limit, due.count())
    state = accounts.locked(account)
    return allowance.take(state, allowance.LOOKS, wanted=wanted, per_minute=per_minute, now=now)


def renew(lease: str) -> None:
    """Keep the claim a little longer.

    On PostgreSQL rows that are being written back this moment are skipped: waiting for them, with
    others locked already, is how two statements lock each other out.
    """
    until = clock.now() + timedelta(seconds=LEASE_SECONDS)
    mine = AvatarJob.objects.filter(lease=lease)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            free = mine.order_by().select_for_update(skip_locked=True, no_key=True)
            mine = mine.filter(pk__in=list(free.values_list("pk", flat=True)))
        mine.update(leased_until=until)


def write_back(again: Iterable[Again], lease: str, now: datetime) -> None:
    """Not ready is not a failed attempt: when to look next; and the lease is given back.

    One statement for all rows. A row whose lease has passed on is left alone.
    """
    quiet: list[list[Any]] = []
    telling: list[list[Any]] = []
    for one in again:
        tells = one.job.state == State.RUNNING and bool(one.problem or one.job.error_code)
        (telling if tells else quiet).append(_values(one, now, tells=tells))
    for columns, rows in ((_TIMES, quiet), (_TIMES | _PROBLEM, telling)):
        if rows:
            _write(columns, rows, lease)


def _write(columns: Mapping[str, str], rows: list[list[Any]], lease: str) -> None:
    """All at once; where the database refuses one of them, one by one without that one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_update(columns, len(rows)), [*chain.from_iterable(rows), lease])
    except (DataError, ValueError):
        if len(rows) == 1:
            log.exception("What was seen of job %s could not be written down.", rows[0][0])
            return
        for row in rows:
            _write(columns, [row], lease)


def _update(columns: Mapping[str, str], rows: int) -> str:
    """The UPDATE of so many rows from a list of new values, as both databases understand it."""
    table = connection.ops.quote_name(_META.db_table)
    row = f"({', '.join(['%s'] * (len(columns) + 1))})"
    news = ", ".join(f"{name} = {value}" for name, value in columns.items())
    # The names are those above, nothing that anybody gave.
    return (
        f"WITH news(id, {', '.join(columns)}) AS (VALUES {', '.join([row] * rows)}) "
        f"UPDATE {table} SET {news}, looks = looks + 1, lease = '', leased_until = NULL "
        f"FROM news WHERE {table}.id = news.id AND {table}.lease = %s"
    )


def _values(one: Again, now: datetime, *, tells: bool) -> list[Any]:
    at = connection.ops.adapt_datetimefield_value(now + timedelta(seconds=one.seconds))
    progress = one.job.progress if one.progress is None else one.progress
    problem = list((one.problem or NO_PROBLEM).as_fields().values()) if tells else []
    key = _META.pk.get_db_prep_value(one.job.pk, connection)
    return [key, at, progress, *problem]
