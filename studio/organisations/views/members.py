"""Who is in the organisation, and who is asked in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from studio.organisations import inviting, membership
from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.forms import InviteForm, RoleForm
from studio.organisations.models import Organisation, Role


@in_organisation()
def members(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Everybody sees who is here; admins also see who is asked in."""
    return _page(request, organisation, form=InviteForm(organisation))


@require_POST
@never_cache
@in_organisation(Role.ADMIN)
def invite(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Invite by mail. The answer is the only page that ever shows the link."""
    form = InviteForm(organisation, request.POST)
    if not form.is_valid():
        return _page(request, organisation, form=form, status=422)
    invited = inviting.invite(
        organisation,
        email=form.cleaned_data["email"],
        role=Role(form.cleaned_data["role"]),
        by=request.user,
    )
    return _page(request, organisation, form=InviteForm(organisation), invited=invited)


@require_POST
@in_organisation(Role.ADMIN)
def withdraw(request: MemberRequest, organisation: Organisation, pk: UUID) -> HttpResponse:
    """Make the link of an invitation worthless."""
    invitation = get_object_or_404(organisation.invitations, pk=pk)
    if invitation.withdraw():
        messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    else:
        messages.error(request, f"{invitation.email} had joined already: see the list of members.")
    return redirect("members", organisation.slug)


@require_POST
@in_organisation(Role.ADMIN)
def change_role(request: MemberRequest, organisation: Organisation, person: UUID) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(organisation.members.select_related("user"), user=person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the four roles; nothing was changed.")
        return redirect("members", organisation.slug)
    role = Role(form.cleaned_data["role"])
    try:
        membership.give_role(member, role)
    except membership.LastAdmin as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{member.user} is now {role.label.lower()}.")
    return redirect("members", organisation.slug)


def _page(
    request: MemberRequest,
    organisation: Organisation,
    *,
    form: InviteForm,
    invited: inviting.Invited | None = None,
    status: int = 200,
) -> HttpResponse:
    is_admin = request.member.may(Role.ADMIN)
    context = {
        "organisation": organisation,
        "people": organisation.members.select_related("user"),
        "pending": inviting.pending(organisation) if is_admin else [],
        "is_admin": is_admin,
        "roles": Role.choices,
        "form": form,
        "invited": invited,
        "place": "members",
    }
    return render(request, "organisations/members.html", context, status=status)
