"""Crop the look of a clip: the crop is a new look of its character, and chosen in the clip."""

from __future__ import annotations

from typing import Any
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
from studio.storyboard.meanwhile import who_changed


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def clip_crop(request: MemberRequest, pk: UUID, look_pk: UUID) -> HttpResponse:
    """Propose a framing of a look; a POST makes it a look, which the clip takes at once.

    Where the clip cannot take it (somebody changed it, a version is under review) nothing is
    made: the page comes back with the framing and a sentence. Where that happens only while the
    crop is being made, the crop stays with its character, and a sentence says so.
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
    refused = _refused(request, clip, int(seen))
    made = cropped(request, look, address=request.path, back=editor, refused=refused, **shown)
    if isinstance(made, HttpResponse):
        return made
    _choose(request, clip, made, int(seen))
    return redirect(editor)


def _refused(request: MemberRequest, clip: Clip, seen_revision: int) -> dict[str, Any] | None:
    """Why the clip cannot take a crop now, before one is made; None where it can.

    Who has read that somebody changed the clip may go on: the page then knows that revision.
    """
    if request.method != "POST":
        return None
    if hold := locking.hold_on(clip):
        return {"refusal": f"{hold.sentence} Nothing was cropped; your framing is still here."}
    if clip.revision == seen_revision:
        return None
    refusal = (
        f"{who_changed(clip, reader=request.user)} while you were cropping. Nothing was cropped "
        "and your framing is still here; use the crop again to replace the look that is there now."
    )
    return {"refusal": refusal, "revision": clip.revision}


def _choose(request: MemberRequest, clip: Clip, look: Look, seen_revision: int) -> None:
    try:
        locking.let_go_if_over(clip)
        clip.choose({"look": look}, by=request.user, seen_revision=seen_revision)
    except Held as held:
        messages.warning(request, f"{held.sentence} {look} is kept; nothing was chosen.")
    except ChangedMeanwhile as meanwhile:
        messages.warning(
            request,
            f"{who_changed(meanwhile.clip, reader=request.user)}, so nothing was chosen in it. "
            f"{look} is kept: look again and choose it there.",
        )
    else:
        messages.success(request, f"The crop, {look}, is chosen in this clip.")
