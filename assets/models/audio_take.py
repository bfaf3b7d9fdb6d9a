"""One recording: the untouched master, and the copy that engines get."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from assets.naming import secret_path
from assets.preflight.energy import ENERGIES, Energy
from studio.organisations.archive import Archivable, ArchivableQuerySet
from studio.organisations.models import Organisation, User
from studio.projects.models import Project


class TakeSource(models.TextChoices):
    """How a take came to be."""

    UPLOAD = "upload", "Uploaded"
    RECORDING = "recording", "Recorded in the browser"
    SYNTHESIS = "synthesis", "Synthesised"


class AudioTakeQuerySet(ArchivableQuerySet["AudioTake"]):
    """Takes, as far as a person may see them."""

    def open(self) -> AudioTakeQuerySet:
        """Those that may be chosen: neither in the archive nor a draft nobody has used yet."""
        return super().open().filter(is_draft=False)

    def visible_to(self, user: User) -> AudioTakeQuerySet:
        """All takes of the projects that the person sees."""
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))


class AudioTake(Archivable):
    """One recording of a project.

    `master` is what the person gave, byte for byte. `send_copy` is mono MP3 made from it;
    `duration_seconds` is measured by decoding exactly the bytes of the send copy, because that
    is what an engine gets, renders and bills. `facts` is what was measured in the send copy
    (`assets.listening.facts.TakeFacts`), empty until then.

    A treated take is one more take of the same master: `original` is what it was made from and
    `treatment` says how. It is a draft, offered nowhere, until somebody has heard and used it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="takes")
    title = models.CharField(max_length=160)
    script = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=TakeSource, default=TakeSource.UPLOAD)

    master = models.FileField(upload_to=secret_path, max_length=300)
    master_content_type = models.CharField(max_length=40)
    master_bytes = models.PositiveBigIntegerField()
    master_sha256 = models.CharField(max_length=64)
    master_seconds = models.DecimalField(max_digits=9, decimal_places=3)
    sample_rate = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField()
    peaks = models.JSONField(default=list, help_text="Loudness over time, 0 to 100, for drawing.")

    send_copy = models.FileField(upload_to=secret_path, max_length=300)
    send_content_type = models.CharField(max_length=40)
    send_bytes = models.PositiveBigIntegerField()
    send_sha256 = models.CharField(max_length=64)
    duration_seconds = models.DecimalField(max_digits=9, decimal_places=3)

    facts = models.JSONField(default=dict, blank=True, help_text="Measured in the send copy.")
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="treated"
    )
    treatment = models.JSONField(default=dict, blank=True, help_text="What was done to it.")
    is_draft = models.BooleanField(default=False, help_text="Made, but not used by anybody yet.")

    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AudioTakeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(duration_seconds__gt=0), name="take_has_a_length"
            ),
            models.CheckConstraint(
                condition=models.Q(is_draft=False) | models.Q(original__isnull=False),
                name="take_draft_was_made_from_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def energy(self) -> Energy | None:
        """How lively its voice is; None where nobody has listened yet or nobody speaks."""
        measured = self.facts.get("energy")
        return measured if measured in ENERGIES else None

    @property
    def organisation(self) -> Organisation:
        """The organisation of the take's project."""
        return self.project.organisation
