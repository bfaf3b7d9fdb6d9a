"""Whose figures: every query of the operations page starts from what the person may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from jobs import registry
from jobs.models import Animatic, AvatarJob, JobEvent, LedgerEntry
from jobs.models.animatic import AnimaticQuerySet
from jobs.models.job import AvatarJobQuerySet
from jobs.models.ledger import LedgerQuerySet
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Organisation, User
from studio.projects.models import Project


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that count, and the accounts that may be tested and resumed.

    `organisation`: None for an operator, who sees the whole installation.
    """

    organisation: Organisation | None
    accounts: tuple[AccountSettings, ...]
    jobs: AvatarJobQuerySet
    events: QuerySet[JobEvent]
    ledger: LedgerQuerySet
    animatics: AnimaticQuerySet

    def account(self, name: str) -> AccountSettings | None:
        """The account of this name, if it is within the scope."""
        return next((one for one in self.accounts if one.name == name), None)

    def is_shared(self, account: AccountSettings) -> bool:
        """Whether others than this organisation send by the account."""
        own = self.organisation
        return own is not None and account.organisations != (own.slug,)


def of_organisation(user: User, organisation: Organisation) -> Scope:
    """What `user` sees of `organisation`: its jobs, its money, the accounts it may use."""
    projects = Project.objects.visible_to(user).filter(organisation=organisation).values("pk")
    return Scope(
        organisation=organisation,
        accounts=tuple(registry.accounts_for(organisation)),
        jobs=AvatarJob.objects.visible_to(user).filter(clip__project__organisation=organisation),
        events=JobEvent.objects.filter(job__clip__project__in=projects),
        ledger=LedgerEntry.objects.filter(organisation=organisation, project__in=projects),
        animatics=Animatic.objects.filter(clip__project__in=projects),
    )


def of_installation() -> Scope:
    """Everything, for operators and for the metrics."""
    return Scope(
        organisation=None,
        accounts=tuple(registry.accounts()),
        jobs=AvatarJob.objects.all(),
        events=JobEvent.objects.all(),
        ledger=LedgerEntry.objects.all(),
        animatics=Animatic.objects.all(),
    )
