"""My desk: what waits for one person, what is due first first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from jobs.models import AvatarJob, State, Version
from jobs.models.job import AvatarJobQuerySet
from jobs.sentences import sentence
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project
from studio.reviews import desks, standing
from studio.reviews.guest_room import by_guests, standing_by_guests

SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: where it is, what it is, since when. Names as in `desk_row.html`."""

    id: str
    title: str
    project: str
    state: str  # a symbol: `state-<state>`
    sentence: str
    age_at: datetime
    url: str
    frame_url: str
    tall: bool
    due: str
    late: bool
    soon: bool
    done_url: str = ""
    done_label: str = "Put aside"
    #: Where one goes on once this is done: the id of the row behind it, or before the last one.
    next_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind that wait."""

    key: str
    title: str
    words: str
    rows: list[Row]


def groups(
    user: User, organisation: Organisation, awaiting: Collection[UUID] | None = None
) -> list[Group]:
    """Everything on the person's desk in `organisation`, empty groups left out.

    `awaiting` are the ids of what is to be decided (`desks.awaiting_ids`, in that order), where
    they are known.
    """
    if awaiting is None:
        awaiting = desks.awaiting_ids(user, organisation)
    now = timezone.now()
    to_fix = list(desks.to_fix_by(user, organisation))
    by_id = {one.pk: one for one in desks.latest_in(user, organisation).filter(pk__in=awaiting)}
    to_decide = [by_id[pk] for pk in awaiting if pk in by_id]
    status = standing.status_of(to_fix + to_decide)
    guests = standing_by_guests(to_decide)
    found = [
        Group(
            "decide",
            "To decide",
            "Watch, then approve or say what to change",
            [_decide(one, status[one.pk], by_guests(guests[one.pk])) for one in to_decide],
        ),
        Group(
            "fix",
            "To fix",
            "Sent back or withdrawn: the next attempt starts from the same inputs",
            [_fix(version, status[version.pk]) for version in to_fix],
        ),
        Group(
            "failed",
            "Failed",
            "The engine or the line was at fault, or an input: look, then try again",
            [_job(job, now, can_put_aside=True) for job in _failed(user, organisation)],
        ),
        Group(
            "settle",
            "Needs settling",
            "The machine cannot know how it ended; the engine's own list can",
            [_job(job, now, can_put_aside=False) for job in _unsettled(user, organisation)],
        ),
    ]
    return _led_on([group for group in found if group.rows])


def _led_on(found: list[Group]) -> list[Group]:
    """The same, each row with the one where a person goes on who is done with it."""
    ids = [row.id for group in found for row in group.rows]
    behind = dict(pairwise(ids)) | ({ids[-1]: ids[-2]} if len(ids) > 1 else {})
    return [
        replace(group, rows=[replace(row, next_id=behind.get(row.id, "")) for row in group.rows])
        for group in found
    ]


def count(user: User, organisation: Organisation, awaiting: Collection[UUID] | None = None) -> int:
    """How many things are on the desk; `awaiting` is what is to be decided, where it is known."""
    if awaiting is None:
        awaiting = desks.awaiting_ids(user, organisation)
    return (
        len(awaiting)
        + desks.to_fix_by(user, organisation).count()
        + _failed(user, organisation).count()
        + _unsettled(user, organisation).count()
    )


def _failed(user: User, organisation: Organisation) -> QuerySet[AvatarJob]:
    """The person's own attempts that failed, where nobody has tried again since."""
    newer = AvatarJob.objects.filter(clip=OuterRef("clip"), number__gt=OuterRef("number"))
    return (
        _jobs(user, organisation)
        .filter(~Exists(newer), clip__removed_at=None, state=State.FAILED)
        .filter(requested_by=user, put_aside_at=None)
    )


def _unsettled(user: User, organisation: Organisation) -> QuerySet[AvatarJob]:
    """What needs settling: approvers release money, admins have the engine's list to look at."""
    settlers = Member.objects.filter(
        user=user, organisation=organisation, role__in=[Role.APPROVER, Role.ADMIN]
    )
    # Also those of clips that were removed: their money is held all the same.
    return _jobs(user, organisation).unsettled().filter(Exists(settlers))


def _jobs(user: User, organisation: Organisation) -> AvatarJobQuerySet:
    return (
        AvatarJob.objects.visible_to(user)
        .filter(clip__project__organisation=organisation)
        .select_related("clip__project", "look", "requested_by")
        .order_by(F("clip__project__due_on").asc(nulls_last=True), "state_at")
    )


def _decide(version: Version, status: standing.ReviewStatus, guests: str) -> Row:
    who = version.job.requested_by.get_short_name()
    where = f" in {status.current.name}" if len(status.stages) > 1 else ""
    row = Row(
        state="waits",
        sentence=f"{who} made it; it waits for your decision{where}" + (guests and f". {guests}"),
        url=reverse("review", args=[version.pk]),
        done_url=reverse("version_done", args=[version.pk]),
        done_label="Done reviewing",
        **_of_version(version),
    )
    # The stage's own day counts before the project's.
    return replace(row, **_due(status.current.due_on)) if status.current.due_on else row


def _fix(version: Version, status: standing.ReviewStatus) -> Row:
    return Row(
        state=status.symbol,
        sentence=status.sentence,
        url=f"{reverse('clip', args=[version.clip_id])}?from={version.pk}",
        **_of_version(version),
    )


def _job(job: AvatarJob, now: datetime, *, can_put_aside: bool) -> Row:
    return Row(
        id=str(job.pk),
        title=str(job),
        state=job.state,
        sentence=sentence(job, now),
        age_at=job.state_at,
        url=reverse("job", args=[job.pk]),
        frame_url=reverse("look_thumbnail", args=[job.look_id]),
        tall=job.look.is_upright,
        done_url=reverse("job_put_aside", args=[job.pk]) if can_put_aside else "",
        **_of_project(job.clip.project),
    )


def _of_version(version: Version) -> dict[str, Any]:
    return {
        "id": str(version.pk),
        "title": str(version),
        "age_at": version.created_at,
        "frame_url": reverse("version_poster", args=[version.pk]),
        "tall": version.is_upright,
        **_of_project(version.clip.project),
    }


def _of_project(project: Project) -> dict[str, Any]:
    return {"project": str(project), **_due(project.due_on)}


def _due(due: date | None) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "due": f"due {due.day} {due:%b}" if due else "",
        "late": due is not None and due < today,
        "soon": due is not None and today <= due <= today + SOON,
    }
