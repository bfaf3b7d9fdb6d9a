"""Bringing a new picture or recording right into the clip editor, where it is chosen at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from assets.forms import TakeForm
from assets.intake import keep_look, read_picture
from assets.models import Character, Look
from assets.probing import Refused
from studio.organisations.access import MemberRequest
from studio.organisations.models import User
from studio.storyboard import editor
from studio.storyboard.clip_views import changeable
from studio.storyboard.forms import NewLookForm


@require_POST
@login_required
def clip_look_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new look: the picker with it chosen, or the form with its sentence (422)."""
    clip = changeable(request, pk)
    form = NewLookForm(request.POST, request.FILES, organisation=clip.organisation)
    if form.is_valid():
        try:
            clip.look = _make_look(form, by=request.user)
        except Refused as refusal:
            form.add_error("picture", refusal.sentence)
        else:
            context = {"clip": clip, "chosen": clip, **editor.pickers(clip, clip)}
            return _picker(request, "look_picker", context)
    return _form_again(request, "new_look", {"clip": clip} | editor.new_look(form))


@require_POST
@login_required
def clip_take_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new take: the picker with it chosen, or the form with its sentence (422)."""
    clip = changeable(request, pk)
    form = TakeForm(request.POST, request.FILES, prefix="take")
    if form.is_valid() and (take := form.bring_in(clip.project, by=request.user)):
        clip.take = take
        context = {"clip": clip, "chosen": clip, **editor.pickers(clip, clip)}
        return _picker(request, "take_picker", context)
    return _form_again(request, "new_take", {"clip": clip} | editor.new_take(form, clip.project))


def _make_look(form: NewLookForm, *, by: User) -> Look:
    """The look, and its character if it is new: both or neither."""
    picture = read_picture(form.cleaned_data["picture"])  # takes its time: not in the transaction
    with transaction.atomic():
        character = form.cleaned_data["character"] or Character.objects.create(
            organisation=form.organisation, name=form.cleaned_data["name"], created_by=by
        )
        return keep_look(picture, character=character, by=by)


def _picker(request: MemberRequest, part: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, f"storyboard/clip.html#{part}", context)
    return trigger_client_event(answer, "input-added", after="swap")


def _form_again(request: MemberRequest, part: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, f"storyboard/clip.html#{part}", context, status=422)
    return reswap(retarget(answer, f"#{part.replace('_', '-')}-form"), "outerHTML")
