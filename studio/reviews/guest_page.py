"""What the page of a guest is made of, and the same page as a member previews it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews import locking
from studio.reviews.answers import LIVE_SECONDS
from studio.reviews.guest_access import Visit
from studio.reviews.guest_forms import GuestCommentForm, GuestDecisionForm
from studio.reviews.guest_media import FILM, POSTER, STRIP
from studio.reviews.guest_room import decision_of, remarks_for, said_to
from studio.reviews.models import Decision, GuestDecision, Happening, ReviewLink
from studio.reviews.room import signature
from studio.reviews.standing import Standing, status_of

#: What a guest reads of the team's own decision: what it came to, never who said what, and why.
TEAM = {
    Standing.WAITING: "The team has not decided yet.",
    Standing.APPROVED: "The team has approved this version.",
    Standing.CHANGES: "The team has asked for another version.",
    Standing.REJECTED: "The team has rejected this version.",
    Standing.WITHDRAWN: "The team has taken this version out of review.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the page's films, pictures and forms are; empty where there is nothing."""

    page: str
    film: str
    poster: str
    film_strip: str
    live: str = ""
    played: str = ""
    comments: str = ""
    decide: str = ""
    withdraw: str = ""
    download: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version in the list beside the picture; `is_new`: this guest has not opened it yet."""

    version: Version
    url: str
    is_here: bool
    is_new: bool


def context_of(visit: Visit, version: Version, frame: int) -> dict[str, Any]:
    """For `guests/version.html`, as the guest sees it."""
    urls = {one: visit.address("guest_version", one.pk) for one in visit.versions()}
    newer = next(
        (one for one in urls if one.clip_id == version.clip_id and one.number > version.number),
        None,
    )
    return _shared(visit.link, version, _places(visit, version), urls, shown_before(visit)) | {
        "guest": visit.guest,
        "token": visit.token,
        "frame": frame,
        "watermark": f"{visit.guest.name} · {visit.guest.email}",
        "remarks": remarks_for(visit.link, version, visit.guest),
        "mine": decision_of(visit.guest, version),
        "newer": newer,
        "newer_url": urls[newer] if newer else "",
        "signature": signature_for(visit, version),
        "live_seconds": LIVE_SECONDS,
    }


def preview_context(link: ReviewLink, version: Version, user: User) -> dict[str, Any]:
    """The same for a member: nothing can be said or decided here, and nothing is written down."""
    film = "version_review_copy" if version.review_copy else "version_stand_in"
    strip = reverse("version_film_strip", args=[version.pk]) if version.film_strip else ""
    places = Places(
        page=reverse("review_link_preview", args=[link.pk, version.pk]),
        film=reverse(film, args=[version.pk]),
        poster=reverse("version_poster", args=[version.pk]),
        film_strip=strip,
    )
    urls = {one: reverse("review_link_preview", args=[link.pk, one.pk]) for one in link.versions()}
    return _shared(link, version, places, urls, {one.pk for one in urls}) | {
        "is_preview": True,
        "frame": 0,
        "watermark": f"{user.name} · preview",
        "remarks": remarks_for(link, version, None),
        "comment_form": GuestCommentForm(footage=version, link=link, initial={"frame": 0}),
        "decision_form": GuestDecisionForm(initial={"sha256": version.sha256}),
    }


def shown_before(visit: Visit) -> set[UUID]:
    """The versions that this guest has opened."""
    shown = visit.guest.events.filter(what=Happening.SHOWN).order_by()
    return {pk for pk in shown.values_list("version", flat=True).distinct() if pk}


def signature_for(visit: Visit, version: Version) -> str:
    """Changes when anything does that the guest's page shows and others may have done."""
    said = said_to(visit.link).filter(version=version)
    mine = GuestDecision.objects.filter(guest=visit.guest, version=version)
    return signature(
        said.values_list("pk", "resolved_at", "edited_at"),
        Decision.objects.filter(version=version).values_list("pk", "withdrawn_at"),
        list(mine.order_by("pk").values_list("pk", "withdrawn_at")),
        list(visit.versions().values_list("pk", flat=True)),
        [version.clip.project.rule_number, *locking.marks_of(version)],
    )


def _places(visit: Visit, version: Version) -> Places:
    return Places(
        page=visit.address("guest_version", version.pk),
        film=visit.media(version, FILM),
        poster=visit.media(version, POSTER),
        film_strip=visit.media(version, STRIP) if version.film_strip else "",
        live=visit.address("guest_live", version.pk),
        played=visit.address("guest_played", version.pk),
        comments=visit.address("guest_comment_new", version.pk),
        decide=visit.address("guest_decide", version.pk),
        withdraw=visit.address("guest_withdraw", version.pk),
        download=(visit.address("guest_download", version.pk) if visit.link.may_download else ""),
    )


def _shared(
    link: ReviewLink, version: Version, places: Places, urls: dict[Version, str], seen: set[UUID]
) -> dict[str, Any]:
    entries = [
        Entry(
            version=one,
            url=url,
            is_here=one.clip_id == version.clip_id,
            is_new=one.pk not in seen and one.pk != version.pk,
        )
        for one, url in urls.items()
    ]
    steps = list(pairwise(entries))
    return {
        "link": link,
        "version": version,
        "clip": version.clip,
        "places": places,
        "entries": entries,
        "before": next((one for one, other in steps if other.is_here), None),
        "after": next((other for one, other in steps if one.is_here), None),
        "new_count": sum(one.is_new for one in entries),
        "team": TEAM[status_of([version])[version.pk].state],
    }
