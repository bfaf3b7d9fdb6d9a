"""What the jobs of one page may expect: why each waiting one waits, which may still be cancelled.

Asked once for all jobs of a page, so that forty tiles cost as many queries as three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from jobs import dispatch, line, registry
from jobs.cancelling import RENDERING, engine_cancels
from jobs.models import AvatarJob, EngineAccount, State
from jobs.sentences import NO_WAIT, Wait, sentence


@dataclass(frozen=True, slots=True)
class Outlook:
    """The prospects of some jobs at one moment."""

    now: datetime
    waits: Mapping[UUID, Wait]
    cancelling_accounts: frozenset[str]

    def sentence(self, job: AvatarJob) -> str:
        """The state of the job as one line."""
        return sentence(job, self.now, self.waits.get(job.pk, NO_WAIT))

    def can_cancel(self, job: AvatarJob) -> bool:
        """Whether a cancel may succeed: not sent yet, or its engine can stop."""
        if job.state in RENDERING:
            return job.account in self.cancelling_accounts
        return job.state == State.QUEUED


def outlook(jobs: Iterable[AvatarJob], now: datetime) -> Outlook:
    """The prospects of `jobs`, in a few queries per account, however many they are."""
    shown = list(jobs)
    queued = [job for job in shown if job.state == State.QUEUED]
    running = {job.account for job in shown if job.state in RENDERING}
    return Outlook(
        now=now,
        waits=_waits(queued, now),
        cancelling_accounts=frozenset(filter(engine_cancels, running)),
    )


def _waits(queued: list[AvatarJob], now: datetime) -> dict[UUID, Wait]:
    if not queued:
        return {}
    names = {job.account for job in queued}
    states = EngineAccount.objects.in_bulk(names)
    shared = {name: _of_account(name, states.get(name), now) for name in names}
    places = {name: line.places_of(name) for name in names}
    return {
        job.pk: replace(shared[job.account], place=places[job.account].get(job.pk))
        for job in queued
    }


def _of_account(name: str, state: EngineAccount | None, now: datetime) -> Wait:
    """What every waiting job of the account waits for."""
    try:
        at_once = registry.account(name).at_once
    except registry.NoSuchEngine:
        return NO_WAIT  # the sweep says so on each of its jobs
    return Wait(
        pause=state.pause_message if state and state.is_paused else "",
        held_until=state.sends_held_until if state else None,
        busy=dispatch.places_taken(name, now) if at_once else 0,
        at_once=at_once,
    )
