"""Asking for an animatic, cancelling it, and its files for people who may see it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assets.hosting import hand_over
from jobs import animatics, going_back
from jobs.models import Animatic
from studio.clips.models import Clip
from studio.organisations.access import fetch
from studio.organisations.models import Role, User

ANIMATICS = Animatic.objects.select_related(
    "clip__project__organisation", "clip__look", "clip__take", "look__character", "take",
    "requested_by",
)  # fmt: skip
_CLIPS = Clip.objects.select_related("project__organisation", "look", "take")


@login_required
@require_POST
def animatic_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draft what the clip has chosen; leads back to where it was pressed."""
    clip = fetch(request, _CLIPS, pk, at_least=Role.CREATOR)
    say_drafted(request, clip)
    return redirect(going_back.wanted(request) or reverse("clip", args=[clip.pk]))


@login_required
@require_POST
def animatic_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody needs this drawing any more; leads back to where it was pressed."""
    animatic = fetch(request, ANIMATICS, pk, at_least=Role.CREATOR)
    if animatics.cancel(animatic):
        messages.success(request, f"The {animatic.name} of “{animatic.clip}” is cancelled.")
    else:
        words = animatic.get_state_display().lower()
        messages.error(request, f"Too late to cancel the {animatic.name}: {words}.")
    return redirect(going_back.wanted(request) or reverse("clip", args=[animatic.clip_id]))


@login_required
@require_safe
def animatic_video(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What the player plays: constant frame rate, every frame reachable."""
    return hand_over(request, _drawn(fetch(request, ANIMATICS, pk).video))


@login_required
@require_safe
def animatic_poster(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One picture of it."""
    return hand_over(request, _drawn(fetch(request, ANIMATICS, pk).poster))


@login_required
@require_safe
def animatic_film_strip(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """`film_strip_tiles` pictures side by side, evenly spread over it."""
    return hand_over(request, _drawn(fetch(request, ANIMATICS, pk).film_strip))


def say_drafted(request: HttpRequest, clip: Clip) -> None:
    """Draft what `clip` has chosen, and tell the person what came of it."""
    try:
        animatic, is_new = animatics.draft(clip, by=cast(User, request.user))
    except animatics.NotDrafted as refusal:
        messages.error(request, refusal.sentence)
        return
    if is_new:
        messages.success(request, "The animatic is being drawn. It is free.")
    elif animatic.is_ready:
        messages.info(request, f"Nothing has changed: the {animatic.name} shows these inputs.")
    else:
        messages.info(request, f"The {animatic.name} of these inputs is being drawn already.")


def _drawn(file: FieldFile) -> FieldFile:
    """It is there when the drawing is done."""
    if not file:
        raise Http404
    return file
