"""The files themselves: to people who may see them, and to engines that hold a signed address."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from uuid import UUID

from django.core.files.storage import FileSystemStorage, default_storage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from assets import hosting
from assets.models import AudioTake, Look
from assets.ranges import ranged_response
from studio.organisations.access import fetch


@require_safe
def look_image(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The picture of a look, as engines get it."""
    return hosting.hand_over(request, fetch(request, Look.objects, pk).image)


@require_safe
def look_thumbnail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A small WebP of a look."""
    return hosting.hand_over(request, fetch(request, Look.objects, pk).thumbnail)


@require_safe
def take_master(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What the person gave, byte for byte; always as a download under the take's title."""
    take = fetch(request, AudioTake.objects, pk)
    name = f"{take.title}{PurePosixPath(str(take.master.name)).suffix}"
    return hosting.hand_over(request, take.master, download_as=name)


@require_safe
def take_sound(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The send copy, for listening: exactly what an engine gets."""
    return hosting.hand_over(request, fetch(request, AudioTake.objects, pk).send_copy)


@require_safe
def engine_input(request: HttpRequest, token: str, filename: str) -> HttpResponseBase:
    """A file for whoever holds a signed address that has not expired; without login."""
    name = hosting.input_of(token)
    if name is None or PurePosixPath(name).name != filename:
        raise Http404
    if not isinstance(default_storage, FileSystemStorage):
        raise Http404  # a bucket signs its own addresses
    return ranged_response(
        request,
        Path(default_storage.path(name)),
        content_type=hosting.content_type_of(name),
        cache_control="private, no-store",
    )
