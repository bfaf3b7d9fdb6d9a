"""Comments as the page shows them: with their place in time, their picture and what one may do."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs.models import Footage
from studio.organisations.models import Member, Role
from studio.reviews.mentions import pieces_of
from studio.reviews.models import Category, Comment, Point


class Moment(NamedTuple):
    """A time as a page says it: for machines, and in words for people without JavaScript."""

    iso: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One comment, ready to be drawn in the list and as a mark on the timeline.

    `replies` are those to it, in the order in which they came. `drawing` is JSON, "" for none.
    `words` are the `body` with whom it means marked; `earlier` is until when it said what.
    `to_...` are the addresses of what one may do with it. `is_mine`: the member wrote it, or is
    named in it.
    """

    id: UUID
    author: str
    initials: str
    is_guest: bool
    body: str
    words: SafeString
    said: Moment
    edited: Moment | None
    earlier: list[tuple[str, str]]
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
    is_mine: bool
    resolved: bool
    resolved_by: str
    may_reply: bool
    may_resolve: bool
    may_take_back: bool
    to_sort: str
    to_resolve: str
    to_edit: str
    to_take_back: str
    tile_box: str
    replies: tuple[Remark, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to do about it."""
        return self.resolved or self.is_taken_back

    @property
    def concerns_me(self) -> bool:
        """Whether the member wrote, or is named in, any word of the thread."""
        return self.is_mine or any(one.is_mine for one in self.replies)

    @property
    def is_about(self) -> bool:
        """Whether there is more to say of it than its words."""
        return bool(self.drawing or self.category or self.point or self.is_shared)

    @property
    def category_icon(self) -> str:
        """The icon of the input that can cure it."""
        return "generate" if self.category == Category.ENGINE else self.category

    @property
    def has_tools(self) -> bool:
        """Whether the member may do anything with it."""
        return self.may_reply or self.may_resolve or self.may_take_back or bool(self.to_sort)


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


def may_sort(comment: Comment, member: Member) -> bool:
    """Guests do not say which input can cure what they see: whoever makes versions does."""
    is_guests = comment.guest_id is not None and comment.parent_id is None
    return is_guests and comment.removed_at is None and member.may(Role.CREATOR)


def initials_of(person: object) -> str:
    """Up to two letters for a mark on the timeline."""
    words = str(person).split()
    return "".join(word[:1] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def _remark(
    footage: Footage, comment: Comment, member: Member, replies: list[Comment] | None = None
) -> Remark:
    is_gone = comment.removed_at is not None
    is_own = comment.author_id == member.user_id
    is_edited = comment.edited_at is not None and not is_gone
    is_resolved = comment.resolved_at is not None
    is_open = footage.clip.project.archived_at is None
    author = str(comment.said_by)
    return Remark(
        id=comment.pk,
        author=author,
        initials=initials_of(author),
        is_guest=comment.author_id is None,
        body="" if is_gone else comment.text,
        words=SafeString() if is_gone else _words(comment),
        said=_moment(comment.created_at),
        edited=_moment(comment.edited_at) if comment.edited_at and is_edited else None,
        earlier=_earlier(comment) if is_edited else [],
        frame=comment.frame,
        last_frame=comment.frame if comment.last_frame is None else comment.last_frame,
        timecode=_place(footage, comment),
        is_whole=_is_whole(footage, comment),
        drawing=json.dumps(comment.drawing) if comment.drawing and not is_gone else "",
        category=comment.category,
        category_words=Category(comment.category).label if comment.category else "",
        point=comment.point,
        point_words=Point(comment.point).label if comment.point else "",
        is_shared=comment.is_shared,
        is_taken_back=is_gone,
        is_mine=is_own or (not is_gone and _names(comment, member)),
        resolved=is_resolved,
        resolved_by=str(comment.resolved_by or "") if is_resolved else "",
        may_reply=is_open and comment.parent_id is None and member.may(Role.CREATOR),
        may_resolve=is_open
        and comment.parent_id is None
        and not is_gone
        and may_resolve(comment, member),
        may_take_back=is_open and is_own and not is_gone,
        to_sort=_address("comment_sort", comment) if is_open and may_sort(comment, member) else "",
        to_resolve=_address("comment_reopen" if is_resolved else "comment_resolve", comment),
        to_edit=_address("comment_edit", comment),
        to_take_back=_address("comment_take_back", comment),
        tile_box=_tile_box(footage, comment.frame),
        replies=tuple(_remark(footage, one, member) for one in replies or ()),
    )


def _names(comment: Comment, member: Member) -> bool:
    # The words are asked first: without an @ there is nobody to read.
    return "@" in comment.text and member.user_id in {one.pk for one in comment.mentions.all()}


def _words(comment: Comment) -> SafeString:
    if "@" not in comment.text:
        return format_html("{}", comment.text)
    pieces = pieces_of(comment.text, comment.mentions.all())
    return format_html_join("", "{}", ((_piece(*one),) for one in pieces))


def _piece(text: str, is_mention: bool) -> str:
    return format_html('<span class="mention">{}</span>', text) if is_mention else text


def _moment(at: datetime) -> Moment:
    local = timezone.localtime(at)
    return Moment(local.isoformat(timespec="seconds"), f"{local.day} {local:%b, %H:%M}")


def _earlier(comment: Comment) -> list[tuple[str, str]]:
    return [(_moment(one.until).words, one.text) for one in comment.earlier_wordings.all()]


_ANY = UUID(int=0)


def _address(page: str, comment: Comment) -> str:
    # Resolved once: several of them for each of a hundred comments would take longer than the rest.
    return _pattern(page).replace(str(_ANY), str(comment.pk))


@cache
def _pattern(page: str) -> str:
    return reverse(page, args=[_ANY])


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
