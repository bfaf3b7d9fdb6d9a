"""The pages of a guest: the door, one version after another, what is new on it, deciding."""

from __future__ import annotations

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
from studio.reviews import guest_answers as answers
from studio.reviews.deciding import NotDecided
from studio.reviews.guest_access import Visit, for_guests
from studio.reviews.guest_deciding import guest_decides, guest_withdraws
from studio.reviews.guest_forms import DoorForm, GuestDecisionForm
from studio.reviews.guest_page import shown_before, signature_for
from studio.reviews.models import Guest, Happening, ReviewLink

TOO_OFTEN = "Too many tries from here. Wait a quarter of an hour, then try once more."


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def guest_door(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once who somebody is; whoever has said so goes straight on to the first new version."""
    link = ReviewLink.find(token)
    if link is None:
        return guest_access.closed(request, token)
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
    return answers.page(request, visit, version)


@require_safe
@for_guests
def guest_live(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """What was said and decided, as it is now, or 204 if `?seen=` is still how it is."""
    version = visit.version(pk)
    if request.GET.get("seen") == signature_for(visit, version):
        return HttpResponse(status=204)
    return answers.live(request, visit, version)


@require_POST
@for_guests
def guest_played(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """The player says that it plays: browsers load a film long before anybody looks at it."""
    guest_log.happened_lately(visit, Happening.VIEWED, visit.version(pk))
    return HttpResponse(status=204)


@require_POST
@for_guests
def guest_decide(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Record what a guest decides."""
    version = visit.version(pk)
    form = GuestDecisionForm(request.POST)
    answers.must(visit.link.may_decide, visit, form, "This link does not ask for a decision.")
    if not (form.is_valid() and _decided(visit, version, form)):
        return answers.page(request, visit, version, decision_form=form, status=422)
    messages.success(request, "Thank you. Your decision is recorded, and the team sees it.")
    return answers.back(visit, version)


@require_POST
@for_guests
def guest_withdraw(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Take back what the guest decided; it stays visible to the team as withdrawn."""
    version = visit.version(pk)
    if guest_withdraws(visit=visit, version=version):
        messages.success(request, "Your decision is withdrawn. The team sees that it was given.")
    return answers.back(visit, version)


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
    listed = list(visit.versions())
    if not listed:
        return render(request, "guests/nothing_yet.html", {"link": visit.link})
    seen = shown_before(visit)
    first = next((one for one in listed if one.pk not in seen), listed[0])
    return redirect(visit.address("guest_version", first.pk))


def _decided(visit: Visit, version: Version, form: GuestDecisionForm) -> bool:
    said = form.cleaned_data
    try:
        guest_decides(
            visit=visit,
            version=version,
            verdict=said["verdict"],
            reason=said["reason"].strip(),
            seen_sha256=said["sha256"],
        )
    except NotDecided as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True
