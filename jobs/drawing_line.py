"""In which order animatics are drawn: organisations take turns.

A project of two hundred clips that is drafted at once thus does not make another team wait for all
of them. The place that a page shows is computed by the same function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max

from jobs.models import Animatic, Drawing

_NEVER = datetime.min.replace(tzinfo=UTC)


class Waiting(NamedTuple):
    """What the order depends on, and how many seconds of film there are to draw."""

    animatic: UUID
    organisation: Hashable
    since: datetime
    film_seconds: float


def in_order(waiting: Iterable[Waiting], begun: Mapping[Hashable, datetime]) -> list[Waiting]:
    """They in the order in which they are drawn: each organisation's own as they were asked for.

    `begun`: when a drawing of an organisation was last begun. The one that waits longest since then
    has the next turn.
    """
    theirs: dict[Hashable, list[Waiting]] = defaultdict(list)
    for one in sorted(waiting, key=lambda one: (one.since, str(one.animatic))):
        theirs[one.organisation].append(one)
    turns = sorted(
        theirs.values(), key=lambda own: (begun.get(own[0].organisation, _NEVER), own[0].since)
    )
    rounds = zip_longest(*turns)
    return [one for each in rounds for one in each if one is not None]


def line() -> list[Waiting]:
    """Those that wait to be drawn, in order; two queries."""
    organisation = "clip__project__organisation"
    rows = Animatic.objects.filter(state=Drawing.QUEUED).order_by()
    waiting = [
        Waiting(pk, whose, since, float(seconds))
        for pk, whose, since, seconds in rows.values_list(
            "pk", f"{organisation}_id", "requested_at", "duration_seconds"
        )
    ]
    begun = Animatic.objects.filter(
        **{f"{organisation}__in": {one.organisation for one in waiting}}, started_at__isnull=False
    )
    last = begun.order_by().values_list(f"{organisation}_id").annotate(last=Max("started_at"))
    return in_order(waiting, dict(last))
