"""Comments as the page shows them: with their place in time, their picture and what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jobs.models import Footage
from studio.organisations.models import Member, Role, User
from studio.reviews.models import Comment


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment, ready to be drawn in the list and as a mark on the timeline."""

    id: UUID
    author: str
    initials: str
    body: str
    created_at: datetime
    frame: int
    timecode: str
    is_whole: bool
    resolved: bool
    resolved_by: str
    may_resolve: bool
    may_take_back: bool
    tile_box: str


def remarks_of(footage: Footage, comments: list[Comment], member: Member) -> list[Remark]:
    """The comments on `footage` in the order of their frames; no queries."""
    return [_remark(footage, comment, member) for comment in comments]


def may_resolve(comment: Comment, member: Member) -> bool:
    """Approvers resolve and reopen; so does, for the own comment, whoever made it."""
    return member.may(Role.APPROVER) or comment.author_id == member.user_id


def initials_of(person: User) -> str:
    """Up to two letters for a mark on the timeline."""
    words = str(person).split()
    return "".join(word[:1] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def _remark(footage: Footage, comment: Comment, member: Member) -> Remark:
    return Remark(
        id=comment.pk,
        author=str(comment.author),
        initials=initials_of(comment.author),
        body=comment.text,
        created_at=comment.created_at,
        frame=comment.frame,
        timecode=_place(footage, comment),
        is_whole=_is_whole(footage, comment),
        resolved=comment.resolved_at is not None,
        resolved_by=str(comment.resolved_by or ""),
        may_resolve=may_resolve(comment, member),
        may_take_back=comment.author_id == member.user_id,
        tile_box=_tile_box(footage, comment.frame),
    )


def _is_whole(footage: Footage, comment: Comment) -> bool:
    return comment.frame == 0 and comment.last_frame == footage.frames - 1 > 0


def _place(footage: Footage, comment: Comment) -> str:
    if _is_whole(footage, comment):
        return f"whole {footage.noun}"
    if comment.last_frame is None or comment.last_frame == comment.frame:
        return footage.timecode(comment.frame)
    return f"{footage.timecode(comment.frame)} – {footage.timecode(comment.last_frame)}"


def _tile_box(footage: Footage, frame: int) -> str:
    # The film strip is one row of equal pictures, each one unit wide: the box around the nearest.
    # Until there is one, the poster is the only picture.
    tiles = footage.film_strip_tiles if footage.film_strip else 1
    tile = min(tiles - 1, frame * tiles // footage.frames)
    return f"{tile} 0 1 {footage.height / footage.width:.4f}"
