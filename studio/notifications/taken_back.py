"""Comments that were taken back after people were told of them: their words are shown no more."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from studio.notifications.models import Kind, Notification
from studio.reviews.models import Comment

_OF_COMMENTS = (Kind.MENTION, Kind.REPLY)


def taken_back(rows: Iterable[Notification]) -> set[UUID]:
    """The ids of those of `rows` that tell of a comment that does not stand any more; one query."""
    told = {row.pk: pk for row in rows if (pk := _comment_of(row)) is not None}
    if not told:
        return set()
    gone = Comment.objects.filter(pk__in=told.values(), removed_at__isnull=False)
    removed = set(gone.values_list("pk", flat=True))
    return {row for row, comment in told.items() if comment in removed}


def _comment_of(row: Notification) -> UUID | None:
    kind, _, pk = row.key.partition(":")
    if kind not in _OF_COMMENTS:
        return None
    try:
        return UUID(pk)
    except ValueError:
        return None
