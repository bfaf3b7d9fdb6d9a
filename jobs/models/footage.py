"""What people watch and comment at frames, wherever it came from."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.db import models

from assets.naming import secret_path
from studio.clips.models import Clip
from studio.organisations.models import Organisation


class Footage(models.Model):
    """A video of a clip with a constant frame rate: an engine's version, or our own animatic.

    Comments count in its `frames`, of which `rate_numerator / rate_denominator` pass in a second.
    `film_strip` is one row of `film_strip_tiles` equal pictures.
    """

    #: What people call it.
    noun: ClassVar[str]

    number = models.PositiveIntegerField()
    video = models.FileField(upload_to=secret_path, max_length=300)
    sha256 = models.CharField(max_length=64)
    duration_seconds = models.DecimalField(max_digits=9, decimal_places=3)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    rate_numerator = models.PositiveIntegerField()
    rate_denominator = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    poster = models.FileField(upload_to=secret_path, max_length=300)
    film_strip = models.FileField(upload_to=secret_path, max_length=300, blank=True)
    film_strip_tiles = models.PositiveSmallIntegerField()

    #: Each kind declares it, for the name of its way back.
    clip: models.ForeignKey[Clip, Clip]

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """What people call this one."""
        raise NotImplementedError

    @property
    def organisation(self) -> Organisation:
        """The organisation of the clip's project."""
        return self.clip.project.organisation

    @property
    def frame_rate(self) -> Fraction:
        """Frames per second."""
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
