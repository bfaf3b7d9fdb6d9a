"""What happened to a job: appended, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from jobs.models.state import State
from studio.organisations.models import User


class JobEvent(models.Model):
    """One move of a job, written in the same transaction as the move."""

    job = models.ForeignKey("jobs.AvatarJob", models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=12, choices=State, blank=True)
    to_state = models.CharField(max_length=12, choices=State)
    cause = models.CharField(max_length=300, help_text="Why, as a sentence or an error code.")
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Empty: the machine.",
    )  # fmt: skip
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state or 'new'} -> {self.to_state}: {self.cause}"
