"""The organisation's reusable motion prompts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from assets.forms import PresetForm
from assets.models import Preset, PresetChanged
from assets.prompts.diff import difference
from assets.prompts.text import variables_in
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
    """Change a preset, which makes its next version; clips keep the words they took."""
    found = fetch(request, Preset.objects, pk, at_least=Role.CREATOR)
    form = PresetForm(
        request.POST or None,
        # A separate copy: a name that was refused must not appear in the heading.
        instance=Preset.objects.get(pk=found.pk),
        organisation=found.organisation,
    )
    if request.method == "POST" and form.is_valid():
        try:
            number = form.rewrite(by=request.user)
        except PresetChanged:
            found.refresh_from_db()
            form.changed_meanwhile(found)
        else:
            said = f"It is at version {number} now. " if number != found.number else ""
            messages.success(request, f"The preset is saved. {said}Clips keep their words.")
            return redirect("presets", found.organisation.slug)
    context = {"preset": found, "form": form, "place": "presets", **_versions(found)}
    return render(request, "assets/preset_form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def restore(request: MemberRequest, pk: UUID, number: int) -> HttpResponse:
    """Let an older version be the newest again: its words, under the next number."""
    found = fetch(request, Preset.objects, pk, at_least=Role.CREATOR)
    old = get_object_or_404(found.versions, number=number)
    try:
        found.rewrite(old.prompt_slots(), by=request.user, seen_number=found.number)
    except PresetChanged:
        messages.error(request, "Somebody made a newer version just now. Look at it first.")
    else:
        said = f"“{found}” says what version {number} said; it is at version {found.number}."
        messages.success(request, said)
    return redirect("preset", found.pk)


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


def _versions(preset: Preset) -> dict[str, Any]:
    """The older versions, newest first, each with what the one after it changed."""
    older = list(preset.versions.select_related("by"))
    texts = [preset.prompt_text, *(one.prompt_text for one in older)]
    return {
        "variables": variables_in(preset.prompt_text),
        "versions": [
            {"version": one, "changes": difference(one.prompt_text, after)}
            for one, after in zip(older, texts, strict=False)
        ],
    }


def _starting_point(request: MemberRequest, organisation: Organisation) -> dict[str, str]:
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return {}
    other = Preset.objects.filter(organisation=organisation, pk=wanted).first()
    return {**other.prompt_parts(), "purpose": other.purpose} if other else {}
