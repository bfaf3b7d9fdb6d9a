"""An approver's verdict: one transaction, with the version's row locked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import Member, Role, User
from studio.projects.models import Project
from studio.reviews.models import Decision, Verdict


class NotDecided(Exception):
    """Nothing was decided; `sentence` says why, `field` which answer can be mended (or "")."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


def why_not(version: Version, user: User) -> str:
    """Why this person cannot decide on `version`, as a sentence; empty where they can."""
    if version.job.requested_by_id == user.pk:
        return "You made this version, so somebody else decides on it."
    member = Member.objects.filter(organisation=version.organisation, user=user).first()
    if member is None or not member.may(Role.APPROVER):
        return "Only approvers decide. An admin can give you that role."
    if not Project.objects.visible_to(user).filter(pk=version.clip.project_id).exists():
        return "You are not among the members of this project any more."
    newer = Version.objects.filter(clip=version.clip_id, number__gt=version.number)
    if latest := newer.order_by("-number").first():
        return f"v{latest.number} has replaced v{version.number}: decide on v{latest.number}."
    return ""


def decide(
    *,
    version: Version,
    by: User,
    verdict: Verdict | str,
    reason: str = "",
    seen_sha256: str | None = None,
) -> Decision:
    """Record a verdict; the person's earlier one, if any, is withdrawn and stays visible.

    `seen_sha256` is the hash of the video that the person had on the page, where known. The same
    verdict sent twice is one decision. Raises NotDecided and writes nothing if a rule forbids it.
    """
    verdict, reason = Verdict(verdict), reason.strip()
    if verdict.needs_reason and not reason:
        raise NotDecided(
            "Say why: whoever makes the next version works from your words.", field="reason"
        )
    with transaction.atomic():
        locked = _locked(version)
        if refusal := why_not(locked, by):
            raise NotDecided(refusal)
        if seen_sha256 is not None and seen_sha256 != locked.sha256:
            raise NotDecided("This page shows another video than is stored: reload it and look.")
        standing = Decision.objects.standing().filter(version=locked, by=by)
        same = standing.filter(verdict=verdict, reason=reason, version_sha256=locked.sha256).first()
        if same is not None:
            return same
        standing.update(withdrawn_at=timezone.now())
        return Decision.objects.create(
            version=locked, version_sha256=locked.sha256, by=by, verdict=verdict, reason=reason
        )


def withdraw(*, decision: Decision, by: User) -> None:
    """Take one's own standing verdict back; it stays visible as withdrawn.

    Raises NotDecided for somebody else's decision, or one that does not stand any more.
    """
    if decision.by_id != by.pk:
        raise NotDecided("Only the person who decided can withdraw the decision.")
    with transaction.atomic():
        _locked(decision.version)
        won = Decision.objects.standing().filter(pk=decision.pk).update(withdrawn_at=timezone.now())
    if not won:
        raise NotDecided("This decision was withdrawn already.")


def _locked(version: Version) -> Version:
    # Deciding and withdrawing on one version take turns on its row. The rest is read after the
    # lock, because a role or a newer version may have come between the page and the click.
    Version.objects.select_for_update().get(pk=version.pk)
    return Version.objects.select_related("job", "clip__project__organisation").get(pk=version.pk)
