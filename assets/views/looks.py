"""What is done with one look: a crop of it, its art style, that it is a mascot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from assets.limits import STRICT
from assets.look_forms import ArtStyleForm, CropForm, MascotForm
from assets.looking import cropping
from assets.measuring import image_facts, look_facts, unreadable
from assets.models import Look
from assets.preflight.image import check_image
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role

#: A look with what every page of it shows.
LOOKS = Look.objects.select_related("character__organisation")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def look_crop(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Propose a framing; a POST makes it a look of its own.

    A POST by htmx, or with `do=check`, only says what would remain to be found.
    """
    look = fetch(request, LOOKS, pk, at_least=Role.CREATOR)
    character = reverse("character", args=[look.character_id])
    made = cropped(request, look, address=request.path, back=character)
    if isinstance(made, HttpResponse):
        return made
    messages.success(request, f"Look {made.number} is a crop of look {look.number}.")
    return redirect(f"{character}#look-{made.number}")


def cropped(
    request: MemberRequest,
    look: Look,
    *,
    address: str,
    back: str,
    refused: dict[str, Any] | None = None,
    **shown: Any,
) -> Look | HttpResponse:
    """The look that a POST makes of `look`; or else the page that proposes one, or its outcome.

    The page sends its form to `address`, leads `back`, and has `shown` in its context. With
    `refused`, whose `refusal` says why, no look is made: the page comes back with that as well.
    """
    try:
        return _cropped(request, look, {"address": address, "back": back, **shown}, refused)
    except FileNotFoundError:
        messages.error(request, unreadable("look", look))
        return redirect(back)


def _cropped(
    request: MemberRequest, look: Look, shown: dict[str, Any], refused: dict[str, Any] | None
) -> Look | HttpResponse:
    if request.method != "POST":
        form = CropForm(look=look, framing=cropping.proposal(look))
        return _page(request, look, form, shown)
    form = CropForm(request.POST, look=look)
    if request.htmx:
        return render(request, "assets/look_crop.html#outcome", _outcome(look, form))
    framing = form.framing()
    if framing is None or request.POST.get("do") == "check":
        return _page(request, look, form, shown)
    if refused is not None:
        return _page(request, look, form, shown | refused)
    return cropping.crop(look, framing, by=request.user)


@require_POST
@login_required
def look_mascot(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say that the look is a mascot (`is_mascot=1`), or take that back (`0`)."""
    look = fetch(request, LOOKS, pk, at_least=Role.CREATOR)
    form = MascotForm(request.POST)
    if form.is_valid() and form.cleaned_data["is_mascot"]:
        look.call_mascot(by=request.user)
        messages.success(request, f"{look} is a mascot: no face is looked for.")
    elif form.is_valid():
        look.call_person()
        messages.success(request, f"{look} is checked for a face again.")
    return _said(request, look)


@require_POST
@login_required
def look_art_style(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say how the look is drawn; empty for not known."""
    look = fetch(request, LOOKS, pk, at_least=Role.CREATOR)
    form = ArtStyleForm(request.POST)
    if form.is_valid():
        look.art_style = form.cleaned_data["art_style"]
        look.save(update_fields=["art_style"])
        messages.success(request, f"The art style of {look} is noted.")
    else:
        messages.error(request, "This art style is not known. Choose one of the list.")
    return _said(request, look)


def _said(request: MemberRequest, look: Look) -> HttpResponse:
    """Back to where it was said; the editor, which asked by htmx, looks at its findings again."""
    if not request.htmx:
        return redirect(_way_back(request, look))
    answer = render(request, "components/messages.html", {"oob": True})
    return trigger_client_event(answer, "input-added", after="settle")


def _page(
    request: MemberRequest, look: Look, form: CropForm, shown: dict[str, Any]
) -> HttpResponse:
    outcome = _outcome(look, form)
    if refusal := shown.get("refusal"):  # only now: the form's framing is shown all the same
        form.add_error(None, refusal)
    context = {
        "look": look,
        "character": look.character,
        "proposal": cropping.proposal(look),
        "found_before": check_image(image_facts(look, look_facts(look)), STRICT),
        "limits": STRICT,
        "place": "characters",
        **outcome,
        **shown,
    }
    return render(request, "assets/look_crop.html", context, status=422 if form.errors else 200)


def _outcome(look: Look, form: CropForm) -> dict[str, Any]:
    """What the framing in the form would give."""
    framing = form.framing()
    if framing is None:
        return {"form": form, "framing": None, "found": []}
    facts = image_facts(look, cropping.preview(look, framing))
    return {"form": form, "framing": framing, "found": check_image(facts, STRICT)}


def _clip_id(request: MemberRequest) -> UUID | None:
    """The clip from whose editor the person came."""
    try:
        return UUID(request.GET.get("clip", ""))
    except ValueError:
        return None


def _way_back(request: MemberRequest, look: Look) -> str:
    if clip := _clip_id(request):
        return f"{reverse('clip', args=[clip])}?look={look.pk}"
    return f"{reverse('character', args=[look.character_id])}#look-{look.number}"
