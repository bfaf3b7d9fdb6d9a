"""Which versions wait for a person: to be decided on, or to be made again."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jobs.models import AvatarJob, State, Version
from studio.clips.models import Release, ReviewHold
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Mode, Project
from studio.reviews.models import Looked, Outcome, Result
from studio.reviews.standing import REFUSING, ReviewStatus, Standing, counted, status_of
from studio.reviews.turns import is_turn_of


def awaiting_ids(
    user: User, organisation: Organisation, known: Mapping[UUID, ReviewStatus] | None = None
) -> list[UUID]:
    """The ids of latest versions whose stage is this person's to decide, undecided by them.

    Without those that the person is done with (`Looked`). Those of the project that is due first
    come first, then the oldest. Of versions whose status is `known` it is not asked again.
    """
    may = Member.objects.filter(
        user=user, organisation=organisation, role__in=[Role.APPROVER, Role.ADMIN]
    )
    done = Outcome.objects.standing().filter(version=OuterRef("pk"))
    looked = Looked.objects.standing().filter(version=OuterRef("pk"), by=user)
    possible = list(
        latest_in(user, organisation)
        .filter(Exists(may), ~Exists(done), ~Exists(looked), ~Exists(_withdrawn()))
        .exclude(job__requested_by=user)
    )
    status = dict(known or {})
    if unknown := [one for one in possible if one.pk not in status]:
        status |= status_of(unknown)
    return [
        one.pk
        for one in possible
        if status[one.pk].state is Standing.WAITING and is_turn_of(user, status[one.pk])
    ]


def awaiting_decision_of(user: User, organisation: Organisation) -> QuerySet[Version]:
    """The versions of `awaiting_ids`, in that order."""
    return latest_in(user, organisation).filter(pk__in=awaiting_ids(user, organisation))


def to_fix_by(user: User, organisation: Organisation) -> QuerySet[Version]:
    """Latest versions that were sent back and that nobody has begun to make again.

    Those the person requested, and, for the project's creator and the creators among its
    members, those that anybody requested.
    """
    member = Member.objects.filter(user=user, organisation=organisation)
    makes = member.exclude(role=Role.VIEWER)
    outcome = Outcome.objects.standing().filter(version=OuterRef("pk"))
    # Where refusals can be outvoted, only the outcome says what they came to.
    refused = (
        counted()
        .filter(version=OuterRef("pk"), verdict__in=REFUSING, stage__removed_at=None)
        .exclude(stage__mode=Mode.ANY)
    )
    sent_back = Exists(outcome.exclude(result=Result.APPROVED)) | (
        ~Exists(outcome) & Exists(refused)
    )
    newer = AvatarJob.objects.filter(clip=OuterRef("clip"), number__gt=OuterRef("number")).exclude(
        state=State.CANCELLED
    )
    shared = Project.objects.filter(people=user).filter(Exists(member.filter(role=Role.CREATOR)))
    return (
        latest_in(user, organisation)
        .filter(Exists(makes), sent_back, ~Exists(newer))
        .filter(
            Q(job__requested_by=user)
            | Q(clip__project__created_by=user)
            | Q(clip__project__in=shared.values("pk"))
        )
    )


def latest_in(user: User, organisation: Organisation) -> QuerySet[Version]:
    """Latest versions of clips that are in work, as far as the person sees them."""
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


def _withdrawn() -> QuerySet[ReviewHold]:
    """Holds by which the version was withdrawn, where it was not put back since."""
    of_version = ReviewHold.objects.filter(clip=OuterRef("clip"), number=OuterRef("number"))
    later = ReviewHold.objects.filter(
        clip=OuterRef("clip"), number=OuterRef("number"), pk__gt=OuterRef("pk")
    )
    return of_version.filter(~Exists(later), release=Release.WITHDRAWN)
