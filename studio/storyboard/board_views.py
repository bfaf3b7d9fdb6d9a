"""The storyboard: a project's running order, and what is done to it there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jobs import registry
from studio.clips.models import Clip, ClipQuerySet, Held, add_clip
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.projects.models import Project
from studio.reviews import locking
from studio.storyboard import board, tiles
from studio.storyboard.forms import MoveForm, NewClipForm

_PROJECTS = Project.objects.select_related("organisation")


@require_safe
@login_required
def storyboard(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The project's page: its running order as tiles or as a list, its progress, its budget."""
    project = fetch(request, _PROJECTS, pk)
    return render(request, "storyboard/storyboard.html", board.page(request, project))


@require_safe
@login_required
def live(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What differs from `?seen=`: tiles, progress, budget.

    While a job is active the answer asks to be asked again; when none is, it does not.
    """
    project = fetch(request, _PROJECTS, pk)
    context = board.page(request, project)
    shown: list[tiles.Tile] = context["tiles"]
    differing = tiles.changed(shown, request.GET.get("seen", ""))
    context |= {
        "oob": True,
        "is_reordered": differing is None,
        "changed": differing or [],
        "active": [one for one in shown if one.is_active and one not in (differing or [])],
    }
    return render(request, "storyboard/storyboard.html#live_answer", context)


@require_POST
@login_required
def clip_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new clip at the end of the running order; goes on to its editor."""
    project = fetch(request, _PROJECTS, pk, at_least=Role.CREATOR)
    board.refuse_archived(project)
    form = NewClipForm(request.POST)
    if not form.is_valid():
        context = board.page(request, project) | {"new_clip_form": form}
        return render(request, "storyboard/storyboard.html", context, status=422)
    clip = add_clip(
        project,
        title=form.cleaned_data["title"],
        engine_model=registry.models_for(project)[0].key,
        by=request.user,
    )
    return redirect("clip", clip.pk)


@require_POST
@login_required
def clip_move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put the clip at another place of the running order."""
    clip = _clip(request, Clip.objects.open(), pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Say to which place, from 0.", status=422, content_type="text/plain")
    clip.move_to(form.cleaned_data["position"])
    return HttpResponse(status=204) if request.htmx else redirect("storyboard", clip.project_id)


@require_POST
@login_required
def clip_remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the clip out of the running order; the page it leads to offers to put it back."""
    clip = _clip(request, Clip.objects.open(), pk)
    try:
        locking.let_go_if_over(clip)
        clip.remove(by=request.user)
    except Held as held:
        messages.error(request, held.sentence)
        return redirect("storyboard", clip.project_id)
    return redirect(f"{reverse('storyboard', args=[clip.project_id])}?removed={clip.pk}")


@require_POST
@login_required
def clip_put_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Undo: the clip is in the running order again."""
    clip = _clip(request, Clip.objects.exclude(removed_at=None), pk)
    clip.put_back(by=request.user)
    return redirect("storyboard", clip.project_id)


def _clip(request: MemberRequest, clips: ClipQuerySet, pk: UUID) -> Clip:
    clip = fetch(request, clips.select_related("project__organisation"), pk, at_least=Role.CREATOR)
    board.refuse_archived(clip.project)
    return clip
