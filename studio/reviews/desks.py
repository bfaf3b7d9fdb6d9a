"""Which versions wait for a person: to be decided on, or to be made again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from jobs.models import AvatarJob, State, Version
from studio.clips.models import Release, ReviewHold
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Mode, Project
from studio.reviews.models import Looked, Outcome, Result
from studio.reviews.stages import Progress, StageStatus
from studio.reviews.standing import REFUSING, ReviewStatus, Standing, counted, status_of
from studio.reviews.turns import is_turn_of


class Urgency(NamedTuple):
    """What is due first is decided first; of what is due on the same day, the oldest."""

    due_on: date
    created_at: datetime


def urgency(version: Version, status: ReviewStatus) -> Urgency:
    """How soon `version` is to be decided: its stage's own day counts before the project's."""
    return _by(version, status.current)


def place_of(user: User, version: Version, status: ReviewStatus) -> Urgency:
    """Where `version` stands among what this person decides, decided by now or not.

    The day of their own stage counts: once the next one decides, it is due on another day.
    """
    came = [one for one in status.stages if one.progress is not Progress.LATER]
    theirs = [one for one in came if user.pk in one.deciders.may_decide]
    return _by(version, theirs[-1] if theirs else status.current)


def _by(version: Version, stage: StageStatus) -> Urgency:
    due_on = stage.due_on or version.clip.project.due_on
    return Urgency(due_on or date.max, version.created_at)


def awaiting(
    user: User, organisation: Organisation, known: Mapping[UUID, ReviewStatus] | None = None
) -> dict[UUID, Urgency]:
    """The latest versions whose stage is this person's to decide, undecided by them, by id.

    Without those that the person is done with (`Looked`); the most urgent first. Of versions
    whose status is `known` it is not asked again.
    """
    may = Member.objects.filter(
        user=user, organisation=organisation, role__in=[Role.APPROVER, Role.ADMIN]
    )
    possible = list(
        latest_in(user, organisation)
        .filter(Exists(may), ~Exists(_looked_by(user)), ~Exists(_decided()), ~Exists(_withdrawn()))
        .exclude(job__requested_by=user)
        # Every page asks this; it reads no more than when each is due.
        .select_related(None)
        .select_related("clip__project")
        .only("created_at", "clip__project__due_on")
    )
    status = dict(known or {})
    if unknown := [one for one in possible if one.pk not in status]:
        status |= status_of(unknown)
    waiting = {
        one.pk: urgency(one, status[one.pk])
        for one in possible
        if status[one.pk].state is Standing.WAITING and is_turn_of(user, status[one.pk])
    }
    return dict(sorted(waiting.items(), key=lambda item: item[1]))


def awaiting_ids(user: User, organisation: Organisation) -> list[UUID]:
    """The ids of what is `awaiting`, in that order."""
    return list(awaiting(user, organisation))


def awaiting_decision_of(user: User, organisation: Organisation) -> QuerySet[Version]:
    """The versions of `awaiting`; those of the project that is due first come first."""
    return latest_in(user, organisation).filter(pk__in=awaiting_ids(user, organisation))


def to_fix_by(user: User, organisation: Organisation) -> QuerySet[Version]:
    """Latest versions that were sent back, or withdrawn, and nobody has begun to make again.

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
        ~Exists(outcome) & (Exists(refused) | Exists(_withdrawn()))
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


def desk_address(
    request: HttpRequest, organisation: Organisation, *, off: Version | None = None
) -> str:
    """Back to my desk, at the row on which somebody goes on who is done with one (`next`).

    `off`: the version that left it just now, which the page offers to take back.
    """
    address = reverse("desk", args=[organisation.slug])
    if off:
        address += f"?off={off.pk}"
    try:
        return f"{address}#row-{UUID(request.POST.get('next', ''))}"
    except ValueError:
        return address


def just_off(user: User, organisation: Organisation, asked: str) -> Version | None:
    """The version that left this desk without a decision, as `asked` (`?off=`) says; None if it
    would not come back: it was replaced or decided, or its clip is no longer in work."""
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    possible = latest_in(user, organisation).filter(
        Exists(_looked_by(user)), ~Exists(_decided()), ~Exists(_withdrawn())
    )
    return possible.filter(pk=pk).first()


def _looked_by(user: User) -> QuerySet[Looked]:
    return Looked.objects.standing().filter(version=OuterRef("pk"), by=user)


def _decided() -> QuerySet[Outcome]:
    return Outcome.objects.standing().filter(version=OuterRef("pk"))


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
