"""A person or mascot of the organisation, and the reference images of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

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


class ArtStyle(models.TextChoices):
    """How a look is drawn, as a person said it. The engine keeps it; no prompt changes it."""

    PHOTO = "photo", "Photograph"
    ANIME = "anime", "Anime or manga"
    CARTOON = "cartoon", "Cartoon or comic"
    PAINTING = "painting", "Painting or illustration"
    RENDER = "render", "3D render"
    OTHER = "other", "Something else"


class Look(models.Model):
    """One reference image of a character. Numbered, and never overwritten.

    `image` is the cleaned picture (orientation applied, no metadata), exactly the bytes an
    engine gets; `sha256` is of those bytes. `facts` is what was measured in it
    (`assets.looking.facts.LookFacts`), empty until then.
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
    facts = models.JSONField(default=dict, blank=True, help_text="Measured in the picture.")
    art_style = models.CharField(max_length=10, choices=ArtStyle, blank=True)
    mascot_at = models.DateTimeField(null=True, blank=True, help_text="Said to be no person.")
    mascot_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
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

    @property
    def is_mascot(self) -> bool:
        """Whether face checks make no sense: a person said so of the look or of its character."""
        return self.mascot_at is not None or self.character.kind == CharacterKind.MASCOT

    def call_mascot(self, *, by: User) -> None:
        """Say that this is no person: the rules about faces fall silent."""
        self.mascot_at, self.mascot_by = timezone.now(), by
        self.save(update_fields=["mascot_at", "mascot_by"])

    def call_person(self) -> None:
        """Take `call_mascot` back."""
        self.mascot_at = self.mascot_by = None
        self.save(update_fields=["mascot_at", "mascot_by"])
