"""What stands still because an account at an engine is paused, as a banner says it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count

from jobs import accounts, costs, registry
from jobs.models import AvatarJob, EngineAccount, LedgerEntry, Money, State
from jobs.models.job import AvatarJobQuerySet
from studio.organisations.models import Organisation
from studio.projects.models import Project

NOTHING = Money(held=Decimal(0), spent=Decimal(0))


@dataclass(frozen=True, slots=True)
class Standstill:
    """One paused account: its row, its label, and what waits for it.

    `detail`: the engine's own words; empty where others use the account too, because they may be
    about somebody else's order.
    """

    account: EngineAccount
    label: str
    detail: str
    jobs: int
    held: str

    @property
    def was_tested(self) -> bool:
        """Whether somebody has tested it since it paused."""
        tested, paused = self.account.tested_at, self.account.paused_at
        return tested is not None and paused is not None and tested > paused


def of_project(project: Project) -> list[Standstill]:
    """The paused accounts that the project's next job or its waiting ones need."""
    if not (paused := accounts.paused()):
        return []  # nearly always: one query on a page
    queued = AvatarJob.objects.filter(clip__project=project, state=State.QUEUED)
    used = set() if project.archived_at else {registry.account_for(project).name}
    return _standstills(paused, queued, used, project.organisation)


def of_organisation(organisation: Organisation) -> list[Standstill]:
    """The paused accounts that the organisation's open projects or waiting jobs need."""
    if not (paused := accounts.paused()):
        return []
    projects = organisation.projects.filter(archived_at=None).select_related("organisation")
    used = {registry.account_for(project).name for project in projects}
    queued = AvatarJob.objects.filter(clip__project__organisation=organisation, state=State.QUEUED)
    return _standstills(paused, queued, used, organisation)


def context_of(standstills: list[Standstill], seen: str | None = None) -> dict[str, Any]:
    """For `jobs/standstills.html`; `seen` is the mark of the banners that a live page shows.

    A banner is swapped only where it has changed: nothing in it closes under a person's hands.
    """
    mark = mark_of(standstills)
    return {
        "standstills": standstills,
        "standstill_mark": mark,
        "standstills_changed": seen is not None and seen != mark,
    }


def mark_of(standstills: list[Standstill]) -> str:
    """A few characters that change when anything on the banners changes; empty without any."""
    facts = [(one.account.paused_at, one.account.tested_at, one.jobs) for one in standstills]
    return hashlib.blake2s(repr(facts).encode(), digest_size=3).hexdigest() if facts else ""


def _standstills(
    paused: Iterable[EngineAccount],
    queued: AvatarJobQuerySet,
    used: set[str],
    organisation: Organisation,
) -> list[Standstill]:
    waiting = queued.filter(account__in=[account.name for account in paused])
    rows = waiting.order_by().values_list("account").annotate(jobs=Count("pk"))
    counts: dict[str, int] = dict(rows)
    own = {
        one.name
        for one in registry.accounts_for(organisation)
        if one.organisations == (organisation.slug,)
    }
    held = LedgerEntry.objects.filter(job__in=waiting.values("pk")).totals_by("job__account")
    return [
        Standstill(
            account=account,
            label=label_of(account.name),
            detail=account.pause_detail if account.name in own else "",
            jobs=counts.get(account.name, 0),
            held=costs.show(held.get(account.name, NOTHING).held, settings.CURRENCY),
        )
        for account in paused
        if account.name in used or account.name in counts
    ]


def label_of(name: str) -> str:
    """What people call the account; its name where it is not configured any more."""
    try:
        return registry.account(name).label
    except registry.NoSuchEngine:
        return name
