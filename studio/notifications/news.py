"""What of the happenings concerns whom, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.notifications.happenings import Happenings
from studio.notifications.models import Kind
from studio.notifications.telling import News
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.footage import addresses_of
from studio.reviews.models import Comment, Decision, GuestDecision, Verdict
from studio.reviews.standing import ReviewStatus

type Owed = list[tuple[Version, ReviewStatus]]

#: What somebody did, as it stands in a sentence.
DID = {
    Verdict.APPROVE: "approved",
    Verdict.APPROVE_WITH_CHANGES: "approved with changes",
    Verdict.REQUEST_CHANGES: "asks for changes to",
    Verdict.REJECT: "rejected",
}


def news_of(found: Happenings) -> Iterator[News]:
    """Everything that somebody is to be told of it."""
    for comment in found.comments:
        yield from _of_comment(comment)
    for decision in found.decisions:
        yield _decided(decision)
    for by_guest in found.guest_decisions:
        yield _guest_decided(by_guest)
    for version, status in found.waiting:
        if status.owed_by:
            yield News(
                kind=Kind.WAITING,
                key=f"waiting:{version.pk}",
                to=status.owed_by,
                project=version.clip.project,
                sentence=f"{version} waits for your decision",
                path=reverse("review", args=[version.pk]),
            )
    for job in found.failed:
        yield News(
            kind=Kind.FAILED,
            key=f"failed:{job.pk}",
            to=[job.requested_by],
            project=job.clip.project,
            sentence=f"{job} failed",
            quote=job.error_message,
            path=reverse("job", args=[job.pk]),
        )


def due_news(projects: list[Project], owed: Owed, now: datetime) -> Iterator[News]:
    """For those who work on projects that are due, and who owe decisions; once for each step."""
    today = timezone.localtime(now).date()
    for version, status in owed:
        is_late = status.due_on is not None and status.due_on < today
        yield News(
            kind=Kind.DUE,
            key=f"owed:{version.pk}:{status.due_on}:{is_late}",
            to=status.owed_by,
            project=version.clip.project,
            sentence=f"Your decision on {version} {'is late' if is_late else 'is due today'}",
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
            sentence=f"{project} {words}",
            path=reverse("storyboard", args=[project.pk]),
        )


def path_of(comment: Comment) -> str:
    """Exactly that frame of exactly that footage."""
    room = addresses_of(comment.footage).room
    return f"{room}?{urlencode({'frame': comment.frame})}#comment-{comment.pk}"


def place_of(comment: Comment) -> str:
    """`Welcome v3 at 00:07:12`."""
    return f"{comment.footage} at {comment.timecode}"


def _of_comment(comment: Comment) -> Iterator[News]:
    named = list(comment.mentions.all())
    who = str(comment.said_by)
    project = comment.footage.clip.project

    def told(kind: Kind, to: list[User], sentence: str) -> News:
        return News(
            kind=kind,
            key=f"{kind}:{comment.pk}",
            to=to,
            project=project,
            sentence=sentence,
            quote=comment.text or "(a drawing)",
            path=path_of(comment),
            by=comment.author_id,
        )

    if named:
        yield told(Kind.MENTION, named, f"{who} names you in {place_of(comment)}")
    others = [one for one in _in_the_thread(comment) if one not in named]
    if others:
        yield told(Kind.REPLY, others, f"{who} replied in {place_of(comment)}")
    if comment.guest is not None:
        to = _hosts(comment.guest.link.created_by, comment.footage)
        sentence = f"{who}, a guest, commented on {place_of(comment)}"
        fresh = [one for one in to if one not in named and one not in others]
        if fresh:
            yield told(Kind.REPLY, fresh, sentence)


def _in_the_thread(comment: Comment) -> list[User]:
    """Whoever began the thread, and whoever has replied in it before."""
    if comment.parent is None:
        return []
    earlier = [one for one in comment.parent.replies.all() if one.created_at < comment.created_at]
    people = [comment.parent.author, *(one.author for one in earlier)]
    return list({one.pk: one for one in people if one is not None}.values())


def _hosts(host: User, footage: object) -> list[User]:
    """Whoever made the link, and whoever made the video."""
    job = getattr(footage, "job", None)
    maker = job.requested_by if job else getattr(footage, "requested_by", host)
    return list({host.pk: host, maker.pk: maker}.values())


def _decided(decision: Decision) -> News:
    version = decision.version
    return News(
        kind=Kind.DECIDED,
        key=f"decided:{decision.pk}",
        to=[version.job.requested_by],
        project=version.clip.project,
        sentence=f"{decision.by} {DID[Verdict(decision.verdict)]} {version}",
        quote=decision.reason,
        path=reverse("review", args=[version.pk]),
        by=decision.by_id,
    )


def _guest_decided(decision: GuestDecision) -> News:
    version = decision.version
    return News(
        kind=Kind.DECIDED,
        key=f"decided:{decision.pk}",
        to=_hosts(decision.guest.link.created_by, version),
        project=version.clip.project,
        sentence=f"{decision.guest}, a guest, {DID[Verdict(decision.verdict)]} {version}",
        quote=decision.reason,
        path=reverse("review", args=[version.pk]),
    )


def _step(days: int) -> tuple[str, str]:
    if days < 0:
        return "late", "was due yesterday"
    if days == 0:
        return "today", "is due today"
    return "soon", "is due tomorrow" if days == 1 else f"is due in {days} days"


def _workers(project: Project) -> list[User]:
    people = [project.created_by, *project.people.all()]
    return list({one.pk: one for one in people}.values())
