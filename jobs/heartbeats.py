"""Signs of life of workers and beat, kept in the database so that every host sees all of them.

Asking the workers themselves (Celery's ping) takes a second each time and needs the broker; a row
that each process renews answers at once, and also says who has fallen silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from jobs import clock
from jobs.models import Heartbeat

WORKER, BEAT = "worker", "beat"
#: How often a process renews its row.
EVERY_SECONDS = 10.0
#: Without a sign for this long a process counts as silent: killed, hung, or cut off.
SILENT_AFTER = timedelta(seconds=35)
#: A process that never came back under its name is forgotten after this.
FORGOTTEN_AFTER = timedelta(hours=1)


def beat(name: str, role: str, *, queues: Sequence[str] = (), started: bool = False) -> None:
    """A sign of life of the process called `name`. One statement; `started`: it has just begun."""
    now = clock.now()
    row = Heartbeat(
        name=name[:200], role=role, queues=", ".join(queues)[:200], started_at=now, at=now
    )
    Heartbeat.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["role", "queues", "at", *(["started_at"] if started else [])],
    )
    if started:
        Heartbeat.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()


def stopped(name: str) -> None:
    """The process has ended as it should."""
    Heartbeat.objects.filter(name=name[:200]).delete()


def alive(now: datetime) -> list[Heartbeat]:
    """Those that gave a sign lately."""
    return [one for one in known(now) if is_alive(one, now)]


def known(now: datetime) -> list[Heartbeat]:
    """The same and those that have fallen silent within the last hour."""
    return list(Heartbeat.objects.filter(at__gte=now - FORGOTTEN_AFTER))


def is_alive(one: Heartbeat, now: datetime) -> bool:
    """Whether the process gave a sign lately."""
    return one.at >= now - SILENT_AFTER
