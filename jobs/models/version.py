"""The finished video of a job, at home."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import ClassVar

from django.db import models

from assets.naming import secret_path
from jobs.models.job import AvatarJob
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
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


class Version(models.Model):
    """A finished video: `video` is the engine's file, byte for byte; the rest is derived from it.

    `review_copy` has a constant frame rate of `rate_numerator / rate_denominator` frames per
    second and `frames` frames; comments count in these frames. Review copy and film strip follow
    a moment after the video (`jobs.deriving`) and are empty until then; while `renditions_at` is
    set, something is still to be made. `video_plays` in every browser, frame for frame like the
    review copy, so that it can stand in for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField(AvatarJob, models.PROTECT, related_name="version")
    clip = models.ForeignKey(Clip, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    video = models.FileField(upload_to=secret_path, max_length=300)
    video_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    duration_seconds = models.DecimalField(max_digits=9, decimal_places=3)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    video_plays = models.BooleanField(default=False)
    review_copy = models.FileField(upload_to=secret_path, max_length=300, blank=True)
    rate_numerator = models.PositiveIntegerField()
    rate_denominator = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    poster = models.FileField(upload_to=secret_path, max_length=300)
    film_strip = models.FileField(upload_to=secret_path, max_length=300, blank=True)
    film_strip_tiles = models.PositiveSmallIntegerField()
    renditions_at = models.DateTimeField(null=True, blank=True)
    renditions_lease = models.CharField(max_length=32, blank=True)
    renditions_tries = models.PositiveSmallIntegerField(default=0)
    renditions_problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
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
    def organisation(self) -> Organisation:
        """The organisation of the clip's project."""
        return self.clip.project.organisation

    @property
    def frame_rate(self) -> Fraction:
        """Frames per second of the review copy."""
        return Fraction(self.rate_numerator, self.rate_denominator)

    @property
    def is_upright(self) -> bool:
        """Whether the picture is taller than wide."""
        return self.height > self.width

    def timecode(self, frame: int) -> str:
        """`mm:ss:ff` of a frame, for showing only; it is never read back."""
        nominal = round(self.frame_rate)
        seconds, rest = divmod(frame, nominal)
        return f"{seconds // 60:02d}:{seconds % 60:02d}:{rest:02d}"
