"""Crop the look of a clip: the crop is a new look of its character, and chosen in the clip."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assets.models import Look
from assets.views.looks import LOOKS, cropped
from studio.clips.models import ChangedMeanwhile, Clip, Held
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.reviews import locking
from studio.storyboard.clip_views import changeable


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def clip_crop(request: MemberRequest, pk: UUID, look_pk: UUID) -> HttpResponse:
    """Propose a framing of a look; a POST makes it a look, which the clip takes at once.

    Where the clip cannot take it (somebody changed it, a version is under review) the crop stays
    with its character, and a sentence says so.
    """
    clip = changeable(request, pk)
    look = fetch(request, LOOKS, look_pk, at_least=Role.CREATOR)
    if look.character.organisation != clip.organisation:
        raise Http404
    seen = request.POST.get("revision", str(clip.revision))
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Http404
    editor = reverse("clip", args=[clip.pk])
    shown = {"clip": clip, "revision": seen, "place": "projects"}
    made = cropped(request, look, address=request.path, back=editor, **shown)
    if isinstance(made, HttpResponse):
        return made
    _choose(request, clip, made, int(seen))
    return redirect(editor)


def _choose(request: MemberRequest, clip: Clip, look: Look, seen_revision: int) -> None:
    try:
        locking.let_go_if_over(clip)
        clip.choose({"look": look}, by=request.user, seen_revision=seen_revision)
    except Held as held:
        messages.warning(request, f"{held.sentence} {look} is kept; nothing was chosen.")
    except ChangedMeanwhile as meanwhile:
        messages.warning(
            request,
            f"{meanwhile.clip.changed_by} changed this clip meanwhile, so nothing was chosen in "
            f"it. {look} is kept: look again and choose it there.",
        )
    else:
        messages.success(request, f"The crop, {look}, is chosen in this clip.")
