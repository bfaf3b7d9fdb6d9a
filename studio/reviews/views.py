"""The room of one version or animatic, and the part of it that follows what others do."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.models import Animatic, Version
from studio.organisations.access import fetch
from studio.reviews import answers
from studio.reviews.animatic_room import animatic_signature
from studio.reviews.room import signature_of

VERSIONS = Version.objects.select_related(
    "clip__project__organisation",
    "job__look__character",
    "job__take",
    "job__requested_by",
    "job__based_on",
)
ANIMATICS = Animatic.objects.select_related(
    "clip__project__organisation",
    "clip__look",
    "clip__take",
    "look__character",
    "take",
    "requested_by",
)


@never_cache  # Back would show who owed a decision when the page was left, and offer it again
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


@login_required
@require_safe
def animatic(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of an animatic; `?frame=N` opens exactly that frame.

    While it is being drawn the page asks again, and loads itself anew once it is done.
    """
    found = fetch(request, ANIMATICS.all(), pk)
    if answers.is_partial(request) and not found.is_unfinished:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return answers.animatic_page(request, found)


@login_required
@require_safe
def animatic_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Comments on an animatic as they are now, or 204 if `?seen=` is still how they are."""
    found = fetch(request, ANIMATICS.all(), pk)
    if request.GET.get("seen") == animatic_signature(found, timezone.now()):
        return HttpResponse(status=204)
    return answers.live(request, found)
