"""What an admin does about a paused account: test it, let it go on."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs import accounts, going_back, registry
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Member, Role, User


@login_required
@require_POST
def account_test(request: HttpRequest, account: str) -> HttpResponse:
    """Ask the engine whether it knows us: free, and it changes nothing."""
    chosen = _administered(request, account)
    result = accounts.test(chosen.name, by=cast(User, request.user))
    level = messages.SUCCESS if result.ok else messages.ERROR
    messages.add_message(request, level, f"{chosen.label}: {result.sentence}")
    return _back(request)


@login_required
@require_POST
def account_resume(request: HttpRequest, account: str) -> HttpResponse:
    """Let the account's jobs go on; with `test`, only if the engine answers."""
    chosen = _administered(request, account)
    person = cast(User, request.user)
    if request.POST.get("test"):
        result = accounts.test(chosen.name, by=person)
        if not result.ok:
            messages.error(request, f"{chosen.label} stays paused. {result.sentence}")
            return _back(request)
    if accounts.resume(chosen.name, by=person):
        messages.success(request, f"{chosen.label} goes on: what waits is sent now.")
    else:
        messages.info(request, f"{chosen.label} was not paused any more.")
    return _back(request)


def _administered(request: HttpRequest, name: str) -> AccountSettings:
    """The account, for an operator or an admin of an organisation that may use it.

    Who has nothing to do with it gets 404, as does everybody for a name that is not configured.
    """
    try:
        chosen = registry.account(name)
    except registry.NoSuchEngine:
        raise Http404 from None
    person = cast(User, request.user)
    if person.is_staff:
        return chosen
    members = Member.objects.filter(user=person)
    if chosen.organisations:
        members = members.filter(organisation__slug__in=chosen.organisations)
    if not (found := list(members)):
        raise Http404
    if not any(member.may(Role.ADMIN) for member in found):
        raise PermissionDenied(
            f"Only an admin of an organisation that uses {chosen.label} can test and resume it."
        )
    return chosen


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(going_back.wanted(request) or "home")
