"""The page on which a whole project is watched, and the button that drafts what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.projects.models import Project
from studio.reviews.models import ProjectVisit
from studio.storyboard import board
from studio.storyboard.playthrough import draft_wanting, new_since, scenes_of

_PROJECTS = Project.objects.select_related("organisation")
#: `?show=` that leaves the versions out.
ANIMATICS = "animatics"
#: `?show=` that plays only what was made since the person's last visit.
NEW = "new"


@require_safe
@login_required
def playthrough(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All clips one after another; `?show=animatics` without the versions, `?show=new` what is new.

    Opening it is a visit: what is new is counted from the end of the one before.
    """
    project = fetch(request, _PROJECTS, pk)
    before = ProjectVisit.note(user=request.user, project=project)
    return render(request, "storyboard/playthrough.html", _context(request, project, before))


@require_safe
@login_required
def live(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The list of scenes; asks to be asked again while something is being drawn."""
    project = fetch(request, _PROJECTS, pk)
    before = ProjectVisit.began_after(user=request.user, project=project)
    context = _context(request, project, before)
    return render(request, "storyboard/playthrough.html#scenes", context)


@require_POST
@login_required
def draft_all(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draft every clip that has nothing to show, or an animatic that is out of date."""
    project = fetch(request, _PROJECTS, pk, at_least=Role.CREATOR)
    board.refuse_archived(project)
    only_animatics = request.POST.get("show") == ANIMATICS
    asked = draft_wanting(scenes_of(project, only_animatics=only_animatics), by=request.user)
    if asked:
        s = "" if asked == 1 else "s"
        messages.success(request, f"{asked} animatic{s} asked for. They are free.")
    else:
        messages.info(request, "Everything that can be drafted is drafted, or being drawn.")
    query = f"?show={ANIMATICS}" if only_animatics else ""
    return redirect(reverse("playthrough", args=[project.pk]) + query)


def _context(request: MemberRequest, project: Project, before: datetime | None) -> dict[str, Any]:
    only_animatics = request.GET.get("show") == ANIMATICS
    only_new = request.GET.get("show") == NEW
    scenes = scenes_of(project, only_animatics=only_animatics)
    fresh = new_since(scenes, before)
    if only_new:
        scenes = fresh
    return {
        "project": project,
        "scenes": scenes,
        "first": next((scene for scene in scenes if scene.footage), None),
        "gaps": [scene for scene in scenes if scene.footage is None],
        "wanting": sum(scene.is_wanting for scene in scenes),
        "film_seconds": sum(scene.seconds for scene in scenes if scene.footage),
        "is_live": any(scene.draft.unfinished for scene in scenes),
        "only_animatics": only_animatics,
        "only_new": only_new,
        "new_count": 0 if only_animatics else len(fresh),
        "before": before,
        "can_make": board.may_make(request, project),
        "place": "projects",
    }
