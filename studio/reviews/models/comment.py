"""Comments: what people say at frames of a version or an animatic."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from jobs.models import Animatic, Footage, Version
from studio.organisations.models import Organisation, User
from studio.projects.models import Project

if TYPE_CHECKING:
    from studio.reviews.models.guest import Guest


class Category(models.TextChoices):
    """Which input can cure what a comment asks for."""

    IMAGE = "image", "Image"
    AUDIO = "audio", "Audio"
    PROMPT = "prompt", "Prompt"
    ENGINE = "engine", "Engine"


class Point(models.TextChoices):
    """The reviewer's checklist: what one looks at, one after the other."""

    IDENTITY = "identity", "Identity"
    LIP_SYNC = "lip_sync", "Lip-sync"
    MOTION = "motion", "Motion"
    CAMERA = "camera", "Camera"
    OVERALL = "overall", "Overall"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, as far as a person may see them."""

    def visible_to(self, user: User) -> CommentQuerySet:
        """Comments on footage of the projects that the person sees."""
        projects = Project.objects.visible_to(user).values("pk")
        return self.filter(
            Q(version__clip__project__in=projects) | Q(animatic__clip__project__in=projects)
        )

    def on(self, footage: Footage) -> CommentQuerySet:
        """Those on this version or animatic."""
        return self.filter(**{footage.noun: footage})

    def threads(self) -> CommentQuerySet:
        """Those that begin a thread; the others are replies."""
        return self.filter(parent=None)

    def open(self) -> CommentQuerySet:
        """Threads that nobody has resolved or taken back."""
        return self.threads().filter(resolved_at=None, removed_at=None)

    def standing(self) -> CommentQuerySet:
        """Those not taken back, resolved or not."""
        return self.filter(removed_at=None)

    def shown(self) -> CommentQuerySet:
        """Those standing, and those taken back to which somebody's reply still stands."""
        replies = Comment.objects.standing().filter(parent=OuterRef("pk"))
        return self.filter(Q(removed_at=None) | Exists(replies))

    def shared(self) -> CommentQuerySet:
        """What guests may see: shared threads, and the shared replies in them."""
        return self.filter(Q(parent=None) | Q(parent__is_shared=True), is_shared=True)


class Comment(models.Model):
    """Something said at a frame, or a range of frames, of a version or an animatic.

    Words, a drawing (`studio.reviews.drawing`), or both. A reply stands at the frame of the
    comment that began its thread; only threads are resolved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        Version, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    animatic = models.ForeignKey(
        Animatic, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies",
        help_text="The comment that began the thread.",
    )  # fmt: skip
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="comments")
    guest = models.ForeignKey(
        "reviews.Guest", models.PROTECT, null=True, blank=True, related_name="comments",
        help_text="Who said it, where that was somebody without an account.",
    )  # fmt: skip
    frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField(null=True, blank=True, help_text="Of a range.")
    text = models.TextField(blank=True)
    drawing: models.JSONField[list[dict[str, Any]] | None, Any] = models.JSONField(
        null=True, blank=True, help_text="Shapes on the picture at `frame`; null: none."
    )
    category = models.CharField(max_length=6, choices=Category, blank=True)
    point = models.CharField(max_length=8, choices=Point, blank=True)
    is_shared = models.BooleanField(default=False, help_text="Guests see it too.")
    mentions = models.ManyToManyField(User, blank=True, related_name="mentioned_in")
    sent_key = models.UUIDField(
        null=True, blank=True, editable=False,
        help_text="The sender's own: what is sent twice is kept once.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["frame", "created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_frame=None) | Q(last_frame__gte=F("frame")),
                name="comment_range_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(version=None, animatic__isnull=False)
                | Q(version__isnull=False, animatic=None),
                name="comment_on_one_footage",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(drawing__isnull=False), name="comment_says_something"
            ),
            models.CheckConstraint(
                condition=Q(category__in=["", *Category.values]) & Q(point__in=["", *Point.values]),
                name="comment_is_about_something_known",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(resolved_at=None), name="comment_reply_is_not_resolved"
            ),
            models.UniqueConstraint(fields=["author", "sent_key"], name="comment_sent_once"),
            models.CheckConstraint(
                condition=Q(author=None, guest__isnull=False) | Q(author__isnull=False, guest=None),
                name="comment_said_by_one_person",
            ),
        ]
        indexes: ClassVar = [
            # What is new is asked for every few seconds.
            models.Index(fields=["created_at"], name="comment_said_lately"),
            models.Index(
                fields=["edited_at"], name="comment_edited_lately",
                condition=Q(edited_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.said_by}: {self.text[:40]}"

    @property
    def said_by(self) -> User | Guest:
        """Who said it: a member, or a guest."""
        person = self.author or self.guest
        assert person is not None  # the database sees to it
        return person

    @property
    def speaker(self) -> str:
        """Their name, as it stands in a list: a guest may bear a member's, so is called a guest."""
        return f"{self.said_by} (guest)" if self.guest_id else str(self.said_by)

    @property
    def footage(self) -> Version | Animatic:
        """What it is said about."""
        footage = self.version or self.animatic
        assert footage is not None  # the database sees to it
        return footage

    @property
    def organisation(self) -> Organisation:
        """The organisation of the footage's project."""
        return self.footage.organisation

    @property
    def timecode(self) -> str:
        """Where it is said, for showing."""
        return self.footage.timecode(self.frame)

    def resolve(self, *, by: User) -> None:
        """Say that nothing is left to do about it."""
        self.resolved_at, self.resolved_by = timezone.now(), by
        self.save(update_fields=["resolved_at", "resolved_by"])

    def reopen(self) -> None:
        """Say that something is left to do after all."""
        self.resolved_at = self.resolved_by = None
        self.save(update_fields=["resolved_at", "resolved_by"])

    def sort(self, category: str) -> None:
        """Name the input that can cure it; empty where nobody knows."""
        self.category = category
        self.save(update_fields=["category"])

    def take_back(self) -> None:
        """Hide it from the page; the row stays."""
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])
