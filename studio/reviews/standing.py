"""Where versions stand with their approvers, for one or for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jobs.models import AvatarJob, State, Version
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project
from studio.reviews.approvers import Approvers, approvers_of
from studio.reviews.models import Comment, Decision, Verdict
from studio.reviews.sentences import approved, replaced, sent_back, waits

APPROVING = [verdict for verdict in Verdict if verdict.approves]
REFUSING = [verdict for verdict in Verdict if not verdict.approves]


class Standing(StrEnum):
    """Where a version stands; the value is the word that people read."""

    WAITING = "waiting"
    APPROVED = "approved"
    CHANGES = "changes requested"
    REJECTED = "rejected"


_SYMBOLS = {
    Standing.WAITING: "waits",
    Standing.APPROVED: "approved",
    Standing.CHANGES: "changes",
    Standing.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """What approvers have made of a version so far."""

    state: Standing
    sentence: str
    approvals: int
    approvals_needed: int
    owed_by: tuple[User, ...]
    open_comments: int

    @property
    def symbol(self) -> str:
        """The state's symbol and colour: `state-<symbol>`."""
        return _SYMBOLS[self.state]


def status_of(versions: Iterable[Version]) -> dict[UUID, ReviewStatus]:
    """The status of each version by its id, in a constant number of queries."""
    ids = [version.pk for version in versions]
    facts = list(_facts(ids))
    decisions: dict[UUID, list[Decision]] = defaultdict(list)
    for decision in _counted().filter(version__in=ids).select_related("by"):
        decisions[decision.version_id].append(decision)
    comments = Comment.objects.open().filter(version__in=ids).order_by()
    counts = dict(comments.values_list("version").annotate(count=Count("pk")))
    approvers = approvers_of({version.clip.project for version in facts})
    return {
        version.pk: _status(
            version, decisions[version.pk], approvers[version.clip.project_id],
            open_comments=counts.get(version.pk, 0),
        )
        for version in facts
    }  # fmt: skip


def awaiting_decision_of(user: User, organisation: Organisation) -> QuerySet[Version]:
    """Latest versions that this person may decide on and has not, and that are not settled yet.

    Those of the project that is due first come first, then the oldest.
    """
    may = Member.objects.filter(
        user=user, organisation=organisation, role__in=[Role.APPROVER, Role.ADMIN]
    )
    mine = _counted().filter(version=OuterRef("pk"), by=user)
    refused = _counted().filter(version=OuterRef("pk"), verdict__in=REFUSING)
    return (
        _latest(user, organisation)
        .filter(Exists(may), ~Exists(mine), ~Exists(refused))
        .annotate(approvals=_approvals())
        .filter(approvals__lt=F("clip__project__approvals_needed"))
        .exclude(job__requested_by=user)
    )


def to_fix_by(user: User, organisation: Organisation) -> QuerySet[Version]:
    """Latest versions that were sent back and that nobody has begun to make again.

    Those the person requested, and, for the project's creator and the creators among its
    members, those that anybody requested.
    """
    member = Member.objects.filter(user=user, organisation=organisation)
    makes = member.exclude(role=Role.VIEWER)
    refused = _counted().filter(version=OuterRef("pk"), verdict__in=REFUSING)
    newer = AvatarJob.objects.filter(clip=OuterRef("clip"), number__gt=OuterRef("number")).exclude(
        state=State.CANCELLED
    )
    shared = Project.objects.filter(people=user).filter(Exists(member.filter(role=Role.CREATOR)))
    return (
        _latest(user, organisation)
        .filter(Exists(makes), Exists(refused), ~Exists(newer))
        .filter(
            Q(job__requested_by=user)
            | Q(clip__project__created_by=user)
            | Q(clip__project__in=shared.values("pk"))
        )
    )


def _latest(user: User, organisation: Organisation) -> QuerySet[Version]:
    return (
        Version.objects.visible_to(user)
        .latest_per_clip()
        .filter(
            clip__project__organisation=organisation,
            clip__project__archived_at=None,
            clip__removed_at=None,
        )
        .select_related("clip__project", "job__requested_by")
        .order_by(F("clip__project__due_on").asc(nulls_last=True), "created_at")
    )


def _counted() -> QuerySet[Decision]:
    # A verdict counts while it stands, and only for the very bytes it was given on.
    return Decision.objects.standing().filter(version_sha256=F("version__sha256"))


def _approvals() -> Coalesce:
    given = _counted().filter(version=OuterRef("pk"), verdict__in=APPROVING).order_by()
    count = given.values("version").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def _facts(ids: list[UUID]) -> QuerySet[Version]:
    newest = Version.objects.filter(clip=OuterRef("clip")).order_by("-number").values("number")
    return (
        Version.objects.filter(pk__in=ids)
        .select_related("clip__project", "job")
        .annotate(newest_number=Subquery(newest[:1]))
    )


def _status(
    version: Version, decisions: list[Decision], approvers: Approvers, *, open_comments: int
) -> ReviewStatus:
    needed = version.clip.project.approvals_needed
    approving = [decision for decision in decisions if Verdict(decision.verdict).approves]
    refusing = [decision for decision in decisions if not Verdict(decision.verdict).approves]
    owed: tuple[User, ...] = ()
    if refusing:
        # One refusal is enough: approvals beside it do not outvote it.
        rejected = [one for one in refusing if one.verdict == Verdict.REJECT]
        state = Standing.REJECTED if rejected else Standing.CHANGES
        words = sent_back((rejected or refusing)[-1])
    elif len(approving) >= needed:
        state, words = Standing.APPROVED, approved(approving)
    else:
        state = Standing.WAITING
        newest: int = getattr(version, "newest_number", version.number)
        if newest > version.number:
            words = replaced(newest)
        else:
            owed = approvers.owing(
                maker=version.job.requested_by_id, decided={one.by_id for one in decisions},
                count=needed - len(approving),
            )  # fmt: skip
            words = waits(owed, len(approving), needed)
    return ReviewStatus(state, words, len(approving), needed, owed, open_comments)
