"""Coming in by the link of an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from studio.organisations.forms import JoinForm
from studio.organisations.models import Invitation, User

PAGE = "registration/invitation_accept.html"


@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join with the account that is signed in, or make one."""
    found = Invitation.find(token)
    if found is None:
        return render(request, PAGE, status=410)
    if request.user.is_authenticated:
        return _join_as(request, found, request.user)
    return _join_as_somebody_new(request, found)


def _join_as(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    if request.method != "POST":
        return render(request, PAGE, {"invitation": found})
    if not found.accept(by=user):
        return render(request, PAGE, status=410)
    return _welcome(request, found)


def _join_as_somebody_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(found, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"invitation": found, "form": form}
        return render(request, PAGE, context, status=422 if form.errors else 200)
    with transaction.atomic():
        user = form.make_person()
        has_joined = found.accept(by=user)
        transaction.set_rollback(not has_joined)  # no account without the membership
    if not has_joined:
        return render(request, PAGE, status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return _welcome(request, found)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, f"Welcome to {found.organisation}.")
    return redirect("projects", found.organisation.slug)
