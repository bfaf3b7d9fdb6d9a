"""What people and programs were told, for operators."""

from __future__ import annotations

from django.contrib import admin

from studio.notifications.models import Message, Notification, Preference, Reading, Webhook
from studio.organisations.admin_kinds import RecordAdmin, ThingAdmin


@admin.register(Notification)
class NotificationAdmin(RecordAdmin):
    """What people were told, and what became of its mail."""

    list_display = ("created_at", "user", "kind", "sentence", "mail", "mail_at", "mailed_at")
    list_filter = ("kind", "mail")
    list_select_related = ("user",)
    search_fields = ("sentence", "user__email", "user__name", "project__name", "=id")
    date_hierarchy = "created_at"


@admin.register(Preference)
class PreferenceAdmin(ThingAdmin):
    """What people chose."""

    list_display = ("user", "kind", "mail")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")


@admin.register(Reading)
class ReadingAdmin(ThingAdmin):
    """Up to when what happened was read."""

    list_display = ("reader", "until")
    search_fields = ("reader",)


@admin.register(Webhook)
class WebhookAdmin(RecordAdmin):
    """Where other programs are told. The secret is the organisation's."""

    list_display = ("url", "organisation", "form", "created_by", "created_at", "removed_at")
    list_filter = ("form",)
    list_select_related = ("organisation", "created_by")
    search_fields = ("url", "organisation__name", "created_by__email", "=id")
    exclude = ("secret",)


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """What webhooks were told, and what they answered."""

    list_display = ("created_at", "webhook", "event", "tries", "status", "sent_at", "problem")
    list_filter = ("event",)
    list_select_related = ("webhook",)
    search_fields = ("webhook__url", "event", "key", "problem", "=id")
    date_hierarchy = "created_at"
