"""Whose turn it is to decide: where that may have changed, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip, ReviewHold
from studio.notifications.models import Kind, Notification
from studio.organisations.models import User
from studio.projects.models import ApprovalStage, Project, RuleChange
from studio.reviews.models import Decision, Outcome
from studio.reviews.standing import ReviewStatus, Standing, status_of

#: What waits longer than this is not looked at for being due.
LONGEST_REVIEW = timedelta(days=120)
#: How long before a project is due people are told.
SOON = timedelta(days=2)
#: Notifications by which somebody was asked to decide.
ASKED = Q(kind__in=(Kind.WAITING, Kind.DUE)) & (
    Q(key__startswith="waiting:") | Q(key__startswith="owed:")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A version, and how its review stands.

    `again_by` put it back under review, or took back a decision so that it waits again; None
    where it waits for the first time.
    """

    version: Version
    status: ReviewStatus
    again_by: User | None

    @property
    def key(self) -> str:
        """Names this round of this stage: whoever is asked in it is asked once."""
        hold = self.status.hold
        return f"{self.version.pk}:{hold.pk if hold else 0}:{self.status.current.stage.pk}"

    @property
    def withdrawn_at(self) -> datetime | None:
        """When it was withdrawn from review, where that is how it stands."""
        hold = self.status.hold
        return hold.released_at if hold and self.status.state is Standing.WITHDRAWN else None


def touched_since(then: datetime) -> list[Turn]:
    """New versions, and those on which somebody decided, whose rule was changed, or that were
    taken out of review or put back, since `then`; none that a newer one has replaced."""
    clips = _clips_touched(then)
    return _turns(_under_way().filter(clip__in=clips)) if clips else []


def waiting(now: datetime) -> list[Turn]:
    """All that waits for a decision, whoever owes it by now: somebody was given the role since, or
    came into the project. Roles and members leave no trace of when; the `key`s of rows tell who
    was asked already."""
    recent = _under_way().filter(created_at__gt=now - LONGEST_REVIEW)
    found = _turns(recent.exclude(pk__in=Outcome.objects.standing().values("version")))
    return [one for one in found if one.status.is_under_review]


def _turns(rows: QuerySet[Version]) -> list[Turn]:
    versions = list(rows)
    if not versions:
        return []
    status = status_of(versions)
    taken_back = _taken_back(versions)
    return [
        Turn(
            version=one, status=status[one.pk],
            again_by=_again_by(status[one.pk], taken_back.get(one.pk, [])),
        )
        for one in versions
    ]  # fmt: skip


def due_projects(now: datetime) -> list[Project]:
    """Projects under way that are due today, in two days or before, or just were."""
    today = timezone.localdate(now)
    near = Project.objects.filter(
        archived_at=None, due_on__lte=today + SOON, due_on__gte=today - timedelta(days=1)
    )
    return list(near.select_related("organisation", "created_by").prefetch_related("people"))


def due_decisions(now: datetime) -> list[tuple[Version, ReviewStatus]]:
    """Versions whose stage should have decided by today, or by yesterday, and who owes that."""
    rules = ApprovalStage.objects.standing().filter(due_working_days__isnull=False)
    versions = list(
        _under_way()
        .filter(clip__project__in=rules.values("project"), created_at__gt=now - LONGEST_REVIEW)
        .exclude(pk__in=Outcome.objects.standing().values("version"))
    )
    status = status_of(versions) if versions else {}
    today = timezone.localdate(now)
    days = (today, today - timedelta(days=1))
    return [(one, status[one.pk]) for one in versions if status[one.pk].due_on in days]


def lay_aside(turns: Sequence[Turn], now: datetime) -> int:
    """What somebody was asked to decide, and need not any more, is read by that; how many were.

    Else a bell would count, and a digest say, that a version waits which was decided long ago.
    """
    if not turns:
        return 0
    owing = {one.version.pk: {person.pk for person in one.status.owed_by} for one in turns}
    # An earlier version of the same clip waits for nobody any more.
    clips = {one.version.clip_id for one in turns}
    of_clips = set(Version.objects.filter(clip__in=clips).values_list("pk", flat=True))
    asked = Notification.objects.unread().filter(
        ASKED,
        project__in={one.version.clip.project_id for one in turns},
    )
    over = []
    for pk, user, key in asked.values_list("pk", "user", "key"):
        version = UUID(key.split(":")[1])
        if version in of_clips and user not in owing.get(version, set()):
            over.append(pk)
    found = Notification.objects.filter(pk__in=over, read_at=None)
    return found.update(read_at=now, mail_at=None)


def let_rest(then: datetime, now: datetime) -> int:
    """The same in projects archived since `then`, where nothing is decided; how many were.

    Once a project is reopened, the desk says what waits there.
    """
    archived = list(Project.objects.filter(archived_at__gt=then).values_list("pk", flat=True))
    if not archived:
        return 0
    asked = Notification.objects.unread().filter(ASKED, project__in=archived)
    return asked.update(read_at=now, mail_at=None)


def _under_way() -> QuerySet[Version]:
    return (
        Version.objects.latest_per_clip()
        .filter(clip__removed_at=None, clip__project__archived_at=None)
        .select_related("clip__project__organisation", "job__requested_by")
    )


def _clips_touched(then: datetime) -> set[UUID]:
    """Asked table by table: one query over all of them would join everything with everything."""
    decided = Decision.objects.filter(Q(at__gt=then) | Q(withdrawn_at__gt=then))
    held = ReviewHold.objects.filter(Q(held_at__gt=then) | Q(released_at__gt=then))
    projects = list(RuleChange.objects.filter(at__gt=then).values_list("project", flat=True))
    found = set(Version.objects.filter(created_at__gt=then).values_list("clip", flat=True))
    found |= set(decided.values_list("version__clip", flat=True))
    found |= set(held.values_list("clip", flat=True))
    found |= set(Clip.objects.filter(project__in=projects).values_list("pk", flat=True))
    return found


def _taken_back(versions: list[Version]) -> dict[UUID, list[Decision]]:
    found: dict[UUID, list[Decision]] = {}
    rows = Decision.objects.filter(version__in=versions, withdrawn_at__isnull=False)
    for one in rows.select_related("by").order_by("withdrawn_at"):
        found.setdefault(one.version_id, []).append(one)
    return found


def _again_by(status: ReviewStatus, taken_back: list[Decision]) -> User | None:
    """Who brought it back: by putting it back, or by what was the last step before it was held."""
    hold = status.hold
    if hold is None:
        return None
    if hold.held_by is not None:
        return hold.held_by
    before = [one.by for one in taken_back if one.withdrawn_at and one.withdrawn_at <= hold.held_at]
    return before[-1] if before else None
