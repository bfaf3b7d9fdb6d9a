"""Who may send next: places at the engine, given away under the account's lock.

Caps and rates hold across all workers because the account's row is locked while places are
counted and given; whoever has a place has a lease on the job, and counts until it ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from jobs import accounts, allowance, clock, registry
from jobs.leases import a_lease
from jobs.line import line
from jobs.models import AvatarJob, EngineAccount, State

#: From getting a place to the committed intent, renewed while the order is put together.
LEASE_SECONDS = 45.0


def give_places(name: str, *, limit: int) -> tuple[str, list[AvatarJob]]:
    """Lease up to `limit` queued jobs of the account, as far as it may send now, in fair order."""
    lease = a_lease()
    if limit <= 0:
        return lease, []
    due = AvatarJob.objects.due(clock.now(), State.QUEUED).filter(account=name)
    if not due.exists():
        return lease, []  # most ticks: no lock is taken
    with transaction.atomic():
        state = accounts.locked(name)
        now = clock.now()
        chosen = line(name, heads=limit)[: _places(state, limit, now)]
        granted = allowance.take(
            state,
            allowance.SENDS,
            wanted=len(chosen),
            per_minute=registry.account(name).sends_per_minute,
            now=now,
        )
        # Queued still: a person may have cancelled one since the line was read.
        AvatarJob.objects.filter(pk__in=chosen[:granted], state=State.QUEUED).update(
            lease=lease, leased_until=now + timedelta(seconds=LEASE_SECONDS)
        )
    jobs = AvatarJob.objects.filter(lease=lease).select_related(
        "clip__project__organisation", "look", "take"
    )
    order = {job: place for place, job in enumerate(chosen)}
    return lease, sorted(jobs, key=lambda job: order[job.pk])


def renew(lease: str) -> None:
    """Keep the places while the orders are put together and their addresses probed."""
    until = clock.now() + timedelta(seconds=LEASE_SECONDS)
    AvatarJob.objects.filter(lease=lease, state=State.QUEUED).update(leased_until=until)


def _places(state: EngineAccount, limit: int, now: datetime) -> int:
    """How many jobs of the account may leave now: none while it is paused or held."""
    if state.is_paused or (state.sends_held_until and state.sends_held_until > now):
        return 0
    at_once = registry.account(state.name).at_once
    if not at_once:
        return limit
    return max(0, min(limit, at_once - places_taken(state.name, now)))


def places_taken(name: str, now: datetime) -> int:
    """How many jobs of the account are at the engine, or about to be."""
    return AvatarJob.objects.at_the_engine(now).filter(account=name).count()
