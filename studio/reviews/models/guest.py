"""Guests: people without an account, what they decided, and what happened on their links."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.models import Version
from studio.reviews.models.decision import Verdict
from studio.reviews.models.link import ReviewLink


class Guest(models.Model):
    """Somebody who came by a link and said who they are; the studio takes their word for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(ReviewLink, models.CASCADE, related_name="guests")
    name = models.CharField(max_length=120)
    email = models.EmailField("email address")
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]


class GuestDecision(models.Model):
    """What a guest decided on one version's very bytes: recorded and shown.

    It never counts towards the approvals that a project's rule asks of its members.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guest = models.ForeignKey(Guest, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="guest_decisions")
    version_sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "guest"],
                condition=Q(withdrawn_at=None),
                name="guest_decision_one_standing_per_guest",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.APPROVE) | ~Q(reason=""),
                name="guest_decision_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="guest_decision_verdict_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest}: {self.get_verdict_display()}"


class Happening(models.TextChoices):
    """What is written down about a link."""

    REFUSED = "refused", "Wrong passphrase"
    OPENED = "opened", "Came in"
    SHOWN = "shown", "Opened"
    VIEWED = "viewed", "Played"
    DOWNLOADED = "downloaded", "Downloaded"
    COMMENTED = "commented", "Commented"
    DECIDED = "decided", "Decided"


class LinkEvent(models.Model):
    """One thing that happened on a link; rows are only ever added."""

    link = models.ForeignKey(ReviewLink, models.CASCADE, related_name="events")
    guest = models.ForeignKey(Guest, models.CASCADE, null=True, blank=True, related_name="events")
    version = models.ForeignKey(Version, models.CASCADE, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=10, choices=Happening)
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["link", "at"], name="link_event_in_order")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__in=Happening.values), name="link_event_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest or 'Somebody'}: {self.get_what_display()}"
