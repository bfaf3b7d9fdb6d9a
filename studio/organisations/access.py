"""Fetch and authorise in one step: what a person may not see does not exist for that person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from structlog.contextvars import bind_contextvars

from studio.organisations.models import Member, Organisation, Role, User


class MemberRequest(HttpRequest):
    """A request by a logged-in member; `member` says where and with what role.

    `awaiting_ids` is what waits for the member's decision, where the page has asked for it.
    """

    user: User
    member: Member
    htmx: Any
    awaiting_ids: list[UUID] | None


type View = Callable[..., HttpResponseBase]

#: Where the session keeps the organisation to which the front door leads.
LAST_ORGANISATION = "organisation"


def member_of(user: User, organisation: Organisation, *, at_least: Role = Role.VIEWER) -> Member:
    """The person's membership.

    Outsiders get 404, so that nothing tells them that the organisation exists; members whose
    role is too low get 403 with a sentence, since they can see the thing anyway.
    """
    member = (
        Member.objects.select_related("organisation", "user")
        .filter(user=user, organisation=organisation)
        .first()
    )
    if member is None:
        raise Http404
    if not member.may(at_least):
        raise PermissionDenied(
            f"This needs the role {at_least.label.lower()}; yours here is "
            f"{Role(member.role).label.lower()}. An admin of {organisation} can change it."
        )
    return member


def in_organisation(at_least: Role = Role.VIEWER) -> Callable[[View], View]:
    """A view under `/o/<slug>/`: gets the `Organisation` in place of the slug."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, **rest: object) -> HttpResponseBase:
            user = cast(User, request.user)
            organisation = Organisation.objects.of(user).filter(slug=slug).first()
            if organisation is None:
                raise Http404
            enter(request, organisation, at_least=at_least)
            return view(request, organisation, **rest)

        return cast(View, login_required(wrapped))

    return decorate


def enter(
    request: HttpRequest, organisation: Organisation, *, at_least: Role = Role.VIEWER
) -> Member:
    """Authorise for `organisation` and remember it on the request for the page's frame."""
    member = member_of(cast(User, request.user), organisation, at_least=at_least)
    cast(MemberRequest, request).member = member
    bind_contextvars(user_id=str(member.user_id), organisation=organisation.slug)
    if request.session.get(LAST_ORGANISATION) != organisation.slug:
        request.session[LAST_ORGANISATION] = organisation.slug
    return member


class Visible[M: models.Model](Protocol):
    """A manager or queryset that knows what a person may see."""

    def visible_to(self, user: User) -> models.QuerySet[M]:
        """The rows that `user` may see."""
        ...


def fetch[M: models.Model](
    request: HttpRequest, things: Visible[M], pk: UUID, *, at_least: Role = Role.VIEWER
) -> M:
    """The thing with this id, if the person may see it, and the right to act on it.

    The thing must know its `organisation`. Raises Http404 for what the person may not see and
    PermissionDenied, with a sentence, where the role is too low.
    """
    if not request.user.is_authenticated:
        raise Http404
    thing = get_object_or_404(things.visible_to(request.user), pk=pk)
    enter(request, cast(Any, thing).organisation, at_least=at_least)
    return thing
