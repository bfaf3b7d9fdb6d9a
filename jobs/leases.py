"""A worker's claim on rows: for a while, and fenced, so that a worker come late changes nothing."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import Error, connection, transaction

from jobs import clock
from jobs.models import AvatarJob, State

log = logging.getLogger(__name__)


def a_lease() -> str:
    """A name for a claim that nobody else has."""
    return secrets.token_hex(16)


def claim(*states: State, limit: int, seconds: float) -> tuple[str, list[AvatarJob]]:
    """Lease up to `limit` due jobs in `states` for `seconds`; the lease's name and the jobs.

    Whoever writes back names the lease (see `holding`), so that nothing is written after it has
    passed to somebody else. On PostgreSQL rows that another worker is claiming are skipped; on
    SQLite writers take turns anyway.
    """
    lease, now = a_lease(), clock.now()
    if not AvatarJob.objects.due(now, *states).exists():
        return lease, []  # most ticks: no lock is taken
    with transaction.atomic():
        due = AvatarJob.objects.due(now, *states)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, no_key=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        if ids:
            AvatarJob.objects.filter(pk__in=ids).update(
                lease=lease, leased_until=now + timedelta(seconds=seconds)
            )
    jobs = AvatarJob.objects.filter(pk__in=ids, lease=lease).select_related(
        "clip__project__organisation", "take"
    )
    return lease, list(jobs)


@contextmanager
def kept(job: AvatarJob, lease: str, *, seconds: float) -> Iterator[None]:
    """Renew the lease while the block runs.

    Long work thus needs no long lease, and a worker that died is noticed within `seconds`.
    """

    def renew() -> None:
        AvatarJob.objects.filter(pk=job.pk, lease=lease).update(
            leased_until=clock.now() + timedelta(seconds=seconds)
        )

    with renewed(renew, every_seconds=seconds / 3):
        yield


@contextmanager
def renewed(renew: Callable[[], object], *, every_seconds: float) -> Iterator[None]:
    """Call `renew` from a thread of its own, again and again, while the block runs."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(every_seconds):
            with suppress(Error):  # the next beat may succeed; the fence decides anyway
                renew()
            connection.close()

    keeper = threading.Thread(target=beat, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def holding(job: AvatarJob, lease: str) -> bool:
    """Whether the lease is still ours: to be asked in the transaction that writes."""
    return AvatarJob.objects.select_for_update(no_key=True).filter(pk=job.pk, lease=lease).exists()


@contextmanager
def one_alone(what: str) -> Iterator[None]:
    """Trouble inside the block is written down, and the work beside it goes on."""
    try:
        yield
    except Exception:
        log.exception("%s broke off.", what)
