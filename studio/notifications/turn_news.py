"""Whose turn it is to decide, and what is due, in one sentence for each person concerned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from jobs.models import Version
from studio.notifications.models import Kind
from studio.notifications.telling import News
from studio.notifications.turns import Turn
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.standing import ReviewStatus

type Owed = list[tuple[Version, ReviewStatus]]


def of_turn(turn: Turn, *, since: datetime) -> Iterator[News]:
    """That a version waits for those who owe a decision, or was withdrawn after `since`."""
    if turn.withdrawn_at and turn.withdrawn_at > since:
        yield from _withdrawn(turn)
    elif turn.status.owed_by:
        yield _waits(turn)


def due_news(projects: list[Project], owed: Owed, now: datetime) -> Iterator[News]:
    """For those who work on projects that are due, and who owe decisions; once for each step."""
    today = timezone.localtime(now).date()
    for version, status in owed:
        is_late = status.due_on is not None and status.due_on < today
        day = _day(status.due_on)
        words = f"is late: it was due {day}" if is_late else f"is due today, {day}"
        yield News(
            kind=Kind.DUE,
            key=f"owed:{version.pk}:{status.due_on}:{is_late}",
            to=status.owed_by,
            project=version.clip.project,
            sentence=f"Your decision on {version} {words}",
            path=reverse("review", args=[version.pk]),
        )
    for project in projects:
        days = (project.due_on - today).days if project.due_on else 0
        step, words = _step(days)
        yield News(
            kind=Kind.DUE,
            key=f"due:{project.pk}:{project.due_on}:{step}",
            to=_workers(project),
            project=project,
            sentence=f"{project} {words}, {_day(project.due_on)}",
            path=reverse("storyboard", args=[project.pk]),
        )


def _waits(turn: Turn) -> News:
    """Asked once in each round of each stage: again when it was put back, or its turn comes."""
    version, status = turn.version, turn.status
    stage = f" in {status.current.name}" if len(status.stages) > 1 else ""
    again = " again" if turn.again_by else ""
    return News(
        kind=Kind.WAITING,
        key=f"waiting:{turn.key}",
        to=status.owed_by,
        project=version.clip.project,
        sentence=f"{version} waits for your decision{stage}{again}",
        path=reverse("review", args=[version.pk]),
        by=turn.again_by.pk if turn.again_by else None,
    )


def _withdrawn(turn: Turn) -> Iterator[News]:
    """Whoever was asked, or has decided, need not any more; the maker may change the clip."""
    version, hold = turn.version, turn.status.hold
    if hold is None or hold.released_by is None:
        return
    decided = [one.by for stage in turn.status.stages for one in stage.decisions]
    asked = {one.pk: one for one in (*turn.status.current.owed_by, *decided)}
    maker = version.job.requested_by
    asked.pop(maker.pk, None)
    for kind, to in ((Kind.WAITING, list(asked.values())), (Kind.DECIDED, [maker])):
        yield News(
            kind=kind,
            key=f"withdrawn:{hold.pk}",
            to=to,
            project=version.clip.project,
            sentence=f"{hold.released_by} withdrew {version} from review",
            quote=hold.reason,
            path=reverse("review", args=[version.pk]),
            by=hold.released_by_id,
        )


def _day(day: date | None) -> str:
    # A mail is read later than it was written, and "today" is another day then.
    return date_format(day, "j M") if day else ""


def _step(days: int) -> tuple[str, str]:
    if days < 0:
        return "late", "was due yesterday"
    if days == 0:
        return "today", "is due today"
    return "soon", "is due tomorrow" if days == 1 else f"is due in {days} days"


def _workers(project: Project) -> list[User]:
    people = [project.created_by, *project.people.all()]
    return list({one.pk: one for one in people}.values())
