"""Comments as the page shows them: with their place in time, their picture and what one may do."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jobs.models import Footage
from studio.organisations.models import Member, Role
from studio.reviews.mentions import Piece, pieces_of
from studio.reviews.models import Comment, EarlierWording


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One comment, ready to be drawn in the list and as a mark on the timeline.

    `replies` are those to it, in the order in which they came. `drawing` is JSON, "" for none.
    """

    id: UUID
    author: str
    initials: str
    is_guest: bool
    body: str
    pieces: list[Piece]
    created_at: datetime
    edited_at: datetime | None
    earlier: list[EarlierWording]
    frame: int
    last_frame: int
    timecode: str
    is_whole: bool
    drawing: str
    category: str
    category_words: str
    point: str
    point_words: str
    is_shared: bool
    is_taken_back: bool
    resolved: bool
    resolved_by: str
    may_reply: bool
    may_resolve: bool
    may_take_back: bool
    tile_box: str
    replies: tuple[Remark, ...] = ()

    @property
    def may_edit(self) -> bool:
        """Whether the member may put it in other words: whoever may take it back."""
        return self.may_take_back


def remarks_of(footage: Footage, comments: list[Comment], member: Member) -> list[Remark]:
    """The threads among `comments`, with the replies in them, in the order of their frames.

    No queries, if mentions and earlier wordings were fetched with the comments.
    """
    replies: dict[UUID, list[Comment]] = defaultdict(list)
    answers = [one for one in comments if one.parent_id is not None]
    for comment in sorted(answers, key=lambda one: one.created_at):
        if comment.parent_id is not None:
            replies[comment.parent_id].append(comment)
    return [
        _remark(footage, comment, member, replies[comment.pk])
        for comment in comments
        if comment.parent_id is None
    ]


def may_resolve(comment: Comment, member: Member) -> bool:
    """Approvers resolve and reopen; so does, for the own comment, whoever made it."""
    return member.may(Role.APPROVER) or comment.author_id == member.user_id


def initials_of(person: object) -> str:
    """Up to two letters for a mark on the timeline."""
    words = str(person).split()
    return "".join(word[:1] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def _remark(
    footage: Footage, comment: Comment, member: Member, replies: list[Comment] | None = None
) -> Remark:
    is_gone = comment.removed_at is not None
    is_own = comment.author_id == member.user_id
    return Remark(
        id=comment.pk,
        author=str(comment.said_by),
        initials=initials_of(comment.said_by),
        is_guest=comment.author_id is None,
        body="" if is_gone else comment.text,
        pieces=[] if is_gone else _pieces(comment),
        created_at=comment.created_at,
        edited_at=None if is_gone else comment.edited_at,
        earlier=list(comment.earlier_wordings.all()) if comment.edited_at and not is_gone else [],
        frame=comment.frame,
        last_frame=comment.frame if comment.last_frame is None else comment.last_frame,
        timecode=_place(footage, comment),
        is_whole=_is_whole(footage, comment),
        drawing=json.dumps(comment.drawing) if comment.drawing and not is_gone else "",
        category=comment.category,
        category_words=comment.get_category_display() if comment.category else "",
        point=comment.point,
        point_words=comment.get_point_display() if comment.point else "",
        is_shared=comment.is_shared,
        is_taken_back=is_gone,
        resolved=comment.resolved_at is not None,
        resolved_by=str(comment.resolved_by or ""),
        may_reply=comment.parent_id is None and member.may(Role.CREATOR),
        may_resolve=comment.parent_id is None and not is_gone and may_resolve(comment, member),
        may_take_back=is_own and not is_gone,
        tile_box=_tile_box(footage, comment.frame),
        replies=tuple(_remark(footage, one, member) for one in replies or ()),
    )


def _pieces(comment: Comment) -> list[Piece]:
    if "@" not in comment.text:
        return [Piece(comment.text)]
    return pieces_of(comment.text, comment.mentions.all())


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
