"""What a link to the room asks for: a frame, an answer to a comment, a comment in other words."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest

from jobs.models import Animatic, Version
from studio.organisations.models import User
from studio.reviews.forms import CommentForm, WordsForm
from studio.reviews.models import Comment


def form_asked(request: HttpRequest, footage: Version | Animatic, frame: int) -> WordsForm:
    """The form for `?reply=` or `?edit=` a comment, or else for a new one at `frame`."""
    said = _asked(request, "edit", footage)
    if said and said.author_id == cast(User, request.user).pk and said.removed_at is None:
        return WordsForm(footage=footage, changes=said)
    initial: dict[str, Any] = {"frame": frame, "last_frame": _range_end(request, footage, frame)}
    if thread := _asked(request, "reply", footage):
        initial["parent"] = thread.pk
    return CommentForm(footage=footage, initial=initial)


def _range_end(request: HttpRequest, footage: Version | Animatic, frame: int) -> int | None:
    asked = request.GET.get("last", "")
    if asked.isdecimal() and len(asked) < 10 and frame < int(asked) < footage.frames:
        return int(asked)
    return None


def id_asked(request: HttpRequest, name: str) -> UUID | None:
    """The comment that `?reply=` or `?edit=` names; None for none, and for what is no id."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _asked(request: HttpRequest, name: str, footage: Version | Animatic) -> Comment | None:
    key = id_asked(request, name)
    return Comment.objects.shown().on(footage).filter(pk=key).first() if key else None
