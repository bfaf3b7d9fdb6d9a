"""My desk: what waits for me."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jobs import standstill
from jobs.models import AvatarJob, State
from studio.organisations.access import MemberRequest, fetch, in_organisation
from studio.organisations.models import Organisation, Role
from studio.reviews import desks
from studio.storyboard import desk


@require_safe
@in_organisation()
def desk_page(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Everything that waits for this person, grouped by what is asked."""
    context = _context(request, organisation) | {
        "off": desks.just_off(request.user, organisation, request.GET.get("off", ""))
    }
    return render(request, "storyboard/desk.html", context)


@require_safe
@in_organisation()
def desk_live(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """The list alone; asks to be asked again while a job of the person's projects is active."""
    context = _context(request, organisation) | {"oob": True}
    return render(request, "storyboard/desk.html#live_answer", context)


@require_POST
@login_required
def put_aside(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a failed attempt off the desk."""
    failed = AvatarJob.objects.filter(state=State.FAILED)
    job = fetch(request, failed, pk, at_least=Role.CREATOR)
    job.put_aside(by=request.user)
    return redirect(desks.desk_address(request, job.organisation))


def _context(request: MemberRequest, organisation: Organisation) -> dict[str, Any]:
    request.awaiting_ids = desks.awaiting_ids(request.user, organisation)
    groups = desk.groups(request.user, organisation, request.awaiting_ids)
    mine = AvatarJob.objects.visible_to(request.user).active()
    halted = standstill.of_organisation(organisation) if request.member.may(Role.ADMIN) else []
    return {
        "groups": groups,
        "total": sum(len(group.rows) for group in groups),
        "may_decide": request.member.may(Role.APPROVER),
        "is_live": mine.filter(clip__project__organisation=organisation).exists(),
        "place": "desk",
        **standstill.context_of(halted, request.GET.get("halt")),
    }
