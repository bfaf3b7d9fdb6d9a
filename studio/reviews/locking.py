"""While a version is under review its clip stays as it is; taking it out of review is an act."""

from __future__ import annotations

from django.db import transaction

from jobs.models import Version
from studio.clips.models import Clip, Release, ReviewHold, hold_for_review
from studio.organisations.models import User
from studio.reviews import outcomes
from studio.reviews.deciding import locked_version
from studio.reviews.models import Outcome
from studio.reviews.resting import why_at_rest
from studio.reviews.standing import Standing, status_of

REASON_CHARACTERS = 1_000


class NotMoved(Exception):
    """The version is where it was; `sentence` says why, `field` which answer can be mended."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


def hold_on(clip: Clip) -> ReviewHold | None:
    """What keeps the clip as it is now; a hold that nothing stands behind any more is let go.

    A version can be decided without a click: when the last person who owed a decision is no
    approver any more. It can be replaced, too, by one that came later.
    """
    hold = clip.hold
    if hold is None:
        return None
    version = _version_of(clip, hold.number)
    if version is None or not status_of([version])[version.pk].is_under_review:
        return None
    return hold


def let_go_if_over(clip: Clip) -> None:
    """Write down what `hold_on` sees, before somebody changes the clip."""
    hold = clip.hold
    if hold is None or hold_on(clip) is not None:
        return
    version = _version_of(clip, hold.number)
    if version is None or version.pk != clip.versions.order_by("-number").values("pk")[0]["pk"]:
        hold.let_go(Release.REPLACED)
        return
    with transaction.atomic():
        outcomes.note(locked_version(version))


def withdraw_from_review(*, version: Version, by: User, reason: str) -> ReviewHold:
    """Take the version out of review, so that its clip can be changed; decisions keep standing.

    Raises NotMoved where it is not under review, or without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise NotMoved("Say why: the approvers see it on the version.", field="reason")
    with transaction.atomic():
        locked = _locked(version)
        status = status_of([locked])[locked.pk]
        if not status.is_under_review:
            raise NotMoved(f"v{locked.number} is not under review: {_lower(status.sentence)}.")
        hold = hold_for_review(locked.clip, locked.number)
        assert hold is not None  # nothing newer there, or it would be replaced
        hold.let_go(Release.WITHDRAWN, by=by, reason=reason)
    hold.refresh_from_db()
    return hold


def put_back_under_review(*, version: Version, by: User) -> None:
    """Undo `withdraw_from_review`: decisions given count again, and the clip stays as it is.

    Raises NotMoved where it was not withdrawn, or a newer version has come.
    """
    with transaction.atomic():
        locked = _locked(version)
        status = status_of([locked])[locked.pk]
        if status.is_replaced:
            raise NotMoved(f"A newer version has replaced v{locked.number}: that one is reviewed.")
        if status.state is not Standing.WITHDRAWN:
            raise NotMoved(f"v{locked.number} is not withdrawn: {_lower(status.sentence)}.")
        hold_for_review(locked.clip, locked.number, by=by)
        outcomes.note(locked, by=by)


def acts_on(version: Version) -> list[ReviewHold]:
    """Who withdrew the version from review or put it back, oldest first."""
    holds = ReviewHold.objects.filter(clip=version.clip_id, number=version.number)
    found = holds.select_related("held_by", "released_by")
    return [one for one in found if one.held_by_id or one.release == Release.WITHDRAWN]


def marks_of(version: Version) -> list[object]:
    """What changes when anybody takes it out of review or puts it back, or it is decided."""
    holds = ReviewHold.objects.filter(clip=version.clip_id, number=version.number)
    ended = Outcome.objects.filter(version=version)
    return [*holds.values_list("pk", "released_at"), *ended.values_list("pk", "ended_at")]


def _locked(version: Version) -> Version:
    """The version for one writer at a time. Raises NotMoved in the archive, where all rests."""
    locked = locked_version(version)
    if refusal := why_at_rest(locked.clip.project):
        raise NotMoved(refusal)
    return locked


def _version_of(clip: Clip, number: int) -> Version | None:
    return Version.objects.filter(clip=clip, number=number).select_related("clip", "job").first()


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
