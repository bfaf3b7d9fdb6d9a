"""Mend this take: make a treated one, listen to both, use it or throw it away."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assets.measuring import Unreadable, measured, take_facts, unreadable
from assets.models import AudioTake
from assets.probing import Refused
from assets.treating.drafts import NothingToDo, adopt, throw_away, treat
from studio.clips.models import ChangedMeanwhile, Clip, Held
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.reviews import locking
from studio.storyboard import board, mend_page
from studio.storyboard.clip_views import changeable
from studio.storyboard.meanwhile import who_changed
from studio.storyboard.mend_page import MendForm

_TAKES = AudioTake.objects.select_related("project__organisation", "original")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def take_mend(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Findings and choices; a POST makes the treated take. `?clip=` is where it is wanted,
    `?made=` the draft to listen to."""
    take = _changeable_take(request, pk)
    clip = _clip(request, take)
    if take.original is not None:  # treatments start from the untouched recording
        return _to_page(take.original, clip, made=take)
    try:
        measured(None, take)
    except Unreadable as problem:
        messages.error(request, str(problem))
        return redirect("clip", clip.pk) if clip else redirect("take_new", take.project.pk)
    form = None
    if request.method == "POST":
        form = MendForm(request.POST, seconds=take_facts(take).seconds)
        if made := _made(request, take, form):
            return _to_page(take, clip, made=made)
    context = mend_page.context(take, clip, form, _draft(request, take))
    return render(request, "storyboard/mend.html", context, status=422 if form else 200)


@require_POST
@login_required
def take_use(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A treated take becomes one like any other; from a clip it is chosen there."""
    take = _changeable_take(request, pk)
    clip, seen = _clip(request, take), request.POST.get("revision", "")
    if clip and not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Http404
    try:
        adopt(take)
    except AudioTake.DoesNotExist:  # thrown away this moment
        raise Http404 from None
    if clip is None:
        messages.success(request, f"“{take}” can be chosen for clips now.")
        return redirect("take_new", take.project.pk)
    try:
        locking.let_go_if_over(clip)
        clip.choose({"take": take}, by=request.user, seen_revision=int(seen))
    except Held as held:
        messages.warning(
            request, f"{held.sentence} “{take}” is among its takes; nothing was chosen."
        )
    except ChangedMeanwhile as meanwhile:
        messages.warning(
            request,
            f"{who_changed(meanwhile.clip, reader=request.user)}, so nothing was chosen in it. "
            f"“{take}” is among its takes now: look again and choose it there.",
        )
    else:
        messages.success(request, f"“{take}” is chosen in this clip.")
    return redirect("clip", clip.pk)


@require_POST
@login_required
def take_throw_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Delete a draft; the recording it was made from stays as it is."""
    take = _changeable_take(request, pk)
    clip, original = _clip(request, take), take.original
    if throw_away(take):
        messages.success(request, "The treated take is thrown away; the original is untouched.")
    else:
        messages.info(request, f"“{take}” is in use and stays.")
    return _to_page(original or take, clip)


def _changeable_take(request: MemberRequest, pk: UUID) -> AudioTake:
    take = fetch(request, _TAKES, pk, at_least=Role.CREATOR)
    board.refuse_archived(take.project)
    return take


def _clip(request: MemberRequest, take: AudioTake) -> Clip | None:
    """The clip for which the take is mended, if it is one of the same project."""
    given = request.POST.get("clip") or request.GET.get("clip")
    if not given:
        return None
    try:
        clip = changeable(request, UUID(given))
    except ValueError:
        raise Http404 from None
    if clip.project_id != take.project_id:
        raise Http404
    return clip


def _made(request: MemberRequest, take: AudioTake, form: MendForm) -> AudioTake | None:
    """The treated take; None, with the sentence in the form, where it cannot be made."""
    if not form.is_valid():
        return None
    try:
        return treat(take, form.treatment(), by=request.user)
    except NothingToDo as nothing:
        form.add_error(None, nothing.sentence)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
    except FileNotFoundError:
        form.add_error(None, unreadable("take", take))
    return None


def _draft(request: MemberRequest, take: AudioTake) -> AudioTake | None:
    """The treated take to listen to; one that was thrown away meanwhile is simply not shown."""
    given = request.GET.get("made")
    try:
        return (
            take.treated.select_related("project").filter(pk=UUID(given)).first() if given else None
        )
    except ValueError:
        raise Http404 from None


def _to_page(
    take: AudioTake, clip: Clip | None, made: AudioTake | None = None
) -> HttpResponseRedirect:
    query = {"clip": clip and clip.pk, "made": made and made.pk}
    given = urlencode({name: value for name, value in query.items() if value})
    return redirect(f"{reverse('take_mend', args=[take.pk])}{'?' + given if given else ''}")
