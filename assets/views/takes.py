"""Bringing recordings into a project."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from assets.forms import TakeForm
from assets.limits import LONGEST_RECORDING_SECONDS
from assets.models import AudioTake
from assets.sound_kinds import MAX_SOURCE_BYTES
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.projects.models import Project


@login_required
def take_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Upload or record a take.

    Sent by htmx (the clip editor): the take's row for the list and the event `take-added`, whose
    detail has the `id`; or, in place of the form, the form with its sentence (422). Sent by a
    plain form: back to `next`; or the page with the sentence.
    """
    project = fetch(request, Project.objects, pk, at_least=Role.CREATOR)
    is_sent = request.method == "POST"
    form = TakeForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid() and (take := form.bring_in(project, by=request.user)):
        return _added(request, take)
    return _page(request, project, form)


@require_POST
@login_required
def take_archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take it out of the pickers; clips and versions keep it."""
    take = fetch(request, AudioTake.objects.select_related("project"), pk, at_least=Role.CREATOR)
    take.archive()
    if request.htmx:
        return HttpResponse()  # the row swaps itself away
    messages.success(request, f"“{take}” is in the archive. Clips and versions keep it.")
    return redirect("take_new", take.project.pk)


def _added(request: MemberRequest, take: AudioTake) -> HttpResponse:
    messages.success(request, f"“{take}” is here and can be chosen for clips.")
    if not request.htmx:
        return redirect(_after(request, take.project))
    context = _context(request, take.project, TakeForm()) | {"take": take}
    answer = render(request, "assets/_take_added.html", context)
    return trigger_client_event(answer, "take-added", {"id": str(take.pk)})


def _after(request: MemberRequest, project: Project) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("take_new", args=[project.pk])


def _page(request: MemberRequest, project: Project, form: TakeForm) -> HttpResponse:
    context = _context(request, project, form)
    status = 422 if form.errors else 200
    if not request.htmx:
        return render(request, "assets/takes.html", context, status=status)
    answer = render(request, "assets/_take_form.html", context, status=status)
    return retarget(reswap(answer, "outerHTML"), "#take-form")


def _context(request: MemberRequest, project: Project, form: TakeForm) -> dict[str, Any]:
    return {
        "project": project,
        "take_form": form,
        "takes": AudioTake.objects.open().filter(project=project).select_related("created_by"),
        "takes_id": request.htmx.target or "takes",
        "can_make": True,
        "max_bytes": MAX_SOURCE_BYTES,
        # The engine's own limit is a finding of the clip; a take may serve another engine.
        "seconds_max": LONGEST_RECORDING_SECONDS,
        "next": request.POST.get("next", ""),
        "place": "projects",
    }
