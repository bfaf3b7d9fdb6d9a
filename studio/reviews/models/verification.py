"""What reviewers make of a new version beside deciding: old comments verified, and "seen it"."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models.comment import Comment


class Verified(models.TextChoices):
    """Whether a later version does what a comment asks for."""

    FIXED = "fixed", "Fixed"
    NOT_FIXED = "not_fixed", "Not fixed"


class Verification(models.Model):
    """Somebody has looked whether `version` does what `comment`, on an earlier one, asks for.

    The latest row of a comment and a version counts; the earlier ones stay.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="verifications")
    version = models.ForeignKey(Version, models.CASCADE, related_name="verifications")
    verdict = models.CharField(max_length=9, choices=Verified)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["version", "at"], name="verification_of_version")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verified.values), name="verification_verdict_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment}: {self.get_verdict_display()}"


class LookedQuerySet(models.QuerySet["Looked"]):
    """Who has looked, now and before."""

    def standing(self) -> LookedQuerySet:
        """Those who have not taken it back onto their desk."""
        return self.filter(taken_back_at=None)


class Looked(models.Model):
    """A person is done reviewing a version without deciding: it is off the desk, and is shown."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="looked")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = LookedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "by"],
                condition=Q(taken_back_at=None),
                name="looked_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} has looked at {self.version}"
