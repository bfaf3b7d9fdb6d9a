"""What the frame of every page shows: where I am, what is rendering, what needs me."""

from __future__ import annotations

from functools import cache
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from jobs import registry
from jobs.models import AvatarJob
from studio.organisations.models import Member, Organisation, Role, User
from studio.storyboard import desk


def rail(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html; counts are made only if the template asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_sandbox": registry.is_sandbox()}
    person = cast(User, user)
    member = getattr(request, "member", None)
    organisation = member.organisation if member else None
    waiting = cache(
        lambda: desk.count(person, organisation, _known(request)) if organisation else 0
    )
    return {
        "organisation": organisation,
        "member": member,
        "organisations": SimpleLazyObject(lambda: list(Organisation.objects.of(person))),
        "desk_count": SimpleLazyObject(waiting),
        "live": SimpleLazyObject(
            lambda: {"rendering": rendering(person, organisation), "waiting": waiting()}
        ),
        "is_sandbox": registry.is_sandbox(),
        "operations_url": _operations_url(person, member),
    }


def _known(request: HttpRequest) -> list[UUID] | None:
    """What waits for the person's decision, if the page has asked for it already."""
    return getattr(request, "awaiting_ids", None)


def _operations_url(person: User, member: Member | None) -> str:
    """The figures that the person may see: of the organisation, or of the whole installation."""
    if member and member.may(Role.ADMIN):
        return reverse("operations", args=[member.organisation.slug])
    return reverse("installation") if person.is_staff else ""


def rendering(person: User, organisation: Organisation | None) -> int:
    """How many jobs that the person may see the machine is busy with."""
    if organisation is None:
        return 0
    jobs = AvatarJob.objects.visible_to(person).filter(clip__project__organisation=organisation)
    return jobs.active().count()
