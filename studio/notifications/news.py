"""What of the happenings concerns whom, in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jobs.leases import one_alone
from studio.notifications import job_news, turn_news
from studio.notifications.happenings import Happenings
from studio.notifications.models import Kind
from studio.notifications.telling import News
from studio.organisations.models import User
from studio.reviews.footage import addresses_of
from studio.reviews.models import Comment, Decision, GuestDecision, Verdict, Verification

#: What somebody did, as it stands in a sentence.
DID = {
    Verdict.APPROVE: "approved",
    Verdict.APPROVE_WITH_CHANGES: "approved with changes",
    Verdict.REQUEST_CHANGES: "asks for changes to",
    Verdict.REJECT: "rejected",
}
#: What somebody took back, as it stands in a sentence.
WITHDREW = {
    Verdict.APPROVE: "the approval of",
    Verdict.APPROVE_WITH_CHANGES: "the approval with changes of",
    Verdict.REQUEST_CHANGES: "the request for changes to",
    Verdict.REJECT: "the rejection of",
}


def news_of(found: Happenings) -> Iterator[News]:
    """Everything that somebody is to be told of it; what cannot be told holds up nothing else."""
    kinds: tuple[tuple[Callable[[Any], Iterable[News]], Sequence[object]], ...] = (
        (_of_comment, found.comments),
        (_decided, found.decisions),
        (_taken_back, found.withdrawn),
        (_guest_decided, found.guest_decisions),
        (_guest_took_back, found.guests_withdrew),
        (_not_fixed, found.not_fixed),
        (partial(turn_news.of_turn, since=found.since), found.turns),
        (job_news.failed, found.failed),
        (job_news.needs_settling, found.unsettled),
    )
    for make, happened in kinds:
        for one in happened:
            news: list[News] = []
            with one_alone(f"Telling of {one!r}"):
                news = list(make(one))
            yield from news


def path_of(comment: Comment) -> str:
    """Exactly that frame of exactly that footage."""
    room = addresses_of(comment.footage).room
    return f"{room}?{urlencode({'frame': comment.frame})}#comment-{comment.pk}"


def place_of(comment: Comment) -> str:
    """`Welcome v3 at 00:07:12`."""
    return f"{comment.footage} at {comment.timecode}"


def _of_comment(comment: Comment) -> Iterator[News]:
    named = list(comment.mentions.all())
    # Guests call themselves what they like, also by a member's name.
    who = f"{comment.said_by}, a guest," if comment.guest_id else str(comment.said_by)
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
        sentence = f"{who} commented on {place_of(comment)}"
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


def _decided(decision: Decision) -> Iterator[News]:
    version = decision.version
    yield News(
        kind=Kind.DECIDED,
        key=f"decided:{decision.pk}",
        to=[version.job.requested_by],
        project=version.clip.project,
        sentence=f"{decision.by} {DID[Verdict(decision.verdict)]} {version}",
        quote=decision.reason,
        path=reverse("review", args=[version.pk]),
        by=decision.by_id,
    )


def _taken_back(decision: Decision) -> Iterator[News]:
    version = decision.version
    yield News(
        kind=Kind.DECIDED,
        key=f"taken back:{decision.pk}",
        to=[version.job.requested_by],
        project=version.clip.project,
        sentence=f"{decision.by} withdrew {WITHDREW[Verdict(decision.verdict)]} {version}",
        path=reverse("review", args=[version.pk]),
        by=decision.by_id,
    )


def _not_fixed(verification: Verification) -> Iterator[News]:
    """Whoever made the version mends it again; whoever had asked for it knows where it is."""
    version, comment = verification.version, verification.comment
    people = [version.job.requested_by, *([comment.author] if comment.author else [])]
    yield News(
        kind=Kind.REPLY,
        key=f"not fixed:{verification.pk}",
        to=list({one.pk: one for one in people}.values()),
        project=version.clip.project,
        sentence=f"{verification.by} finds this not fixed in {version}",
        quote=comment.text or "(a drawing)",
        path=f"{reverse('review', args=[version.pk])}#verify-{comment.pk}",
        by=verification.by_id,
    )


def _guest_decided(decision: GuestDecision) -> Iterator[News]:
    version = decision.version
    yield News(
        kind=Kind.DECIDED,
        key=f"decided:{decision.pk}",
        to=_hosts(decision.guest.link.created_by, version),
        project=version.clip.project,
        sentence=f"{decision.guest}, a guest, {DID[Verdict(decision.verdict)]} {version}",
        quote=decision.reason,
        path=reverse("review", args=[version.pk]),
    )


def _guest_took_back(decision: GuestDecision) -> Iterator[News]:
    version, took_back = decision.version, WITHDREW[Verdict(decision.verdict)]
    yield News(
        kind=Kind.DECIDED,
        key=f"taken back:{decision.pk}",
        to=_hosts(decision.guest.link.created_by, version),
        project=version.clip.project,
        sentence=f"{decision.guest}, a guest, withdrew {took_back} {version}",
        path=reverse("review", args=[version.pk]),
    )
