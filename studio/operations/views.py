"""The operations page: of an organisation for its admins, of the installation for operators."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from studio.operations import page, scope
from studio.operations.figures import figures
from studio.operations.scope import Scope
from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.models import Member, Organisation, Role, User
from studio.organisations.views.home import last_organisation


@login_required
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """The whole installation, for an operator; an admin is led to the own organisation's page."""
    if cast(User, request.user).is_staff:
        return _page(request, scope.of_installation())
    return redirect("operations", _administered(request).slug)


@require_safe
@in_organisation(at_least=Role.ADMIN)
def of_organisation(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """The figures of one organisation; the live part alone when htmx asks."""
    return _page(request, scope.of_organisation(request.user, organisation))


def _page(request: HttpRequest, within: Scope) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page.shown(figures(within), within, cast(User, request.user)),
        "place": "operations",
        "back": request.path,
        "scope": within,
        "may_see_all": cast(User, request.user).is_staff,
    }
    if getattr(request, "htmx", False):
        return render(request, "operations/operations.html#live_answer", context | {"oob": True})
    return render(request, "operations/operations.html", context)


def _administered(request: HttpRequest) -> Organisation:
    """Where the person is an admin: the organisation visited last, else the first by name."""
    mine = Member.objects.filter(user=cast(User, request.user), role=Role.ADMIN)
    organisations = Organisation.objects.filter(members__in=mine)
    last = last_organisation(request)
    chosen = organisations.filter(pk=last.pk).first() if last else None
    organisation = chosen or organisations.first()
    if organisation is None:
        raise Http404
    return organisation
