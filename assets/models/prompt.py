"""How the character moves and how the camera sees it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import ClassVar, Self

from django.db import models, transaction
from django.utils import timezone

from assets.prompts.text import LENGTHS, PARTS, SLOTS, Composed, compose
from studio.organisations.archive import Archivable, ArchivableQuerySet
from studio.organisations.models import Organisation, User

__all__ = ["PARTS", "SLOTS", "MotionPrompt", "Preset", "PresetChanged", "PresetVersion"]


class MotionPrompt(models.Model):
    """The four slots and free text of a motion prompt, wherever one is kept.

    The shape that engines get is `[style] [motion], [camera], [atmosphere]`, then the free text;
    `slot_order` says where a person wrote the slots in another order (names with commas).
    """

    style = models.CharField(max_length=LENGTHS["style"], blank=True)
    motion = models.CharField(max_length=LENGTHS["motion"], blank=True)
    camera = models.CharField(max_length=LENGTHS["camera"], blank=True)
    atmosphere = models.CharField(max_length=LENGTHS["atmosphere"], blank=True)
    free_text = models.TextField(blank=True)
    slot_order = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True

    @property
    def composed(self) -> Composed:
        """The whole prompt, and where its parts are in it."""
        return compose(self.prompt_parts(), self.slot_order)

    @property
    def prompt_text(self) -> str:
        """The whole prompt as one line of text; empty if nothing was written."""
        return self.composed.text

    def prompt_parts(self) -> dict[str, str]:
        """The slots and the free text by name."""
        return {name: getattr(self, name) for name in PARTS}

    def prompt_slots(self) -> dict[str, str]:
        """The parts by name, as they are kept with a job; with their order if it is unusual."""
        return self.prompt_parts() | ({"slot_order": self.slot_order} if self.slot_order else {})

    def take_prompt(self, slots: Mapping[str, str]) -> Self:
        """Let this (unsaved) prompt be what `prompt_slots` of another said."""
        for name in (*PARTS, "slot_order"):
            setattr(self, name, slots.get(name) or "")
        return self


class PresetQuerySet(ArchivableQuerySet["Preset"]):
    """Presets, as far as a person may see them."""

    def visible_to(self, user: User) -> PresetQuerySet:
        """All presets of the person's organisations."""
        return self.filter(organisation__members__user=user)


class PresetChanged(Exception):
    """Somebody else wrote a newer version after this person opened the preset."""


class Preset(MotionPrompt, Archivable):
    """A motion prompt that the organisation uses again and again.

    The row is the newest version, number `number`; the older ones are `PresetVersion` rows, so
    that clips can say which one they were made with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="presets")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, blank=True)
    number = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

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

    @transaction.atomic
    def rewrite(self, slots: Mapping[str, str], *, by: User, seen_number: int) -> None:
        """Make `slots` (as `prompt_slots` gives them) the next version and keep the last one.

        Nothing happens where they are what is there already. Raises PresetChanged, and writes
        nothing, if the newest version is not the one the person saw.
        """
        last = Preset.objects.select_for_update().get(pk=self.pk)
        if last.number != seen_number:
            raise PresetChanged(last)
        self.number = last.number
        if last.prompt_slots() == Preset().take_prompt(slots).prompt_slots():
            return
        PresetVersion(
            preset=last, number=last.number, by=last.changed_by or last.created_by,
            at=last.changed_at,
        ).take_prompt(last.prompt_slots()).save()  # fmt: skip
        self.take_prompt(slots)
        self.number, self.changed_by, self.changed_at = last.number + 1, by, timezone.now()
        self.save(update_fields=[*PARTS, "slot_order", "number", "changed_by", "changed_at"])


class PresetVersion(MotionPrompt):
    """What a preset said before it was changed."""

    preset = models.ForeignKey(Preset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(MotionPrompt.Meta):
        abstract = False
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["preset", "number"], name="preset_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.preset} v{self.number}"
