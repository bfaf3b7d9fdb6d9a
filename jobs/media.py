"""A version's files for people who may see it: to look at, and to take away."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from assets.hosting import hand_over
from jobs.models import Version
from studio.organisations.access import fetch
from studio.organisations.models import Role

_VERSIONS = Version.objects.select_related("clip__project__organisation")
#: Not allowed in file names somewhere: Windows' list, and control characters.
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@login_required
@require_safe
def version_review_copy(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What the player plays: constant frame rate, every frame reachable."""
    return hand_over(request, _made(fetch(request, _VERSIONS.all(), pk).review_copy))


@login_required
@require_safe
def version_stand_in(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The engine's own file, for watching while the review copy is not there; then that."""
    version = fetch(request, _VERSIONS.all(), pk)
    if version.review_copy or not version.video_plays:
        return redirect("version_review_copy", pk=version.pk)
    return hand_over(request, version.video)


@login_required
@require_safe
def version_poster(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One picture of the video."""
    return hand_over(request, fetch(request, _VERSIONS.all(), pk).poster)


@login_required
@require_safe
def version_film_strip(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """`film_strip_tiles` pictures side by side, evenly spread over the video."""
    return hand_over(request, _made(fetch(request, _VERSIONS.all(), pk).film_strip))


@login_required
@require_safe
def version_video(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The master, byte for byte as the engine made it; `?download=1` saves it under a good name."""
    version = fetch(request, _VERSIONS.all(), pk, at_least=Role.CREATOR)
    name = download_name(version) if request.GET.get("download") else ""
    return hand_over(request, version.video, download_as=name)


def _made(file: FieldFile) -> FieldFile:
    """It follows a moment after the video."""
    if not file:
        raise Http404
    return file


def download_name(version: Version) -> str:
    """`<project> - <clip> v2.mp4`, with nothing that a file system refuses."""
    clip = version.clip
    stem = f"{clip.project.name} - {clip.title} v{version.number}"
    return f"{' '.join(_UNWELCOME.sub(' ', stem).split())}.mp4"
