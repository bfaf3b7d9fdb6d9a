"""Verdicts: what people say at frames of a version, and what approvers decide about it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jobs.models import Animatic, Footage, Version
from studio.organisations.models import Organisation, User
from studio.projects.models import Project


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

    def open(self) -> CommentQuerySet:
        """Those nobody has resolved or taken back."""
        return self.filter(resolved_at=None, removed_at=None)

    def standing(self) -> CommentQuerySet:
        """Those not taken back, resolved or not."""
        return self.filter(removed_at=None)


class Comment(models.Model):
    """Something said at a frame, or a range of frames, of a version or an animatic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        Version, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    animatic = models.ForeignKey(
        Animatic, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField(null=True, blank=True, help_text="Of a range.")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"

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

    def take_back(self) -> None:
        """Hide it from the page; the row stays."""
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])


class Verdict(models.TextChoices):
    """What an approver may decide."""

    APPROVE = "approve", "Approve"
    APPROVE_WITH_CHANGES = "approve_with_changes", "Approve with changes"
    REQUEST_CHANGES = "request_changes", "Request changes"
    REJECT = "reject", "Reject"

    @property
    def needs_reason(self) -> bool:
        """All but a plain approval must say why."""
        return self is not Verdict.APPROVE

    @property
    def approves(self) -> bool:
        """Whether it counts towards the approvals that the project needs."""
        return self in (Verdict.APPROVE, Verdict.APPROVE_WITH_CHANGES)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions of any kind."""

    def standing(self) -> DecisionQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Decision(models.Model):
    """One person's verdict on one version, bound to the hash of exactly that video."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    version_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "by"],
                condition=Q(withdrawn_at=None),
                name="decision_one_standing_per_person",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.APPROVE) | ~Q(reason=""), name="decision_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="decision_verdict_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_verdict_display()}"

    def withdraw(self) -> None:
        """Take the verdict back; it stays visible as withdrawn."""
        self.withdrawn_at = timezone.now()
        self.save(update_fields=["withdrawn_at"])
