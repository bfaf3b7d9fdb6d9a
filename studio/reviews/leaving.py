"""Leaving an organisation: what the person made for people outside does not stay open unseen."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from studio.organisations import membership
from studio.organisations.models import Member, User
from studio.reviews.models import ReviewLink
from studio.reviews.models.link import ReviewLinkQuerySet


def links_left_by(member: Member) -> ReviewLinkQuerySet:
    """The guest links of `member` in the organisation that lead somewhere, now or once a project
    is taken out of the archive."""
    links = ReviewLink.objects.standing()
    return links.filter(created_by=member.user, project__organisation=member.organisation)


@transaction.atomic
def remove(member: Member, *, by: User, revoke_links: bool) -> int:
    """Take `member` out of the organisation and, if asked, revoke the links; how many were.

    Raises LastAdmin, and then nothing was changed.
    """
    links = links_left_by(member)
    membership.remove(member)
    if not revoke_links:
        return 0
    return links.update(revoked_at=timezone.now(), revoked_by=by)
