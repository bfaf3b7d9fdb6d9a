"""Making, changing and putting away projects. The list and the project's own page know more
than this stage does; they are in `studio.storyboard`."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from studio.organisations.access import MemberRequest, fetch, in_organisation
from studio.organisations.models import Organisation, Role
from studio.projects.forms import ProjectForm
from studio.projects.models import Project


@in_organisation(Role.CREATOR)
def new(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """A new project; then to its empty storyboard."""
    form = ProjectForm(request.POST or None, organisation=organisation, by=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect("storyboard", form.save().pk)
    context = {"organisation": organisation, "form": form, "place": "projects"}
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


@login_required
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change what a project says about itself."""
    project = fetch(request, Project.objects, pk, at_least=Role.CREATOR)
    form = ProjectForm(
        request.POST or None,
        # A separate copy: a name that was refused must not appear in the heading.
        instance=Project.objects.get(pk=project.pk),
        organisation=project.organisation,
        by=request.user,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The project is saved.")
        return redirect("storyboard", project.pk)
    context = {"project": project, "form": form, "place": "projects"}
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a project away; running jobs go on, nothing is lost."""
    project = fetch(request, Project.objects, pk, at_least=Role.CREATOR)
    project.archive()
    messages.success(request, f"“{project}” is in the archive. You can reopen it there.")
    return redirect("projects", project.organisation.slug)


@require_POST
@login_required
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a project out of the archive."""
    project = fetch(request, Project.objects, pk, at_least=Role.CREATOR)
    project.reopen()
    messages.success(request, f"“{project}” is open again.")
    return redirect("storyboard", project.pk)
