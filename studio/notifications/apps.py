from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """How word gets around."""

    name = "studio.notifications"
