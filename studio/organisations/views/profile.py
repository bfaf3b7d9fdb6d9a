"""What a person may change about the own account."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from studio.organisations.access import enter
from studio.organisations.forms import OwnPasswordForm, ProfileForm
from studio.organisations.models import User
from studio.organisations.views.home import last_organisation


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show the account; save the name."""
    user = cast(User, request.user)
    # A separate copy: a name that was refused must not appear in the frame of the page.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your name is saved.")
        return redirect("profile")
    return _page(request, form=form, password_form=OwnPasswordForm(user))


@login_required
@require_POST
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Save a new password; this device stays signed in, all others are signed out."""
    user = cast(User, request.user)
    form = OwnPasswordForm(user, request.POST)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "Your password is saved. Other devices have to sign in again.")
        return redirect("profile")
    return _page(request, form=ProfileForm(instance=user), password_form=form)


def _page(
    request: HttpRequest, *, form: ProfileForm, password_form: OwnPasswordForm
) -> HttpResponse:
    if organisation := last_organisation(request):
        enter(request, organisation)
    forms = {"form": form, "password_form": password_form}
    is_refused = any(part.errors for part in (form, password_form))
    return render(request, "organisations/profile.html", forms, status=422 if is_refused else 200)
