"""What somebody is told, and how each person wants to be told it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio.organisations.models import Organisation, User
from studio.projects.models import Project


class Kind(models.TextChoices):
    """What somebody can be told about."""

    MENTION = "mention", "Somebody names you in a comment"
    REPLY = "reply", "Somebody replies in a thread of yours, or a guest of yours comments"
    WAITING = "waiting", "A version waits for your decision"
    DECIDED = "decided", "Somebody decides on a version of yours"
    FAILED = "failed", "A generation of yours fails, or needs settling"
    DUE = "due", "A project or a decision of yours is due"


class Mail(models.TextChoices):
    """Whether and when a mail is sent besides."""

    ONCE = "once", "At once"
    DIGEST = "digest", "Daily digest"
    NONE = "none", "None"


#: What holds for a person who has chosen nothing.
USUAL = {
    Kind.MENTION: Mail.ONCE,
    Kind.REPLY: Mail.ONCE,
    Kind.WAITING: Mail.DIGEST,
    Kind.DECIDED: Mail.ONCE,
    Kind.FAILED: Mail.ONCE,
    Kind.DUE: Mail.DIGEST,
}


class Preference(models.Model):
    """What one person chose for one kind."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=10, choices=Kind)
    mail = models.CharField(max_length=6, choices=Mail)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="preference_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}: {self.get_mail_display()}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, as far as a person may see them."""

    def visible_to(self, user: User) -> NotificationQuerySet:
        """The person's own, of projects that the person still sees."""
        return self.filter(user=user, project__in=Project.objects.visible_to(user).values("pk"))

    def unread(self) -> NotificationQuerySet:
        """Those not read yet."""
        return self.filter(read_at=None)

    def mail_due(self, now: datetime, mail: Mail) -> NotificationQuerySet:
        """Those whose mail is to be sent now, and that nobody is sending."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, mail=mail, mailed_at=None, mail_at__lte=now)


class Notification(models.Model):
    """One thing one person is told. `key` names what happened: nobody is told it twice.

    `mail_at` is when its mail is due; null where there is none to send, or none any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=120)
    sentence = models.CharField(max_length=300)
    quote = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=6, choices=Mail)
    mail_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_problem = models.CharField(max_length=300, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_told_once"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values) & Q(mail__in=Mail.values),
                name="notification_is_of_a_known_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "read_at"], name="notification_bell"),
            models.Index(fields=["user", "-created_at"], name="notification_list"),
            models.Index(
                fields=["mail_at"], name="notification_to_be_mailed",
                condition=Q(mail_at__isnull=False, mailed_at=None),
            ),
            models.Index(  # what may be laid aside is looked for every few seconds
                fields=["kind"], name="notification_unread", condition=Q(read_at=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.sentence

    @property
    def organisation(self) -> Organisation:
        """The organisation of its project."""
        return self.project.organisation

    def read(self) -> None:
        """The person has seen it; the first time counts. A digest leaves it out then."""
        Notification.objects.filter(pk=self.pk, read_at=None).update(read_at=timezone.now())


class Reading(models.Model):
    """Up to when the studio's happenings have been read for news; one row per reader."""

    reader = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reader} until {self.until}"
