"""Where members make links for guests, read their logs, preview and revoke them."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.organisations.access import fetch
from studio.organisations.models import Role, User
from studio.projects.models import Project
from studio.reviews.guest_page import preview_context
from studio.reviews.links import LinkForm, links_of, pinned_version
from studio.reviews.models import ReviewLink

PROJECTS = Project.objects.select_related("organisation")
LINKS = ReviewLink.objects.with_makers().select_related(
    "project__organisation", "clip", "version__clip", "created_by", "revoked_by"
)
#: So many guests, and rows of the log, are shown; the rest stays in the database.
LOG_ROWS = 200


@login_required
@require_safe
def review_links(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All links of a project, and the form for another; `?version=` pins that one."""
    project = fetch(request, PROJECTS.all(), pk, at_least=Role.CREATOR)
    pinned = pinned_version(project, request.GET.get("version", ""))
    return _links(request, project, LinkForm(project=project, pinned=pinned))


@login_required
@never_cache
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
def review_link_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a link. Its address is in this answer and never again: only a hash of it is kept."""
    project = fetch(request, PROJECTS.all(), pk, at_least=Role.CREATOR)
    if request.method != "POST":  # a tab that is opened again asks for the address of the answer
        return redirect("review_links", project.pk)
    if project.archived_at:
        messages.error(request, "This project is archived: reopen it before you share it.")
        return redirect("review_links", project.pk)
    pinned = pinned_version(project, request.POST.get("to", ""))
    form = LinkForm(request.POST, project=project, pinned=pinned)
    if not form.is_valid():
        return _links(request, project, form, status=422)
    link, address = form.make(by=cast(User, request.user))
    return _link(request, link, address=address)


@login_required
@require_safe
def review_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One link: what it allows, who came, and what they did."""
    return _link(request, fetch(request, LINKS.all(), pk, at_least=Role.CREATOR))


@login_required
@require_POST
def review_link_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a link at once: its pages, its films, and those who are inside."""
    link = fetch(request, LINKS.all(), pk, at_least=Role.CREATOR)
    if link.revoke(by=cast(User, request.user)):
        messages.success(request, f"“{link.name}” is revoked. It leads nowhere any more.")
    return redirect("review_link", link.pk)


@login_required
@require_safe
def review_link_preview(
    request: HttpRequest, pk: UUID, version: UUID | None = None
) -> HttpResponse:
    """What a guest of this link sees now."""
    link = fetch(request, LINKS.all(), pk, at_least=Role.CREATOR)
    found = link.versions().filter(**({"pk": version} if version else {})).first()
    if found is None and version:
        raise Http404
    if found is None:
        context: dict[str, object] = {"link": link, "is_preview": True}
        return render(request, "guests/nothing_yet.html", context)
    context = preview_context(link, found, cast(User, request.user))
    return render(request, "guests/version.html", context)


def _links(
    request: HttpRequest, project: Project, form: LinkForm, *, status: int = 200
) -> HttpResponse:
    context = {"project": project, "rows": links_of(project), "form": form, "place": "projects"}
    return render(request, "guests/links.html", context, status=status)


def _link(request: HttpRequest, link: ReviewLink, *, address: str = "") -> HttpResponse:
    events = list(link.events.select_related("guest", "version__clip")[: LOG_ROWS + 1])
    context = {
        "link": link,
        "project": link.project,
        "address": address,
        "events": events[:LOG_ROWS],
        "latest": LOG_ROWS if len(events) > LOG_ROWS else 0,
        "guests": list(link.guests.order_by("-seen_at")[:LOG_ROWS]),
        "guest_count": link.guests.count(),
        "place": "projects",
    }
    return render(request, "guests/link.html", context)
