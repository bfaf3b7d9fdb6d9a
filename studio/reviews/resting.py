"""Projects in the archive: everything can be watched there, and nothing is said or decided."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from jobs.models import Footage
from studio.projects.models import Project


def why_at_rest(project: Project) -> str:
    """Why nothing is written in the rooms of `project` for anybody; empty where it is open."""
    if project.archived_at is None:
        return ""
    return f"“{project}” is in the archive: nothing is said or decided until it is reopened."


def why_for_guests(project: Project) -> str:
    """The same for people outside, who know the organisation by its name."""
    organisation = project.organisation
    return f"“{project}” is in the archive of {organisation}: nothing is said or decided on it now."


def is_refused(request: HttpRequest, footage: Footage) -> bool:
    """Whether an act on `footage` is refused since its project rests; then the page says why."""
    why = why_at_rest(footage.clip.project)
    if why:
        messages.error(request, why)
    return bool(why)


def refuse(form: forms.Form, footage: Footage) -> None:
    """The same of what was written: it comes back in its form, with the sentence."""
    if why := why_at_rest(footage.clip.project):
        form.add_error(None, why)
