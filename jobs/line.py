"""In which order the queued jobs of an account are sent: by turns, so that nobody starves.

Organisations take turns, whoever has least at the engine first. Within an organisation urgent jobs
go before normal ones, and projects take turns. So a batch of five hundred does not make the one
clip of another team wait for it. The place that a page shows is computed by the same function.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from jobs import clock
from jobs.models import AvatarJob, State

#: How long a place that was shown is taken for true.
REMEMBERED_SECONDS = 1


class Waiting(NamedTuple):
    """What the order depends on."""

    job: UUID
    organisation: Hashable
    project: Hashable
    priority: int
    since: datetime


def in_order(waiting: Iterable[Waiting], busy: Mapping[Hashable, int]) -> list[UUID]:
    """The ids in the order in which they are sent.

    `busy`: how many jobs each project and each organisation (both by id) has at the engine now.
    """
    turns: list[tuple[int, datetime, str, UUID]] = []
    for organisation, theirs in _grouped(waiting, lambda one: one.organisation).items():
        first = busy.get(organisation, 0)
        for turn, one in enumerate(_own_order(theirs, busy), start=first):
            turns.append((turn, one.since, str(one.job), one.job))
    return [job for *_, job in sorted(turns)]


def _own_order(waiting: Sequence[Waiting], busy: Mapping[Hashable, int]) -> list[Waiting]:
    """One organisation's jobs: by priority, then projects by turns."""
    places: list[tuple[int, int, datetime, str, Waiting]] = []
    for project, theirs in _grouped(waiting, lambda one: one.project).items():
        theirs.sort(key=lambda one: (-one.priority, one.since, str(one.job)))
        for turn, one in enumerate(theirs, start=busy.get(project, 0)):
            places.append((-one.priority, turn, one.since, str(one.job), one))
    return [one for *_, one in sorted(places, key=lambda place: place[:4])]


def _grouped(
    waiting: Iterable[Waiting], by: Callable[[Waiting], Hashable]
) -> dict[Hashable, list[Waiting]]:
    groups: dict[Hashable, list[Waiting]] = defaultdict(list)
    for one in waiting:
        groups[by(one)].append(one)
    return groups


def line(account: str, *, heads: int | None = None) -> list[UUID]:
    """The queued jobs of the account that could be sent now, in order; at least the first `heads`.

    Nobody's turn can come before that of the project's own first ones, so that only `heads` jobs
    of each project are read, and ten thousand waiting cost no more than fifty.
    """
    due = AvatarJob.objects.due(clock.now(), State.QUEUED).filter(account=account)
    if heads is not None:
        place = Window(
            RowNumber(),
            partition_by=F("clip__project_id"),
            order_by=[F("priority").desc(), F("requested_at").asc(), F("pk").asc()],
        )
        due = due.annotate(place=place).filter(place__lte=heads)
    rows = due.order_by().values_list(
        "pk", "clip__project__organisation_id", "clip__project_id", "priority", "requested_at"
    )
    return in_order((Waiting(*row) for row in rows), _busy(account))


def position_of(job: AvatarJob) -> int | None:
    """The job's place in the line, 1 being the next; None if it is not in the line now."""
    return places_of(job.account).get(job.pk) if job.state == State.QUEUED else None


def places_of(account: str) -> dict[UUID, int]:
    """The place of every job in the account's line, 1 being the next; remembered for a second."""
    key = f"line:{account}"
    places: dict[UUID, int] | None = cache.get(key)
    if places is None:
        places = {one: place for place, one in enumerate(line(account), start=1)}
        cache.set(key, places, REMEMBERED_SECONDS)
    return places


def _busy(account: str) -> Counter[Any]:
    """How many jobs each project and each organisation has at the engine, or just being sent."""
    rows = (
        AvatarJob.objects.at_the_engine(clock.now())
        .filter(account=account)
        .order_by()
        .values_list("clip__project_id", "clip__project__organisation_id")
        .annotate(jobs=Count("pk"))
    )
    busy: Counter[Any] = Counter()
    for project, organisation, jobs in rows:
        busy[project] += jobs
        busy[organisation] += jobs
    return busy
