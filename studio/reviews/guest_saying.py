"""What guests say, say in other words and take back: always shared, and seen by members at once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jobs.models import Version
from studio.reviews import guest_log
from studio.reviews.drawing import Shape
from studio.reviews.guest_access import Visit
from studio.reviews.guest_room import said_to
from studio.reviews.models import Comment, Guest, Happening
from studio.reviews.saying import Place, reword, where


def guest_says(
    *,
    visit: Visit,
    version: Version,
    place: Place,
    text: str,
    drawing: list[Shape] | None = None,
    sent_key: UUID | None = None,
) -> Comment:
    """Keep a guest's comment or answer; what is sent twice with one key is kept once."""
    with transaction.atomic():
        # One after the other: the same comment may arrive twice at the same moment.
        guest = Guest.objects.select_for_update(no_key=True).get(pk=visit.guest.pk)
        kept = guest.comments.filter(sent_key=sent_key).first() if sent_key else None
        if kept is not None:
            return kept
        comment = Comment.objects.create(
            version=version,
            guest=guest,
            **where(place),
            text=text,
            drawing=drawing,
            sent_key=sent_key,
            is_shared=True,
        )
        did = "answered at" if place.answers else "at"
        guest_log.happened(visit, Happening.COMMENTED, version, f"{did} {comment.timecode}")
    return comment


def guest_changes(*, visit: Visit, comment: Comment, text: str) -> None:
    """Put other words in place of a guest's own; members read the earlier ones as well."""
    with transaction.atomic():
        if not reword(comment, text):
            return
        comment.save(update_fields=["text", "edited_at"])
        _note(visit, comment, "in other words")


def guest_takes_back(*, visit: Visit, comment: Comment) -> None:
    """Hide a guest's own comment; the row stays, and the log says so."""
    comment.take_back()
    _note(visit, comment, "taken back")


def own_comment(visit: Visit, pk: UUID) -> Comment | None:
    """What this very guest said and has not taken back; None for everything else."""
    own = said_to(visit.link).filter(guest=visit.guest, pk=pk)
    return own.select_related("guest", "parent", "version__clip__project").first()


def _note(visit: Visit, comment: Comment, detail: str) -> None:
    if comment.version is not None:
        words = f"at {comment.timecode}, {detail}"
        guest_log.happened(visit, Happening.COMMENTED, comment.version, words)
