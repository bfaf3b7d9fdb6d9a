"""The review room of one version, and the part of it that follows what others do."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Version
from studio.organisations.access import fetch
from studio.reviews import answers
from studio.reviews.room import signature_of

VERSIONS = Version.objects.select_related(
    "clip__project__organisation",
    "job__look__character",
    "job__take",
    "job__requested_by",
    "job__based_on",
)


@login_required
@require_safe
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page; `?frame=N` opens exactly that frame."""
    return answers.page(request, fetch(request, VERSIONS.all(), pk))


@login_required
@require_safe
def review_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Comments and decisions as they are now, or 204 if `?seen=` is still how they are."""
    version = fetch(request, VERSIONS.all(), pk)
    if request.GET.get("seen") == signature_of(version):
        return HttpResponse(status=204)
    return answers.live(request, version)
