"""What all workers know of an account at an engine. Its keys are in the settings only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from studio.organisations.models import User
from studio.projects.models import Project


class EngineAccount(models.Model):
    """One account: whether it is paused, and until when the engine wants to be left alone.

    `send_clock` and `look_clock` are the clocks of its rate limits: the time at which the next
    request fits into the rate (`jobs.allowance`). The row is also the lock under which places are
    given away, so that caps hold across all workers.
    """

    name = models.CharField(max_length=40, primary_key=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_code = models.CharField(max_length=60, blank=True)
    pause_message = models.TextField(blank=True, help_text="Our sentence.")
    pause_detail = models.TextField(blank=True, help_text="The engine's own words.")
    sends_held_until = models.DateTimeField(null=True, blank=True)
    looks_held_until = models.DateTimeField(null=True, blank=True)
    send_clock = models.DateTimeField(null=True, blank=True)
    look_clock = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_message = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paused_at=None) | ~Q(pause_code=""), name="account_pause_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        """Whether its jobs wait for a person."""
        return self.paused_at is not None


class AccountEvent(models.Model):
    """What happened to an account, and who did it; appended, never changed."""

    class What(models.TextChoices):
        """The kinds of events."""

        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        TESTED = "tested", "Tested"

    account = models.ForeignKey(EngineAccount, models.PROTECT, related_name="events")
    what = models.CharField(max_length=8, choices=What)
    code = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Empty: the machine.",
    )  # fmt: skip
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.what}"


class EngineChoice(models.Model):
    """Who chose, and when, which account pays a project's jobs; appended, never changed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="engine_choices")
    account = models.CharField(max_length=40, blank=True, help_text="Empty: the default.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.project}: {self.account or 'default'}"
