"""The organisation's reusable motion prompts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from assets.forms import PresetForm
from assets.models import Preset
from studio.organisations.access import MemberRequest, fetch, in_organisation
from studio.organisations.models import Organisation, Role


@in_organisation()
def presets(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """All presets, or the archived ones, narrowed by a word."""
    query = request.GET.get("find", "").strip()
    is_archive = request.GET.get("show") == "archive"
    mine = Preset.objects.visible_to(request.user).filter(organisation=organisation)
    listed = mine.filter(archived_at__isnull=not is_archive)
    context = {
        "organisation": organisation,
        "presets": listed.filter(name__icontains=query) if query else listed,
        "archived_count": mine.exclude(archived_at=None).count(),
        "is_archive": is_archive,
        "find": query,
        "can_make": request.member.may(Role.CREATOR),
        "place": "presets",
    }
    return render(request, "assets/presets.html", context)


@in_organisation(Role.CREATOR)
def new(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """A new preset; `?from=<preset>` starts with the words of another."""
    start = _starting_point(request, organisation)
    form = PresetForm(request.POST or None, organisation=organisation, initial=start)
    if request.method == "POST" and form.is_valid():
        preset = form.save(commit=False)
        preset.organisation, preset.created_by = organisation, request.user
        preset.save()
        messages.success(request, f"“{preset}” can be chosen for clips now.")
        return redirect("presets", organisation.slug)
    context = {"organisation": organisation, "form": form, "place": "presets"}
    return render(request, "assets/preset_form.html", context, status=422 if form.errors else 200)


@login_required
def preset(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a preset; clips that were made with it keep their words."""
    found = fetch(request, Preset.objects, pk, at_least=Role.CREATOR)
    form = PresetForm(
        request.POST or None,
        # A separate copy: a name that was refused must not appear in the heading.
        instance=Preset.objects.get(pk=found.pk),
        organisation=found.organisation,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The preset is saved. Clips made with it keep their words.")
        return redirect("presets", found.organisation.slug)
    context = {"preset": found, "form": form, "place": "presets"}
    return render(request, "assets/preset_form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the preset out of the pickers."""
    found = fetch(request, Preset.objects, pk, at_least=Role.CREATOR)
    found.archive()
    messages.success(request, f"“{found}” is in the archive. Clips keep their words.")
    return redirect("presets", found.organisation.slug)


@require_POST
@login_required
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Offer the preset in the pickers again."""
    found = fetch(request, Preset.objects, pk, at_least=Role.CREATOR)
    found.reopen()
    messages.success(request, f"“{found}” can be chosen again.")
    return redirect("presets", found.organisation.slug)


def _starting_point(request: MemberRequest, organisation: Organisation) -> dict[str, str]:
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return {}
    other = Preset.objects.filter(organisation=organisation, pk=wanted).first()
    return {**other.prompt_slots(), "purpose": other.purpose} if other else {}
