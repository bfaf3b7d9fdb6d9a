"""What the frame of every page shows: where I am, what is rendering, what needs me."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jobs import registry
from jobs.models import AvatarJob
from studio.organisations.models import Organisation, User
from studio.storyboard import desk


def rail(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html; counts are made only if the template asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_sandbox": registry.is_sandbox()}
    person = cast(User, user)
    member = getattr(request, "member", None)
    organisation = member.organisation if member else None
    return {
        "organisation": organisation,
        "member": member,
        "organisations": SimpleLazyObject(lambda: list(Organisation.objects.of(person))),
        "desk_count": SimpleLazyObject(
            lambda: desk.count(person, organisation) if organisation else 0
        ),
        "live": SimpleLazyObject(lambda: live_state(person, organisation)),
        "is_sandbox": registry.is_sandbox(),
    }


def live_state(person: User, organisation: Organisation | None) -> dict[str, int]:
    """How many jobs the machine is busy with, and how many things wait for this person."""
    if organisation is None:
        return {"rendering": 0, "waiting": 0}
    jobs = AvatarJob.objects.visible_to(person).filter(clip__project__organisation=organisation)
    return {
        "rendering": jobs.active().count(),
        "waiting": desk.count(person, organisation),
    }
