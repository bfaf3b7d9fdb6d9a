"""How much a person has not read yet, for the top line of every page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio.notifications.models import Notification
from studio.organisations.models import User

#: More are not counted: whoever has so many wants to open the list, not to know how many.
COUNTED = 100


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html; counted only if the template asks for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    person = cast(User, user)
    return {"unread": SimpleLazyObject(lambda: unread(person))}


def unread(person: User) -> int:
    """How many, up to `COUNTED`; one query."""
    rows = Notification.objects.visible_to(person).unread().order_by()
    return len(rows.values_list("pk", flat=True)[:COUNTED])
