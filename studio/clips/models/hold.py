"""What keeps a clip as it is while one of its versions is under review.

A clip does not know what a review is. Whoever brings a version home holds the clip for it, the
review lets go of it, and the clip itself refuses changes in between.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from studio.clips.models.clip import Clip
from studio.organisations.models import User


class Release(models.TextChoices):
    """Why a version is not under review any more."""

    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn from review"
    REPLACED = "replaced", "Replaced by a newer version"


class HoldQuerySet(models.QuerySet["ReviewHold"]):
    """Holds of now and of before."""

    def standing(self) -> HoldQuerySet:
        """Those that keep a clip as it is."""
        return self.filter(released_at=None)


class ReviewHold(models.Model):
    """Version `number` of the clip is under review, or was: from when, until when, and why.

    `held_by` put it back under review; nobody did where it came by itself, with the video.
    """

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="holds")
    number = models.PositiveIntegerField()
    held_at = models.DateTimeField(default=timezone.now)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    release = models.CharField(max_length=9, choices=Release, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was withdrawn.")

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["held_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clip"], condition=Q(released_at=None), name="hold_one_per_clip"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, release="")
                | Q(released_at__isnull=False, release__in=Release.values),
                name="hold_is_released_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(release=Release.WITHDRAWN)
                | (~Q(reason="") & Q(released_by__isnull=False)),
                name="hold_is_withdrawn_by_somebody_who_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clip} v{self.number}"

    @property
    def sentence(self) -> str:
        """Why nothing may be changed, and what to do about it."""
        return (
            f"v{self.number} is under review, so “{self.clip}” stays as it is until it is "
            f"decided. To change it now, withdraw v{self.number} from review."
        )

    def let_go(self, release: Release, *, by: User | None = None, reason: str = "") -> bool:
        """End it. False if it had ended already."""
        rows = ReviewHold.objects.standing().filter(pk=self.pk)
        return bool(
            rows.update(released_at=timezone.now(), released_by=by, release=release, reason=reason)
        )


@transaction.atomic
def hold_for_review(clip: Clip, number: int, *, by: User | None = None) -> ReviewHold | None:
    """Keep the clip as it is for its version `number`; a hold for an older one ends by that.

    The same twice is one hold. None for a version that a newer one has come before.
    """
    # Not its key: new rows that name the clip must not wait for this.
    locked = Clip.objects.select_for_update(no_key=True).get(pk=clip.pk)
    if locked.holds.filter(number__gt=number).exists():
        return None
    standing = locked.holds.standing().first()
    if standing and standing.number == number:
        return standing
    if standing:
        standing.let_go(Release.REPLACED)
    return ReviewHold.objects.create(clip=locked, number=number, held_by=by)
