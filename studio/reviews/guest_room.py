"""What a guest sees of one version: the picture, what was shared, and the own words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, Guest, GuestDecision, ReviewLink, Verdict
from studio.reviews.remarks import initials_of

DOES = {
    Verdict.APPROVE: "approves",
    Verdict.APPROVE_WITH_CHANGES: "approves with changes",
    Verdict.REQUEST_CHANGES: "requests changes",
    Verdict.REJECT: "rejects",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRemark:
    """One comment as a guest sees it; names as in the templates of the review room.

    `drawing` is JSON, "" for none.
    """

    id: UUID
    author: str
    initials: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    frame: int
    last_frame: int
    timecode: str
    is_whole: bool
    resolved: bool
    is_mine: bool
    is_guest: bool
    drawing: str
    replies: list[GuestRemark] = field(default_factory=list)


def said_to(link: ReviewLink) -> QuerySet[Comment]:
    """What guests of `link` may read: shared words of members, and of guests of the same link.

    Guests of two links may be two customers: neither learns that there is another.
    """
    own = Q(guest=None) | Q(guest__link=link)
    own_thread = Q(parent=None) | Q(parent__guest=None) | Q(parent__guest__link=link)
    # A reply to something that was taken back would stand alone: it goes with it.
    return (
        Comment.objects.standing()
        .shared()
        .filter(own, own_thread, Q(parent=None) | Q(parent__removed_at=None))
        .select_related("author", "guest")
    )


def remarks_for(link: ReviewLink, version: Version, guest: Guest | None) -> list[GuestRemark]:
    """The threads on `version` in the order of their frames, in one query."""
    said = list(said_to(link).filter(version=version).order_by("frame", "created_at"))
    threads = {one.pk: _remark(version, one, guest) for one in said if one.parent_id is None}
    for one in said:
        if one.parent_id in threads:
            threads[one.parent_id].replies.append(_remark(version, one, guest))
    return list(threads.values())


def decision_of(guest: Guest, version: Version) -> GuestDecision | None:
    """The guest's own standing decision."""
    return GuestDecision.objects.filter(guest=guest, version=version, withdrawn_at=None).first()


def guest_decisions_on(version: Version) -> list[GuestDecision]:
    """All that guests decided on it, withdrawn ones among them, oldest first."""
    rows = GuestDecision.objects.filter(version=version)
    return list(rows.select_related("guest__link"))


def standing_by_guests(versions: Iterable[Version]) -> dict[UUID, list[GuestDecision]]:
    """What guests decided on each version and did not withdraw, oldest first; one query."""
    found: dict[UUID, list[GuestDecision]] = defaultdict(list)
    rows = GuestDecision.objects.filter(version__in=versions, withdrawn_at=None)
    for decision in rows.select_related("guest"):
        found[decision.version_id].append(decision)
    return found


def by_guests(decisions: list[GuestDecision]) -> str:
    """In words for members, "" for none: `Guests, not counted: Grete Gast approves`."""
    said = [f"{one.guest} {DOES[Verdict(one.verdict)]}" for one in decisions]
    return f"Guests, not counted: {', '.join(said)}" if said else ""


def guest_marks(version: Version) -> list[tuple[object, ...]]:
    """What changes when a guest decides."""
    rows = GuestDecision.objects.filter(version=version).order_by("pk")
    return list(rows.values_list("pk", "withdrawn_at"))


def name_of(person: User | Guest) -> str:
    """How a guest sees somebody: by name, never by address."""
    return person.name or "A member"


def _remark(version: Version, comment: Comment, guest: Guest | None) -> GuestRemark:
    is_whole = comment.frame == 0 and comment.last_frame == version.frames - 1 > 0
    place = version.timecode(comment.frame)
    if comment.last_frame is not None and comment.last_frame != comment.frame:
        place = f"{place} – {version.timecode(comment.last_frame)}"
    name = name_of(comment.said_by)
    return GuestRemark(
        id=comment.pk,
        author=name,
        initials=initials_of(name),
        body=comment.text,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        frame=comment.frame,
        last_frame=comment.frame if comment.last_frame is None else comment.last_frame,
        timecode="all of it" if is_whole else place,
        is_whole=is_whole,
        resolved=comment.resolved_at is not None,
        is_guest=comment.guest_id is not None,
        is_mine=guest is not None and comment.guest_id == guest.pk,
        drawing=json.dumps(comment.drawing) if comment.drawing else "",
    )
