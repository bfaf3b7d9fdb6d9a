"""Telling other programs: where to, in which form, and what became of each message."""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio.organisations.models import Member, Organisation, Role, User


class Form(models.TextChoices):
    """What a message looks like."""

    GENERIC = "generic", "JSON with all facts"
    SLACK = "slack", "Slack and programs that understand its form"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks, as far as a person may see them."""

    def with_deliveries(self) -> WebhookQuerySet:
        """With `taken_at` (the last time somebody took a message), and how many of its messages
        wait (`waiting`) and were given up (`given_up`)."""
        unsent, is_idle = Q(messages__sent_at=None), Q(messages__next_at=None)
        return self.annotate(
            taken_at=models.Max("messages__sent_at"),
            waiting=models.Count("messages", filter=unsent & ~is_idle),
            given_up=models.Count("messages", filter=unsent & is_idle),
        )

    def visible_to(self, user: User) -> WebhookQuerySet:
        """Those of organisations in which the person is an admin."""
        mine = Member.objects.filter(user=user, role=Role.ADMIN).values("organisation")
        return self.filter(organisation__in=mine, removed_at=None)


class Webhook(models.Model):
    """An address that an admin gave: it is told what happens in the organisation's projects.

    The secret signs every message. It is kept as it is, since signing needs it, and shown once,
    to whoever makes it; after that only a new one can be had.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    form = models.CharField(max_length=8, choices=Form, default=Form.GENERIC)
    secret = models.CharField(max_length=80, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(form__in=Form.values), name="webhook_form_is_known"),
        ]

    def __str__(self) -> str:
        return self.url

    @staticmethod
    def new_secret() -> str:
        """A signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes."""
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"

    def renew_secret(self) -> None:
        """Sign with a new secret from now on, what waits included."""
        self.secret = self.new_secret()
        self.save(update_fields=["secret"])

    def remove(self) -> None:
        """Tell it nothing any more; what was told stays in the log."""
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])
        waiting = Message.objects.filter(webhook=self, sent_at=None, next_at__isnull=False)
        waiting.update(next_at=None, problem="The webhook was removed.")


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages of any webhook."""

    def due(self, now: datetime) -> MessageQuerySet:
        """Those to be sent now that nobody is sending."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, next_at__lte=now, sent_at=None).order_by("next_at")

    def not_taken(self) -> MessageQuerySet:
        """Those that nobody took, of webhooks that stand: they can be sent again."""
        return self.filter(sent_at=None, webhook__removed_at=None)


class Message(models.Model):
    """One message to one webhook; its id is the same at every try, so that a receiver may count.

    While `next_at` is set it is going to be tried. `sent_at`: somebody took it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=120)
    event = models.CharField(max_length=40)
    facts: models.JSONField[dict[str, Any], Any] = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "key"], name="message_once_per_webhook"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], name="message_to_be_sent", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"

    @property
    def is_given_up(self) -> bool:
        """Whether nobody took it and it is not tried again."""
        return self.sent_at is None and self.next_at is None
