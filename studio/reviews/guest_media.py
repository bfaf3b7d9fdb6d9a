"""Films and pictures for guests: through the link's own addresses, short-lived, kept by nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from assets.hosting import pass_through
from jobs.media import download_name
from jobs.models import Version
from studio.reviews import guest_log
from studio.reviews.guest_access import Visit, for_guests
from studio.reviews.models import Happening, ReviewLink

FILM, POSTER, STRIP = "film", "poster", "strip"
#: How often a film under way asks whether its link still leads anywhere.
LOOK_AGAIN_SECONDS = 2.0


@require_safe
@for_guests
def guest_media(request: HttpRequest, visit: Visit, signed: str) -> HttpResponseBase:
    """What a page of the link shows, for as long as its address is good and the link is open."""
    version, kind = visit.media_of(signed)
    if kind == FILM and request.method == "GET":
        guest_log.happened_lately(visit, Happening.SHOWN, version)
    return _while_open(visit, pass_through(request, _file(version, kind)))


@require_safe
@for_guests
def guest_download(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """The master, where the link allows it. It carries no watermark."""
    version = visit.version(pk)
    if not visit.link.may_download:
        raise Http404
    if request.method == "GET":
        guest_log.happened_lately(visit, Happening.DOWNLOADED, version)
    answer = pass_through(request, version.video, download_as=download_name(version))
    return _while_open(visit, answer)


def _while_open(visit: Visit, answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer, which breaks off when the link is revoked while it is under way.

    A player asks for a film once and takes minutes over it; a slow reader could take hours.
    """
    if isinstance(answer, StreamingHttpResponse):
        answer.streaming_content = _watched(visit, cast(Iterator[bytes], answer.streaming_content))
    return answer


def _watched(visit: Visit, blocks: Iterator[bytes]) -> Iterator[bytes]:
    looked_at = time.monotonic()
    for block in blocks:
        if time.monotonic() - looked_at >= LOOK_AGAIN_SECONDS:
            if not ReviewLink.objects.open().filter(pk=visit.link.pk).exists():
                return  # shorter than was said: the other side knows that it is not whole
            looked_at = time.monotonic()
        yield block


def _file(version: Version, kind: str) -> FieldFile:
    films = version.review_copy or (version.video if version.video_plays else None)
    files = {FILM: films, POSTER: version.poster, STRIP: version.film_strip}
    found = files.get(kind)
    if not found:
        raise Http404
    return found
