"""Decisions: what approvers decide about a version, and what comes of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import ApprovalStage


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
    """One person's verdict on one version in one stage, bound to the hash of exactly that video.

    `due_on` is the day by which the stage had to decide when it was given, `stage_name` what the
    stage was called then: rules are renamed, what was decided is not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    version_sha256 = models.CharField(max_length=64)
    stage = models.ForeignKey(ApprovalStage, models.PROTECT, related_name="decisions")
    stage_name = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True, blank=True)
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
                fields=["version", "by", "stage"],
                condition=Q(withdrawn_at=None),
                name="decision_one_standing_per_stage",
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

    @property
    def is_late(self) -> bool:
        """Whether it was given after its stage had to decide."""
        return self.due_on is not None and timezone.localdate(self.at) > self.due_on

    @property
    def given_in(self) -> str:
        """The name its stage had when it was given; that of today where nobody kept it."""
        return self.stage_name or self.stage.name

    def withdraw(self) -> None:
        """Take the verdict back; it stays visible as withdrawn."""
        self.withdrawn_at = timezone.now()
        self.save(update_fields=["withdrawn_at"])


class Result(models.TextChoices):
    """What the review of a version came to."""

    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Changes requested"
    REJECTED = "rejected", "Rejected"


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Outcomes of now and of before."""

    def standing(self) -> OutcomeQuerySet:
        """Those that no later decision has ended."""
        return self.filter(ended_at=None)


class Outcome(models.Model):
    """What the review of a version came to, under the rule as it was then.

    It stays when the rule or the people change afterwards; only somebody who decides, or
    withdraws a decision, ends it. `decision` brought it about, or nobody's did: a change of the
    rule was enough.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="outcomes")
    version_sha256 = models.CharField(max_length=64)
    result = models.CharField(max_length=8, choices=Result)
    rule_number = models.PositiveIntegerField()
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="outcomes"
    )
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(ended_at=None), name="outcome_one_per_version"
            ),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="outcome_result_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_result_display()}"
