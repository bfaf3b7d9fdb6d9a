"""Saying something at a frame, answering it, and saying it better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Animatic, Version
from studio.organisations.models import User
from studio.reviews.drawing import Shape
from studio.reviews.mentions import mentioned_in, people_of
from studio.reviews.models import Comment, EarlierWording


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says, wherever it is said: at least words or a drawing."""

    text: str = ""
    category: str = ""
    point: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is said; `last_frame` ends a range. An answer stands where its thread stands."""

    frame: int
    last_frame: int | None = None
    answers: Comment | None = None


def say(
    *,
    footage: Version | Animatic,
    by: User,
    place: Place,
    words: Words,
    drawing: list[Shape] | None = None,
    sent_key: UUID | None = None,
) -> Comment:
    """Keep a comment and note whom it mentions; sent twice with one key, it is kept once."""
    if (kept := _sent_before(by, sent_key)) is not None:
        return kept
    try:
        with transaction.atomic():
            comment = Comment.objects.create(
                **{footage.noun: footage},
                author=by,
                drawing=drawing,
                sent_key=sent_key,
                **where(place),
                **_what(words, place.answers),
            )
            note_mentions(comment)
    except IntegrityError:
        # The first sending arrived meanwhile, on another connection.
        if (kept := _sent_before(by, sent_key)) is None:
            raise
        return kept
    return comment


def change(comment: Comment, words: Words) -> None:
    """Put other words in place of a comment's; the earlier ones stay readable."""
    with transaction.atomic():
        reword(comment, words.text)
        for name, value in _what(words, comment.parent).items():
            setattr(comment, name, value)
        comment.save(update_fields=["text", "category", "point", "is_shared", "edited_at"])
        note_mentions(comment)


def reword(comment: Comment, text: str) -> bool:
    """Lock the comment, put `text` in place of its words and keep the earlier ones; saves nothing.

    False if it says just that already.
    """
    before = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    comment.text = text
    if before.text == text:
        comment.edited_at = before.edited_at  # The same edit may have come twice.
        return False
    comment.edited_at = timezone.now()
    EarlierWording.objects.create(comment=comment, text=before.text, until=comment.edited_at)
    return True


def note_mentions(comment: Comment) -> None:
    """Remember who is meant in the comment's words: people who see the project."""
    if "@" in comment.text or comment.edited_at:
        comment.mentions.set(mentioned_in(comment.text, people_of(comment.footage.clip.project)))


def _sent_before(by: User, sent_key: UUID | None) -> Comment | None:
    if sent_key is None:
        return None
    return Comment.objects.filter(author=by, sent_key=sent_key).first()


def where(place: Place) -> dict[str, Any]:
    """The same as fields of a comment; an answer stands where its thread stands."""
    if place.answers is None:
        return {"frame": place.frame, "last_frame": place.last_frame}
    thread = place.answers
    return {"parent": thread, "frame": thread.frame, "last_frame": thread.last_frame}


def _what(words: Words, thread: Comment | None) -> dict[str, Any]:
    if thread is None:
        return {
            "text": words.text,
            "category": words.category,
            "point": words.point,
            "is_shared": words.is_shared,
        }
    # A thread is about one thing, and guests cannot be shown an answer to what they do not see.
    return {"text": words.text, "is_shared": words.is_shared and thread.is_shared}
