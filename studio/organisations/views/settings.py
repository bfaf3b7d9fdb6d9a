"""What admins set for the whole organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.forms import OrganisationForm
from studio.organisations.models import Organisation, Role


@in_organisation(Role.ADMIN)
def organisation(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """The name of the organisation."""
    # A separate copy: a name that was refused must not appear in the frame of the page.
    form = OrganisationForm(
        request.POST or None, instance=Organisation.objects.get(pk=organisation.pk)
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The name is saved.")
        return redirect("organisation", organisation.slug)
    context = {"organisation": organisation, "form": form, "place": "settings"}
    return render(
        request, "organisations/settings.html", context, status=422 if form.errors else 200
    )
