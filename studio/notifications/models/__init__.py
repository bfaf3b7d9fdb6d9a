"""How word gets around: to people, in the studio and by mail; to other programs, by webhooks."""

from studio.notifications.models.notification import (
    Kind,
    Mail,
    Notification,
    NotificationQuerySet,
    Preference,
    Reading,
)
from studio.notifications.models.webhook import Form, Message, Webhook

__all__ = [
    "Form",
    "Kind",
    "Mail",
    "Message",
    "Notification",
    "NotificationQuerySet",
    "Preference",
    "Reading",
    "Webhook",
]
