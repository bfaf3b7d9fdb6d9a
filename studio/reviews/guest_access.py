"""Who a guest is, and what exists for a guest: nothing but the versions of the own link."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from jobs.models import Version
from studio.reviews.models import Guest, ReviewLink
from studio.reviews.resting import why_for_guests

COOKIE = "guest"
SALT = "studio.reviews.guest"
#: How long the address of a film is good: a page that is left open over lunch still plays. Alone it
#: opens nothing: each request also asks for the guest's cookie, and whether the link is open.
MEDIA_SECONDS = 12 * 3600
#: A page at rest asks this seldom, and says that it knows that it rests.
RESTING_SECONDS, RESTING = 30, "resting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A guest at a link. `token` is the link's own, as it stood in the address."""

    link: ReviewLink
    token: str
    guest: Guest

    def versions(self) -> QuerySet[Version]:
        """What this guest sees now."""
        return self.link.versions()

    def version(self, pk: UUID) -> Version:
        """One of them, or one that this guest was shown before a newer one took its place.

        Raises Http404 for every other.
        """
        found = self.versions().filter(pk=pk).first()
        if found is None and self.link.version_id is None:
            shown = Version.objects.filter(
                pk__in=self.guest.events.filter(version=pk).values("version"),
                clip__project=self.link.project_id,
                clip__removed_at=None,
            )
            found = shown.select_related("clip__project", "job__take").first()
        if found is None:
            raise Http404
        return found

    def newer_than(self, version: Version) -> Version | None:
        """The version that has taken its place for this guest, if there is one."""
        newer = self.versions().filter(clip=version.clip_id, number__gt=version.number)
        return newer.order_by("-number").first()

    def address(self, page: str, *rest: object) -> str:
        """The address of one of the link's own pages."""
        return reverse(page, args=[self.token, *rest])

    def media(self, version: Version, kind: str) -> str:
        """An address of a picture or film, for this guest and for half a day."""
        signed = signing.dumps([str(version.pk), kind, str(self.guest.pk)], salt=f"{SALT}.media")
        return self.address("guest_media", signed)

    def media_of(self, signed: str) -> tuple[Version, str]:
        """What such an address grants; Http404 if it is forged, too old, or somebody else's."""
        try:
            pk, kind, guest = signing.loads(signed, salt=f"{SALT}.media", max_age=MEDIA_SECONDS)
        except signing.BadSignature:
            raise Http404 from None
        if guest != str(self.guest.pk):
            raise Http404
        return self.version(UUID(pk)), kind


type View = Callable[..., HttpResponseBase]


def for_guests(view: View) -> View:
    """A view under `/guest/<token>/` for somebody who has come in: gets the `Visit`.

    A link that is unknown, revoked or expired answers 404, always the same; a guest who has not
    come in yet is led to the door.
    """

    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, token: str, **rest: object) -> HttpResponseBase:
        link = ReviewLink.find(token)
        if link is None:
            return closed(request, token)
        guest = guest_of(request, link)
        if guest is None:
            return quiet(_anew(request) or redirect("guest_door", token))
        return quiet(view(request, Visit(link=link, token=token, guest=guest), **rest))

    return cast(View, wrapped)


def closed(request: HttpRequest, token: str) -> HttpResponse:
    """What everybody gets whose link leads nowhere: it does not say whether there ever was one.

    A page that is open and asks for news is loaded anew, so that it ends as well. But guests who
    came in before the project was archived know that there is a link: they read why it rests.
    """
    link = ReviewLink.find(token, at_rest=True)
    if link is not None and guest_of(request, link) is not None:
        return quiet(_at_rest(request, link))
    return quiet(_anew(request) or render(request, "guests/closed.html", status=404))


def _at_rest(request: HttpRequest, link: ReviewLink) -> HttpResponse:
    """Nothing is written, and nothing that a guest has typed is lost: an open page stays."""
    written = request.POST.get("text") or request.POST.get("reason") or ""
    context = {"why": why_for_guests(link.project), "written": written}
    if "HX-Request" not in request.headers:
        return render(request, "guests/resting.html", context, status=404)
    if request.method == "POST":
        messages.error(request, context["why"])
        return render(request, "guests/resting_answer.html", context, status=422)
    if request.GET.get("seen") == RESTING:
        return HttpResponse(status=204)
    asks = {"asks": f"{request.path}?seen={RESTING}", "resting_seconds": RESTING_SECONDS}
    return render(request, "guests/resting_live.html", context | asks)


def _anew(request: HttpRequest) -> HttpResponse | None:
    # What htmx asked for is a part of a page that is not to be had any more.
    if "HX-Request" not in request.headers:
        return None
    return HttpResponse(status=404, headers={"HX-Refresh": "true"})


def quiet[Answer: HttpResponseBase](answer: Answer) -> Answer:
    """Not for search engines, and not for the next page's server: the address opens a door."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def guest_of(request: HttpRequest, link: ReviewLink) -> Guest | None:
    """The guest of this browser at `link`, by the signed cookie; None if there is none."""
    try:
        known: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    if not hmac.compare_digest(known.get("lock", ""), _lock(link)):
        return None
    return link.guests.filter(pk=str(known["guest"])).first()


def let_in(answer: HttpResponse, *, link: ReviewLink, token: str, guest: Guest) -> HttpResponse:
    """Give the browser the cookie by which the guest is known, on this link's pages only."""
    answer.set_cookie(
        COOKIE,
        signing.dumps({"guest": str(guest.pk), "lock": _lock(link)}, salt=SALT),
        max_age=max(0, int((link.expires_at - timezone.now()).total_seconds())),
        path=reverse("guest_door", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _lock(link: ReviewLink) -> str:
    # A cookie is for this link under this passphrase.
    return hashlib.sha256(f"{link.pk}:{link.passphrase_hash}".encode()).hexdigest()[:16]
