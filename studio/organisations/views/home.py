"""The front door: where a person goes who names no page."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from studio.organisations.access import LAST_ORGANISATION
from studio.organisations.models import Organisation, User


def last_organisation(request: HttpRequest) -> Organisation | None:
    """Where the person was last, else the first by name; None for somebody who is in none."""
    mine = Organisation.objects.of(cast(User, request.user))
    slug = request.session.get(LAST_ORGANISATION, "")
    return mine.filter(slug=slug).first() or mine.first()


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the projects of the organisation where the person was last."""
    organisation = last_organisation(request)
    if organisation is None:
        return render(request, "organisations/nowhere.html")
    return redirect("projects", organisation.slug)


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """To the projects of another organisation of the person."""
    mine = Organisation.objects.of(cast(User, request.user))
    organisation = get_object_or_404(mine, slug=request.POST.get("organisation", ""))
    return redirect("projects", organisation.slug)
