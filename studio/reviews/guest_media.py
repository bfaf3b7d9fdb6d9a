"""Films and pictures for guests: through the link's own addresses, short-lived, kept by nobody."""

from __future__ import annotations

from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from assets.hosting import pass_through
from jobs.media import download_name
from jobs.models import Version
from studio.reviews import guest_log
from studio.reviews.guest_access import Visit, for_guests
from studio.reviews.models import Happening

FILM, POSTER, STRIP = "film", "poster", "strip"


@require_safe
@for_guests
def guest_media(request: HttpRequest, visit: Visit, signed: str) -> HttpResponseBase:
    """What a page of the link shows, for as long as its address is good and the link is open."""
    version, kind = visit.media_of(signed)
    if kind == FILM:
        guest_log.happened_lately(visit, Happening.VIEWED, version)
    return pass_through(request, _file(version, kind))


@require_safe
@for_guests
def guest_download(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """The master, where the link allows it. It carries no watermark."""
    version = visit.version(pk)
    if not visit.link.may_download:
        raise Http404
    guest_log.happened_lately(visit, Happening.DOWNLOADED, version)
    return pass_through(request, version.video, download_as=download_name(version))


def _file(version: Version, kind: str) -> FieldFile:
    films = version.review_copy or (version.video if version.video_plays else None)
    files = {FILM: films, POSTER: version.poster, STRIP: version.film_strip}
    found = files.get(kind)
    if not found:
        raise Http404
    return found
