"""Taking comments along: for everybody who may read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from jobs.media import download_name
from studio.organisations.access import fetch
from studio.projects.models import Project
from studio.reviews.exports import material
from studio.reviews.exports.edl import markers_edl
from studio.reviews.exports.fcpxml import markers_fcpxml
from studio.reviews.exports.material import Material
from studio.reviews.exports.table import comments_csv
from studio.reviews.exports.timeline import CannotExport
from studio.reviews.views import VERSIONS


def _pdf(made_of: Material) -> bytes:
    from studio.reviews.exports.report import comments_pdf  # with it come codecs and fonts

    return comments_pdf(made_of)


_KINDS: dict[str, tuple[str, Callable[[Material], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", comments_csv),
    "pdf": ("application/pdf", _pdf),
    "edl": ("text/plain; charset=utf-8", markers_edl),
    "fcpxml": ("application/xml", markers_fcpxml),
}
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@login_required
@require_safe
def export_version(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """What was said about one version."""
    version = fetch(request, VERSIONS.all(), pk)
    stem = download_name(version).removesuffix(".mp4")
    return _file(request, material.of_version(version), kind, stem, back=("review", pk))


@login_required
@require_safe
def export_project(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """What was said about the latest version of each clip, in running order."""
    project = fetch(request, Project.objects.select_related("organisation"), pk)
    stem = " ".join(_UNWELCOME.sub(" ", project.name).split())
    return _file(request, material.of_project(project), kind, stem, back=("storyboard", pk))


def _file(
    request: HttpRequest, made_of: Material, kind: str, stem: str, *, back: tuple[str, UUID]
) -> HttpResponse:
    if kind not in _KINDS:
        raise Http404
    content_type, make = _KINDS[kind]
    try:
        body = make(made_of)
    except CannotExport as refusal:
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # A script asked and says it on the page that is open: a message would be said again.
            return HttpResponse(refusal.sentence, status=422, content_type="text/plain")
        messages.error(request, refusal.sentence)
        return redirect(back[0], back[1])
    answer = HttpResponse(body, content_type=content_type)
    name = f"{stem} comments.{kind}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer
