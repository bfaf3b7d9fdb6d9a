"""What the page of a guest is made of, and the same page as a member previews it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.guest_access import Visit
from studio.reviews.guest_forms import GuestCommentForm, GuestDecisionForm
from studio.reviews.guest_media import FILM, POSTER, STRIP
from studio.reviews.guest_room import decision_of, remarks_for
from studio.reviews.models import ReviewLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the page's films, pictures and forms are; empty where there is nothing."""

    film: str
    poster: str
    film_strip: str
    comments: str = ""
    decide: str = ""
    download: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version in the list beside the picture."""

    version: Version
    url: str
    is_here: bool


def context_of(visit: Visit, version: Version, frame: int) -> dict[str, Any]:
    """For `guests/version.html`, as the guest sees it."""
    link = visit.link
    places = Places(
        film=visit.media(version, FILM),
        poster=visit.media(version, POSTER),
        film_strip=visit.media(version, STRIP) if version.film_strip else "",
        comments=visit.address("guest_comment_new", version.pk),
        decide=visit.address("guest_decide", version.pk),
        download=visit.address("guest_download", version.pk) if link.may_download else "",
    )
    urls = {one: visit.address("guest_version", one.pk) for one in visit.versions()}
    return _shared(link, version, frame, places, urls) | {
        "guest": visit.guest,
        "watermark": f"{visit.guest.name} · {visit.guest.email}",
        "remarks": remarks_for(link, version, visit.guest),
        "mine": decision_of(visit.guest, version),
    }


def preview_context(link: ReviewLink, version: Version, user: User) -> dict[str, Any]:
    """The same for a member: nothing can be said or decided here, and nothing is written down."""
    film = "version_review_copy" if version.review_copy else "version_stand_in"
    strip = reverse("version_film_strip", args=[version.pk]) if version.film_strip else ""
    places = Places(
        film=reverse(film, args=[version.pk]),
        poster=reverse("version_poster", args=[version.pk]),
        film_strip=strip,
    )
    urls = {one: reverse("review_link_preview", args=[link.pk, one.pk]) for one in link.versions()}
    return _shared(link, version, 0, places, urls) | {
        "is_preview": True,
        "watermark": f"{user.name} · preview",
        "remarks": remarks_for(link, version, None),
    }


def _shared(
    link: ReviewLink, version: Version, frame: int, places: Places, urls: dict[Version, str]
) -> dict[str, Any]:
    return {
        "link": link,
        "version": version,
        "clip": version.clip,
        "frame": frame,
        "places": places,
        "entries": [
            Entry(version=one, url=url, is_here=one.pk == version.pk) for one, url in urls.items()
        ],
        "comment_form": GuestCommentForm(footage=version, initial={"frame": frame}),
        "decision_form": GuestDecisionForm(initial={"sha256": version.sha256}),
    }
