"""Where a preset is used: the clips that took its words."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assets.models import Preset
from studio.clips.models import Clip
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role


@require_safe
@login_required
def preset_used(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The clips that the person may see, newest change first, each with the version it took."""
    preset = fetch(request, Preset.objects, pk)
    clips = Clip.objects.visible_to(request.user).open().filter(preset=preset)
    context = {
        "preset": preset,
        "organisation": preset.organisation,
        "clips": [
            {"clip": clip, "is_as_it_was": _is_unchanged(clip, preset)}
            for clip in clips.select_related("project").order_by("-changed_at")
        ],
        "can_make": request.member.may(Role.CREATOR),
        "place": "presets",
    }
    return render(request, "assets/preset_used.html", context)


def _is_unchanged(clip: Clip, preset: Preset) -> bool:
    """Whether the clip says what the newest version of the preset says, word for word."""
    return clip.prompt_slots() == preset.prompt_slots()
