"""What has happened lately in reviews and jobs: asked for, never reported by those stages.

A reader remembers up to when it has read. It reads a little further back each time, because a
transaction may be committed after a later one was read; the `key`s of rows see to it that nothing
is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from jobs.models import AvatarJob, State, Version
from studio.notifications.models import Reading
from studio.projects.models import Project
from studio.reviews.models import Comment, Decision, GuestDecision
from studio.reviews.standing import ReviewStatus, status_of

#: Longer than any transaction that writes a comment or a decision.
OVERLAP = timedelta(minutes=2)
#: What waits longer than this is not looked at for being due.
LONGEST_REVIEW = timedelta(days=120)
#: How long before a project is due people are told.
SOON = timedelta(days=2)

_OF_COMMENT = (
    "author", "guest__link__created_by", "parent__author",
    "version__clip__project__organisation", "version__job__requested_by",
    "animatic__clip__project__organisation", "animatic__requested_by",
)  # fmt: skip
_OF_VERSION = ("clip__project__organisation", "job__requested_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """Everything since the last reading, with what it takes to tell it."""

    comments: list[Comment]
    decisions: list[Decision]
    guest_decisions: list[GuestDecision]
    versions: list[Version]
    #: Those whose approvers may have come to owe something, with how they stand.
    waiting: list[tuple[Version, ReviewStatus]]
    failed: list[AvatarJob]


def begin(reader: str, now: datetime) -> datetime:
    """Since when `reader` has to read, a little overlapping what it read before."""
    reading, _ = Reading.objects.get_or_create(reader=reader, defaults={"until": now - OVERLAP})
    return min(reading.until, now) - OVERLAP


def end(reader: str, now: datetime) -> None:
    """Everything up to `now` is told."""
    Reading.objects.filter(reader=reader).update(until=now)


def since(then: datetime) -> Happenings:
    """What happened since `then`, in a constant number of queries."""
    comments = (
        Comment.objects.standing()
        .filter(Q(created_at__gt=then) | Q(edited_at__gt=then))
        .select_related(*_OF_COMMENT)
        .prefetch_related("mentions", "parent__replies__author")
    )
    of_version = [f"version__{one}" for one in _OF_VERSION]
    decisions = Decision.objects.filter(at__gt=then).select_related("by", *of_version)
    by_guests = GuestDecision.objects.filter(at__gt=then).select_related(
        "guest__link__created_by", *of_version
    )
    versions = Version.objects.filter(created_at__gt=then, clip__removed_at=None)
    failed = AvatarJob.objects.filter(state=State.FAILED, state_at__gt=then)
    return Happenings(
        comments=list(comments),
        decisions=list(decisions),
        guest_decisions=list(by_guests),
        versions=list(versions.select_related(*_OF_VERSION)),
        waiting=_waiting(then),
        failed=list(failed.select_related("clip__project__organisation", "requested_by")),
    )


def due_projects(now: datetime) -> list[Project]:
    """Projects under way that are due today, in two days or before, or just were."""
    today = now.date()
    near = Project.objects.filter(
        archived_at=None, due_on__lte=today + SOON, due_on__gte=today - timedelta(days=1)
    )
    return list(near.select_related("organisation", "created_by").prefetch_related("people"))


def due_decisions(now: datetime) -> list[tuple[Version, ReviewStatus]]:
    """Versions whose stage should have decided by today, or by yesterday, and who owes that."""
    versions = list(
        Version.objects.latest_per_clip()
        .filter(clip__removed_at=None, clip__project__archived_at=None)
        .filter(clip__project__stages__due_working_days__isnull=False, outcomes=None)
        .filter(created_at__gt=now - LONGEST_REVIEW)
        .distinct()
        .select_related(*_OF_VERSION)
    )
    status = status_of(versions) if versions else {}
    days = (now.date(), now.date() - timedelta(days=1))
    return [(one, status[one.pk]) for one in versions if status[one.pk].due_on in days]


def _waiting(then: datetime) -> list[tuple[Version, ReviewStatus]]:
    """New versions, and those on which somebody decided or whose rule was changed: the turn may
    have come to others."""
    touched = (
        Version.objects.latest_per_clip()
        .filter(clip__removed_at=None, clip__project__archived_at=None)
        .filter(
            Q(created_at__gt=then)
            | Q(decisions__at__gt=then)
            | Q(decisions__withdrawn_at__gt=then)
            | Q(clip__project__rule_changes__at__gt=then)
        )
        .distinct()
        .select_related(*_OF_VERSION)
    )
    versions = list(touched)
    if not versions:
        return []
    status = status_of(versions)
    return [(one, status[one.pk]) for one in versions]
