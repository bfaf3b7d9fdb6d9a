"""What became of the comments on earlier versions: each is looked for on the new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jobs.models import AvatarJob, Version
from studio.organisations.models import Member, Role
from studio.reviews.models import Comment, Verification, Verified
from studio.reviews.resting import why_at_rest


class NotVerified(Exception):
    """Nothing was written down; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class OldComment:
    """A comment on an earlier version, and whether the new one does what it asks for."""

    comment: Comment
    version: Version
    verification: Verification | None
    may_verify: bool

    @property
    def is_fixed(self) -> bool:
        """Whether somebody has seen that it is done."""
        return self.verification is not None and self.verification.verdict == Verified.FIXED

    @property
    def is_open_again(self) -> bool:
        """Whether it was seen done, and somebody has opened it again since."""
        return self.is_fixed and self.comment.resolved_at is None

    @property
    def is_not_fixed(self) -> bool:
        """Whether somebody has seen that it is not."""
        return self.verification is not None and self.verification.verdict == Verified.NOT_FIXED

    @property
    def timecode(self) -> str:
        """Where it was said on its own version."""
        return self.version.timecode(self.comment.frame)


def old_comments_on(version: Version, member: Member) -> list[OldComment]:
    """The comments that `version` was to answer, those nobody has looked for yet first.

    They are the threads on the versions it goes back to that were open when it was ordered, or
    that are open now.
    """
    earlier = ancestors_of(version)
    if not earlier:
        return []
    comments = list(_asked_for(version, earlier))
    latest = {
        one.comment_id: one
        for one in Verification.objects.filter(version=version, comment__in=comments)
        .select_related("by")
        .order_by("at", "pk")
    }
    is_open = not why_at_rest(version.clip.project)
    found = [
        OldComment(
            comment, earlier[_id(comment.version_id)], latest.get(comment.pk),
            may_verify=is_open and may_verify(comment, member),
        )
        for comment in comments
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.verification is not None, -one.version.number))


def open_before(version: Version) -> QuerySet[Comment]:
    """Open threads on the versions that `version` goes back to: what nobody has seen done."""
    return Comment.objects.open().filter(version__in=ancestors_of(version))


def may_verify(comment: Comment, member: Member) -> bool:
    """Approvers look whether something is done; so does who asked for it."""
    return member.may(Role.APPROVER) or comment.author_id == member.user_id


@transaction.atomic
def verify(
    *, comment: Comment, version: Version, by: Member, verdict: Verified | str
) -> Verification:
    """Write down whether `version` does what `comment` asks for; the same twice is one row.

    What is fixed is resolved by that; what is not is open again, also where it was opened or
    resolved on its own version since. Raises NotVerified for a comment on no version that this
    one goes back to, for somebody who may not say so, and in the archive.
    """
    verdict = Verified(verdict)
    if refusal := why_at_rest(version.clip.project):
        raise NotVerified(refusal)
    locked = Comment.objects.select_for_update().get(pk=comment.pk)
    if _id(locked.version_id) not in ancestors_of(version) or locked.removed_at:
        raise NotVerified(f"This comment is none that v{version.number} was to answer.")
    if not may_verify(locked, by):
        raise NotVerified("Approvers, and the person who made a comment, look whether it is done.")
    made = Verification.objects.filter(comment=locked, version=version).last()
    if made is None or made.verdict != verdict:
        made = Verification.objects.create(
            comment=locked, version=version, by=by.user, verdict=verdict
        )
    if verdict == Verified.FIXED and locked.resolved_at is None:
        locked.resolve(by=by.user)
    elif verdict == Verified.NOT_FIXED and locked.resolved_at is not None:
        locked.reopen()
    return made


def ancestors_of(version: Version) -> dict[UUID, Version]:
    """The versions that this one goes back to, by id: what it was based on, and so on."""
    based_on: dict[UUID, UUID | None] = dict(
        AvatarJob.objects.filter(clip=version.clip_id, version__isnull=False).values_list(
            "version", "based_on"
        )
    )
    found: list[UUID] = []
    at = based_on.get(version.pk)
    while at is not None and at not in found:
        found.append(at)
        at = based_on.get(at)
    return Version.objects.in_bulk(found)


def marks_of(version: Version) -> Iterable[object]:
    """What changes when anybody ticks an old comment off, or opens it again."""
    return list(Verification.objects.filter(version=version).values_list("pk", "verdict"))


def _asked_for(version: Version, earlier: dict[UUID, Version]) -> QuerySet[Comment]:
    ordered_at = version.job.requested_at
    was_open = Q(resolved_at=None) | Q(resolved_at__gte=ordered_at)
    said = Comment.objects.standing().threads().filter(was_open, version__in=earlier)
    return said.select_related("author", "guest").order_by("frame", "created_at")


def _id(pk: UUID | None) -> UUID:
    assert pk is not None  # comments on animatics are never asked for
    return pk
