"""What has happened lately in reviews and jobs: asked for, never reported by those stages.

A reader remembers up to when it has read. It reads a little further back each time, because a
transaction may be committed after a later one was read; the `key`s of rows see to it that nothing
is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from jobs import clock
from jobs.models import AvatarJob, State, Version
from jobs.models.state import UNSETTLED
from jobs.polling import LOOK_UP_SECONDS, NEVER_ARRIVED_GRACE
from studio.notifications.models import Reading
from studio.notifications.turns import Turn, touched_since
from studio.reviews.models import Comment, Decision, GuestDecision, Verification, Verified

#: Longer than any transaction that writes a comment or a decision.
OVERLAP = timedelta(minutes=2)
#: So long the engine may be asked for an order whose answer was lost before people are told. An
#: order that never arrived has failed by then: at the first look after its grace, or the next.
PATIENCE = NEVER_ARRIVED_GRACE + timedelta(seconds=2 * LOOK_UP_SECONDS)

_OF_COMMENT = (
    "author", "guest__link__created_by", "parent__author",
    "version__clip__project__organisation", "version__job__requested_by",
    "animatic__clip__project__organisation", "animatic__requested_by",
)  # fmt: skip
_OF_VERSION = ("clip__project__organisation", "job__requested_by")
_OF_ITS_VERSION = tuple(f"version__{one}" for one in _OF_VERSION)
_OF_GUEST = ("guest__link__created_by", *_OF_ITS_VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """Everything since the last reading, with what it takes to tell it."""

    since: datetime
    comments: list[Comment]
    decisions: list[Decision]
    #: Taken back, without another one in their place.
    withdrawn: list[Decision]
    guest_decisions: list[GuestDecision]
    guests_withdrew: list[GuestDecision]
    #: Old comments of which somebody says that a new version does not answer them.
    not_fixed: list[Verification]
    versions: list[Version]
    #: Where it may have come to others to decide, or to nobody any more.
    turns: list[Turn]
    failed: list[AvatarJob]
    #: Of which nobody but a person can say how they ended.
    unsettled: list[AvatarJob]


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
    decisions = Decision.objects.filter(at__gt=then).select_related("by", *_OF_ITS_VERSION)
    by_guests = GuestDecision.objects.filter(at__gt=then).select_related(*_OF_GUEST)
    versions = Version.objects.filter(created_at__gt=then, clip__removed_at=None)
    jobs = AvatarJob.objects.select_related("clip__project__organisation", "requested_by")
    return Happenings(
        since=then,
        comments=list(comments),
        decisions=list(decisions),
        withdrawn=list(_withdrawn(then)),
        guest_decisions=list(by_guests),
        guests_withdrew=list(_guests_withdrew(then)),
        not_fixed=list(_not_fixed(then)),
        versions=list(versions.select_related(*_OF_VERSION)),
        turns=touched_since(then),
        failed=list(jobs.filter(state=State.FAILED, state_at__gt=then)),
        unsettled=list(jobs.unsettled().filter(_needs_a_person(then))),
    )


def _needs_a_person(then: datetime) -> Q:
    """Overdue and lost since `then`; and where the answer was lost, once nobody asks the engine
    for it any more, or has for long.

    That the asking ends leaves `state_at` as it is, so those are read as far back as it may take.
    """
    others = [state for state in UNSETTLED if state != State.UNKNOWN]
    asked_in_vain = Q(next_at=None) | Q(state_at__lte=clock.now() - PATIENCE)
    answer_lost = Q(state=State.UNKNOWN, state_at__gt=then - PATIENCE) & asked_in_vain
    return answer_lost | Q(state__in=others, state_at__gt=then)


def _withdrawn(then: datetime) -> QuerySet[Decision]:
    """Whoever decides again withdraws the earlier decision by that: the new one is the news."""
    same = Decision.objects.filter(
        version=OuterRef("version"), by=OuterRef("by"), stage=OuterRef("stage"),
        at__gte=OuterRef("withdrawn_at"),
    )  # fmt: skip
    taken_back = Decision.objects.filter(~Exists(same), withdrawn_at__gt=then)
    return taken_back.select_related("by", *_OF_ITS_VERSION)


def _guests_withdrew(then: datetime) -> QuerySet[GuestDecision]:
    """The same of guests."""
    same = GuestDecision.objects.filter(
        version=OuterRef("version"), guest=OuterRef("guest"), at__gte=OuterRef("withdrawn_at")
    )
    taken_back = GuestDecision.objects.filter(~Exists(same), withdrawn_at__gt=then)
    return taken_back.select_related(*_OF_GUEST)


def _not_fixed(then: datetime) -> QuerySet[Verification]:
    """Only the last word on each comment."""
    later = Verification.objects.filter(
        comment=OuterRef("comment"), version=OuterRef("version"), pk__gt=OuterRef("pk")
    )
    said = Verification.objects.filter(~Exists(later), verdict=Verified.NOT_FIXED, at__gt=then)
    standing = said.filter(comment__removed_at=None)
    return standing.select_related("by", "comment__author", *_OF_ITS_VERSION)
