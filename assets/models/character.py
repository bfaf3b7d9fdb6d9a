"""A person or mascot of the organisation, and the reference images of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from assets.naming import secret_path
from studio.organisations.archive import Archivable, ArchivableQuerySet
from studio.organisations.models import Organisation, User


class CharacterKind(models.TextChoices):
    """Whether face checks make sense."""

    PERSON = "person", "Person"
    MASCOT = "mascot", "Mascot or drawing"


class CharacterQuerySet(ArchivableQuerySet["Character"]):
    """Characters, as far as a person may see them."""

    def visible_to(self, user: User) -> CharacterQuerySet:
        """All characters of the person's organisations."""
        return self.filter(organisation__members__user=user)


class Character(Archivable):
    """A person or mascot that any project of the organisation may use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="characters")
    name = models.CharField(max_length=120)
    notes = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=CharacterKind, default=CharacterKind.PERSON)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CharacterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="character_name_once_per_organisation",
                violation_error_message="There is already a character of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LookQuerySet(models.QuerySet["Look"]):
    """Looks, as far as a person may see them."""

    def visible_to(self, user: User) -> LookQuerySet:
        """All looks of the person's organisations."""
        return self.filter(character__organisation__members__user=user)


class Look(models.Model):
    """One reference image of a character. Numbered, and never overwritten.

    `image` is the cleaned picture (orientation applied, no metadata), exactly the bytes an
    engine gets; `sha256` is of those bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    character = models.ForeignKey(Character, models.CASCADE, related_name="looks")
    number = models.PositiveIntegerField()
    image = models.FileField(upload_to=secret_path, max_length=300)
    thumbnail = models.FileField(upload_to=secret_path, max_length=300)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["character__name", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["character", "number"], name="look_number_once_per_character"
            )
        ]

    def __str__(self) -> str:
        return f"{self.character}, look {self.number}"

    @property
    def organisation(self) -> Organisation:
        """The organisation that owns the likeness."""
        return self.character.organisation

    @property
    def is_upright(self) -> bool:
        """Whether the picture is taller than wide."""
        return self.height > self.width
