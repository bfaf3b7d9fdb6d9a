"""Taking somebody out of the organisation: asked once more, with what the person leaves open."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.membership import LastAdmin
from studio.organisations.models import Member, Organisation, Role
from studio.reviews import leaving


@require_http_methods(["GET", "HEAD", "POST"])
@in_organisation(Role.ADMIN)
def member_remove(request: MemberRequest, organisation: Organisation, person: UUID) -> HttpResponse:
    """Ask, and then take a member out; what the person made, said and decided stays."""
    members = organisation.members.select_related("user", "organisation")
    member = get_object_or_404(members, user=person)
    if request.method == "POST":
        return _remove(request, member)
    context = {
        "organisation": organisation,
        "leaving": member.user,
        "links": leaving.links_left_by(member).count(),
        "place": "members",
    }
    return render(request, "organisations/member_remove.html", context)


def _remove(request: MemberRequest, member: Member) -> HttpResponse:
    organisation, revoke_links = member.organisation, bool(request.POST.get("revoke_links"))
    try:
        revoked = leaving.remove(member, by=request.user, revoke_links=revoke_links)
    except LastAdmin as refusal:
        messages.error(request, refusal.sentence)
        return redirect("members", organisation.slug)
    if member.user == request.user:
        messages.success(request, f"You have left {organisation}.{_and_links(revoked, 'yours')}")
        return redirect("home")
    gone = f"{member.user} is no longer in {organisation}."
    messages.success(request, f"{gone}{_and_links(revoked, 'theirs')}")
    return redirect("members", organisation.slug)


def _and_links(revoked: int, whose: str) -> str:
    if not revoked:
        return ""
    links, are = ("guest link", "is") if revoked == 1 else ("guest links", "are")
    return f" {revoked} {links} of {whose} {are} revoked."
