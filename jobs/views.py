"""What happened to a job, and what a person may do about it while it is on its way."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jobs import cancelling, going_back, job_page, ordering
from jobs.forms import PriorityForm
from jobs.models import AvatarJob, Priority, State
from jobs.outlook import outlook
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User


@login_required
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one attempt; the live part alone when htmx asks."""
    return job_page.show(request, fetch(request, job_page.JOBS.all(), pk))


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel what was not sent, or ask the engine to stop; leads back to where it was pressed."""
    found = fetch(request, job_page.JOBS.all(), pk, at_least=Role.CREATOR)
    try:
        cancelling.cancel(found, by=cast(User, request.user))
    except cancelling.NotCancelled as refusal:
        messages.error(request, f"{refusal.sentence} What became of it is on this page.")
        return redirect("job", found.pk)
    messages.success(request, f"{found}: {outlook([found], timezone.now()).sentence(found)}")
    return _back(request, found)


@login_required
@require_POST
def job_stop_waiting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up an overdue job that its engine cannot cancel; what comes late still counts."""
    found = fetch(request, job_page.JOBS.all(), pk, at_least=Role.CREATOR)
    try:
        cancelling.stop_waiting(found, by=cast(User, request.user))
    except cancelling.NotCancelled as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found}: {outlook([found], timezone.now()).sentence(found)}.")
    return redirect("job", found.pk)


@login_required
@require_POST
def job_priority(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a waiting job within its organisation's line."""
    found = fetch(request, job_page.JOBS.all(), pk, at_least=Role.CREATOR)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Say which priority: urgent, normal or can wait.")
    wanted: Priority = form.cleaned_data["priority"]
    if found.state == State.QUEUED and wanted not in _allowed(request, found):
        raise PermissionDenied("Only an approver makes a job urgent, or takes that back.")
    if not ordering.reprioritise(found, wanted, by=cast(User, request.user)):
        messages.error(request, f"{found} had left the queue a moment before.")
    else:
        line = outlook([found], timezone.now()).sentence(found)
        messages.success(request, f"{found}: {wanted.label.lower()}. {line}.")
    return _back(request, found)


def _allowed(request: HttpRequest, found: AvatarJob) -> list[Priority]:
    return job_page.priorities_for(found, cast(MemberRequest, request).member)


def _back(request: HttpRequest, found: AvatarJob) -> HttpResponse:
    return redirect(going_back.wanted(request) or reverse("job", args=[found.pk]))
