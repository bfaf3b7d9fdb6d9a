"""The pages of a guest: the door, one version after another, saying something, deciding."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobs.models import Version
from studio.reviews import guest_access, guest_guessing, guest_log
from studio.reviews.answers import frame_asked
from studio.reviews.deciding import NotDecided
from studio.reviews.guest_access import Visit, for_guests
from studio.reviews.guest_deciding import guest_decides
from studio.reviews.guest_forms import DoorForm, GuestCommentForm, GuestDecisionForm
from studio.reviews.guest_page import context_of
from studio.reviews.guest_room import newer_than
from studio.reviews.models import Comment, Guest, Happening, ReviewLink

TOO_OFTEN = "Too many tries from here. Wait a quarter of an hour, then try once more."


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def guest_door(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once who somebody is; whoever has said so goes straight on to the first version."""
    link = ReviewLink.find(token)
    if link is None:
        return guest_access.closed(request)
    guest = guest_access.guest_of(request, link)
    if guest is not None:
        return guest_access.quiet(_first(request, Visit(link=link, token=token, guest=guest)))
    form = DoorForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid() and _opens(request, link, form):
        return guest_access.quiet(_come_in(link, token, form))
    status = 200 if request.method != "POST" else 429 if TOO_OFTEN in str(form.errors) else 422
    context = {"link": link, "form": form}
    return guest_access.quiet(render(request, "guests/door.html", context, status=status))


@require_safe
@for_guests
def guest_version(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """One version; `?frame=N` opens exactly that frame."""
    version = visit.version(pk)
    guest_log.happened_lately(visit, Happening.SHOWN, version)
    Guest.objects.filter(pk=visit.guest.pk).update(seen_at=timezone.now())
    return _page(request, visit, version)


@require_POST
@for_guests
def guest_comment_new(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Keep what a guest says at a frame; members see it at once, and it is always shared."""
    version = visit.version(pk)
    form = GuestCommentForm(request.POST, footage=version)
    _must(visit.link.may_comment, visit, form, "This link is for looking only.")
    if not form.is_valid():
        return _page(request, visit, version, comment_form=form, status=422)
    said = form.cleaned_data
    comment = Comment.objects.create(
        version=version,
        guest=visit.guest,
        frame=said["frame"],
        last_frame=said["last_frame"],
        text=said["text"],
        drawing=said["drawing"],
        is_shared=True,
    )
    guest_log.happened(visit, Happening.COMMENTED, version, f"at {comment.timecode}")
    query = urlencode({"frame": comment.frame})
    address = visit.address("guest_version", version.pk)
    return redirect(f"{address}?{query}#comment-{comment.pk}")


@require_POST
@for_guests
def guest_decide(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Record what a guest decides."""
    version = visit.version(pk)
    form = GuestDecisionForm(request.POST)
    _must(visit.link.may_decide, visit, form, "This link does not ask for a decision.")
    if not (form.is_valid() and _decided(visit, version, form)):
        return _page(request, visit, version, decision_form=form, status=422)
    messages.success(request, "Thank you. Your decision is recorded, and the team sees it.")
    return redirect(visit.address("guest_version", version.pk))


def _opens(request: HttpRequest, link: ReviewLink, form: DoorForm) -> bool:
    if link.needs_passphrase:
        if not guest_guessing.may_guess(request, link):
            form.add_error(None, TOO_OFTEN)
            return False
        if not link.takes(form.cleaned_data["passphrase"]):
            guest_log.was_refused(link, form.cleaned_data["name"])
            form.add_error("passphrase", "That is not the passphrase of this link.")
            return False
        guest_guessing.guessed_right(request, link)
    if not guest_guessing.may_enter(request, link):
        form.add_error(None, TOO_OFTEN)
        return False
    return True


def _come_in(link: ReviewLink, token: str, form: DoorForm) -> HttpResponse:
    said = form.cleaned_data
    guest = Guest.objects.create(link=link, name=said["name"], email=said["email"])
    guest_log.came(link, guest)
    answer = redirect("guest_door", token)
    return guest_access.let_in(answer, link=link, token=token, guest=guest)


def _first(request: HttpRequest, visit: Visit) -> HttpResponse:
    first = visit.versions().first()
    if first is None:
        return render(request, "guests/nothing_yet.html", {"link": visit.link})
    return redirect(visit.address("guest_version", first.pk))


def _must(
    allowed: bool, visit: Visit, form: GuestCommentForm | GuestDecisionForm, why_not: str
) -> None:
    if not allowed:
        form.add_error(None, why_not)
    elif not guest_guessing.may_speak(visit.guest.pk):
        form.add_error(None, "That was a lot at once. Wait a quarter of an hour, then go on.")


def _decided(visit: Visit, version: Version, form: GuestDecisionForm) -> bool:
    said = form.cleaned_data
    try:
        decision = guest_decides(
            visit=visit,
            version=version,
            verdict=said["verdict"],
            reason=said["reason"].strip(),
            seen_sha256=said["sha256"],
        )
    except NotDecided as refusal:
        form.add_error(None, refusal.sentence)
        return False
    guest_log.happened(visit, Happening.DECIDED, version, decision.get_verdict_display())
    return True


def _page(
    request: HttpRequest, visit: Visit, version: Version, *, status: int = 200, **forms: Any
) -> HttpResponse:
    newer = None if visit.link.version_id else newer_than(version)
    frame = frame_asked(request, version)
    context = context_of(visit, version, frame) | forms | {"newer": newer}
    return render(request, "guests/version.html", context, status=status)
