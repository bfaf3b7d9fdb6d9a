"""Where people meet over footage: the addresses of its room, whether version or animatic."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from jobs.models import Footage


@dataclass(frozen=True, slots=True)
class Addresses:
    """The room of some footage, its parts and pictures; no `film_strip` until there is one."""

    room: str
    live: str
    comments: str
    people: str
    poster: str
    film_strip: str


#: Names of the pages, by what people call the footage; in the order of `Addresses`.
_PAGES = {
    "version": (
        "review", "review_live", "comment_new", "version_people", "version_poster",
        "version_film_strip",
    ),
    "animatic": (
        "animatic", "animatic_live", "animatic_comment_new", "animatic_people",
        "animatic_poster", "animatic_film_strip",
    ),
}  # fmt: skip


def addresses_of(footage: Footage) -> Addresses:
    """All of them; no queries."""
    made = Addresses(*(reverse(page, args=[footage.pk]) for page in _PAGES[footage.noun]))
    return made if footage.film_strip else replace(made, film_strip="")
