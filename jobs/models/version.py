"""The finished video of a job, at home."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from assets.naming import secret_path
from jobs.models.footage import Footage
from jobs.models.job import AvatarJob
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions, as far as a person may see them."""

    def visible_to(self, user: User) -> VersionQuerySet:
        """Versions of the projects that the person sees."""
        projects = Project.objects.visible_to(user).values("pk")
        return self.filter(clip__project__in=projects)

    def latest_per_clip(self) -> VersionQuerySet:
        """Only the newest version of each clip."""
        newer = Version.objects.filter(
            clip=models.OuterRef("clip"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(newer))


class Version(Footage):
    """A finished video: `video` is the engine's file, byte for byte; the rest is derived from it.

    Frames and their rate are those of `review_copy`. Review copy and film strip follow a moment
    after the video (`jobs.deriving`) and are empty until then; while `renditions_at` is set,
    something is still to be made. `video_plays` in every browser, frame for frame like the review
    copy, so that it can stand in for it.
    """

    noun = "version"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField(AvatarJob, models.PROTECT, related_name="version")
    clip = models.ForeignKey(Clip, models.PROTECT, related_name="versions")
    video_bytes = models.PositiveBigIntegerField()
    video_plays = models.BooleanField(default=False)
    review_copy = models.FileField(upload_to=secret_path, max_length=300, blank=True)
    renditions_at = models.DateTimeField(null=True, blank=True)
    renditions_lease = models.CharField(max_length=32, blank=True)
    renditions_tries = models.PositiveSmallIntegerField(default=0)
    renditions_problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta(Footage.Meta):
        abstract = False
        ordering: ClassVar = ["clip", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clip", "number"], name="version_number_once_per_clip"),
            models.CheckConstraint(
                condition=models.Q(frames__gt=0, rate_numerator__gt=0, rate_denominator__gt=0),
                name="version_has_frames",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["renditions_at"],
                name="version_to_be_derived",
                condition=models.Q(renditions_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clip} v{self.number}"

    @property
    def name(self) -> str:
        """What people call this one."""
        return f"v{self.number}"
