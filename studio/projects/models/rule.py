"""The approval rule of a project: ordered stages, and who changed them when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from studio.organisations.models import User
from studio.projects.models.project import Project

#: More people than that never decide on one clip; a larger number is a slip of the finger.
MAX_APPROVALS = 50
MAX_DUE_WORKING_DAYS = 60


class Mode(models.TextChoices):
    """How the decisions of a stage are counted."""

    ALL = "all", "All of them approve"
    ANY = "any", "Enough of them approve, whatever the others say"
    VETO = "veto", "Enough of them approve, and each can stop it"


class ByRole(models.TextChoices):
    """Who decides in a stage without being named."""

    NOBODY = "", "Only the people named below"
    APPROVERS = "approver", "Every approver"
    ADMINS = "admin", "Every admin"


class StageQuerySet(models.QuerySet["ApprovalStage"]):
    """Stages of rules, of now and of before."""

    def standing(self) -> StageQuerySet:
        """Those that are part of a rule today, in their order."""
        return self.filter(removed_at=None).order_by("position")


class ApprovalStage(models.Model):
    """One step on the way to an approval: who decides, how that is counted, by when.

    A stage keeps its identity while its rule is changed, because decisions are given in it;
    one that is not part of the rule any more has a `removed_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60, default="Approval")
    by_role = models.CharField(max_length=10, choices=ByRole, default=ByRole.APPROVERS, blank=True)
    people = models.ManyToManyField(User, blank=True, related_name="approval_stages")
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.VETO)
    approvals_needed = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_APPROVALS)]
    )
    due_working_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DUE_WORKING_DAYS)],
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "position"],
                condition=Q(removed_at=None),
                name="stage_one_per_position",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values) & Q(by_role__in=ByRole.values),
                name="stage_rule_is_known",
            ),
            models.CheckConstraint(
                condition=Q(approvals_needed__gte=1), name="stage_needs_an_approval"
            ),
            models.CheckConstraint(
                condition=Q(due_working_days=None) | Q(due_working_days__gte=1),
                name="stage_due_is_a_working_day_away",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleChange(models.Model):
    """Who changed the approval rule of a project, when, and what it said before and since."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="rule_changes")
    number = models.PositiveIntegerField(help_text="The rule's number since this change.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField(help_text="Sentences, one for each stage.")
    since = models.JSONField(help_text="Sentences, one for each stage.")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="rule_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project}: rule {self.number}"
