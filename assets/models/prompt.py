"""How the character moves and how the camera sees it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from studio.organisations.archive import Archivable, ArchivableQuerySet
from studio.organisations.models import Organisation, User

SLOTS = ("style", "motion", "camera", "atmosphere")


class MotionPrompt(models.Model):
    """The four slots and free text of a motion prompt, wherever one is kept.

    The shape that engines get is `[style] [motion], [camera], [atmosphere]`, then the free text.
    """

    style = models.CharField(max_length=300, blank=True)
    motion = models.CharField(max_length=600, blank=True)
    camera = models.CharField(max_length=300, blank=True)
    atmosphere = models.CharField(max_length=300, blank=True)
    free_text = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def prompt_text(self) -> str:
        """The whole prompt as one line of text; empty if nothing was written."""
        opening = " ".join(part for part in (self.style.strip(), self.motion.strip()) if part)
        slots = [part.strip(" ,") for part in (opening, self.camera, self.atmosphere)]
        slotted = ", ".join(part for part in slots if part)
        free = self.free_text.strip()
        if not (slotted and free):
            return slotted or free
        return f"{slotted.rstrip('.')}. {free}"

    def prompt_slots(self) -> dict[str, str]:
        """The parts by name, as they are kept with a job."""
        return {name: getattr(self, name) for name in (*SLOTS, "free_text")}


class PresetQuerySet(ArchivableQuerySet["Preset"]):
    """Presets, as far as a person may see them."""

    def visible_to(self, user: User) -> PresetQuerySet:
        """All presets of the person's organisations."""
        return self.filter(organisation__members__user=user)


class Preset(MotionPrompt, Archivable):
    """A motion prompt that the organisation uses again and again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="presets")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PresetQuerySet.as_manager()

    class Meta(MotionPrompt.Meta):
        abstract = False
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="preset_name_once_per_organisation",
                violation_error_message="There is already a preset of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
