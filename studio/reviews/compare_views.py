"""Two versions of a clip on one clock and one sound."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studio.clips.models import Clip
from studio.organisations.access import fetch
from studio.reviews.compare import comparison_of

_CLIPS = Clip.objects.select_related("project__organisation")


@login_required
@require_safe
def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page; `?a=1&b=3` are the numbers of the two versions."""
    clip = fetch(request, _CLIPS.all(), pk)
    context = {
        "clip": clip,
        "project": clip.project,
        "comparison": comparison_of(clip, a=request.GET.get("a", ""), b=request.GET.get("b", "")),
        "place": "projects",
    }
    return render(request, "reviews/compare.html", context)
