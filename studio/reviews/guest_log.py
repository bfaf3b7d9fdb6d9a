"""What is written down about a link: who came, what was played, said and decided."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jobs.models import Version
from studio.reviews.guest_access import Visit
from studio.reviews.models import Guest, Happening, LinkEvent, ReviewLink

#: A player asks for the same film many times: within this it is one viewing.
ONE_VIEWING = timedelta(minutes=30)


def came(link: ReviewLink, guest: Guest) -> None:
    """Somebody said who they are and came in."""
    LinkEvent.objects.create(link=link, guest=guest, what=Happening.OPENED)


def was_refused(link: ReviewLink, name: str) -> None:
    """Somebody had the link but not its passphrase; `name` is what they call themselves."""
    LinkEvent.objects.create(link=link, what=Happening.REFUSED, detail=name[:200])


def happened(visit: Visit, what: Happening, version: Version, detail: str = "") -> None:
    """A guest did something with a version."""
    LinkEvent.objects.create(
        link=visit.link, guest=visit.guest, version=version, what=what, detail=detail[:200]
    )


def happened_lately(visit: Visit, what: Happening, version: Version) -> None:
    """The same for what comes in bursts: one row for all of them."""
    since = timezone.now() - ONE_VIEWING
    same = LinkEvent.objects.filter(guest=visit.guest, version=version, what=what, at__gt=since)
    if not same.exists():
        happened(visit, what, version)
