"""Making and changing characters and adding looks. The library and a character's own page also
show where a character is used; they are in `studio.storyboard`."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from assets.forms import CharacterForm, LookForm, NewCharacterForm
from assets.intake import add_look, keep_look, read_picture
from assets.models import Character
from assets.pictures import MAX_SOURCE_BYTES
from assets.probing import Refused
from studio.organisations.access import MemberRequest, fetch, in_organisation
from studio.organisations.models import Organisation, Role, User


@in_organisation(Role.CREATOR)
def new(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """A character and its first look: both, or neither if the picture is refused."""
    is_sent = request.method == "POST"
    form = NewCharacterForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        organisation=organisation,
    )
    if is_sent and form.is_valid():
        try:
            return redirect("character", _create(form, by=request.user).pk)
        except Refused as refusal:
            form.add_error("picture", refusal.sentence)
    context = {
        "organisation": organisation,
        "form": form,
        "max_bytes": MAX_SOURCE_BYTES,
        "place": "characters",
    }
    return render(request, "assets/character_form.html", context, status=_status(form))


def _create(form: NewCharacterForm, *, by: User) -> Character:
    file = form.cleaned_data["picture"]
    picture = read_picture(file) if file else None  # takes its time: not in the transaction
    with transaction.atomic():
        character: Character = form.save(commit=False)
        character.organisation, character.created_by = form.organisation, by
        character.save()
        if picture:
            keep_look(picture, character=character, by=by)
    return character


@login_required
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change name, kind and notes."""
    character = fetch(request, Character.objects, pk, at_least=Role.CREATOR)
    form = CharacterForm(
        request.POST or None,
        # A separate copy: a name that was refused must not appear in the heading.
        instance=Character.objects.get(pk=character.pk),
        organisation=character.organisation,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The character is saved.")
        return redirect("character", character.pk)
    context = {"character": character, "form": form, "place": "characters"}
    return render(request, "assets/character_form.html", context, status=_status(form))


@require_POST
@login_required
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the character out of the pickers."""
    character = fetch(request, Character.objects, pk, at_least=Role.CREATOR)
    character.archive()
    messages.success(request, f"“{character}” is in the archive. Clips and versions keep it.")
    return redirect("characters", character.organisation.slug)


@require_POST
@login_required
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Offer the character in the pickers again."""
    character = fetch(request, Character.objects, pk, at_least=Role.CREATOR)
    character.reopen()
    messages.success(request, f"“{character}” can be chosen again.")
    return redirect("character", character.pk)


@login_required
def look_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The next look of a character.

    Sent by htmx, a refusal comes back as the form with its sentence (422); otherwise as a page.
    """
    character = fetch(request, Character.objects, pk, at_least=Role.CREATOR)
    is_sent = request.method == "POST"
    form = LookForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid():
        try:
            look = add_look(character=character, file=form.cleaned_data["picture"], by=request.user)
        except Refused as refusal:
            form.add_error("picture", refusal.sentence)
        else:
            messages.success(request, f"Look {look.number} is here.")
            address = reverse("character", args=[character.pk])
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    template = "assets/_look_form.html" if request.htmx else "assets/look_new.html"
    context = {
        "character": character,
        "look_form": form,
        "max_bytes": MAX_SOURCE_BYTES,
        "place": "characters",
    }
    return render(request, template, context, status=_status(form))


def _status(form: LookForm | CharacterForm) -> int:
    return 422 if form.errors else 200
