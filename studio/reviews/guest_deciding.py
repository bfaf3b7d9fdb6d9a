"""A guest's decision: recorded and shown, bound to the video's bytes, but not counted.

A project's rule counts its members. What a guest thinks is evidence for them, never their decision.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from jobs.models import Version
from studio.reviews import guest_log
from studio.reviews.deciding import NotDecided
from studio.reviews.guest_access import Visit
from studio.reviews.models import GuestDecision, Happening, ReviewLink, Verdict


def guest_decides(
    *, visit: Visit, version: Version, verdict: Verdict | str, reason: str, seen_sha256: str
) -> GuestDecision:
    """Record and log it; the guest's earlier one on this version is withdrawn and stays visible.

    The same sent twice is one decision. Raises NotDecided and writes nothing where the link was
    revoked or the version replaced meanwhile.
    """
    with transaction.atomic():
        locked = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
        _refuse(visit, locked, seen_sha256)
        mine = GuestDecision.objects.filter(version=locked, guest=visit.guest, withdrawn_at=None)
        same = mine.filter(verdict=verdict, reason=reason, version_sha256=locked.sha256).first()
        if same is not None:
            return same
        mine.update(withdrawn_at=timezone.now())
        given = GuestDecision.objects.create(
            guest=visit.guest,
            version=locked,
            version_sha256=locked.sha256,
            verdict=verdict,
            reason=reason,
        )
        guest_log.happened(visit, Happening.DECIDED, locked, given.get_verdict_display())
        return given


def guest_withdraws(*, visit: Visit, version: Version) -> bool:
    """Take back the guest's decision; it stays visible as withdrawn. False if none stands."""
    mine = GuestDecision.objects.filter(version=version, guest=visit.guest, withdrawn_at=None)
    with transaction.atomic():
        is_given = bool(mine.update(withdrawn_at=timezone.now()))
        if is_given:
            guest_log.happened(visit, Happening.DECIDED, version, "Withdrawn")
    return is_given


def _refuse(visit: Visit, version: Version, seen_sha256: str) -> None:
    # Read again, and held: revoking comes before this decision or after it, never in between.
    # `no_key`: rows of the log, which point here, are written meanwhile and must not wait.
    links = ReviewLink.objects.open().select_for_update(of=("self",), no_key=True)
    if links.filter(pk=visit.link.pk).first() is None:
        raise NotDecided("This link is closed. Ask the person who sent it for a new one.")
    if seen_sha256 != version.sha256:
        raise NotDecided("This page shows another video than is stored: reload it and look.")
    newer = visit.newer_than(version)
    if newer:
        raise NotDecided(
            f"v{newer.number} has replaced v{version.number}: look at v{newer.number} first."
        )
