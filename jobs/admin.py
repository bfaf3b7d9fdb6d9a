"""The machine's rows, for operators: to be read. They are settled on their page, with evidence."""

from __future__ import annotations

from django.contrib import admin

from jobs.models import (
    AccountEvent,
    Animatic,
    AvatarJob,
    EngineAccount,
    EngineChoice,
    Heartbeat,
    JobEvent,
    LedgerEntry,
    ReceivedCallback,
    Version,
)
from studio.organisations.admin_kinds import RecordAdmin


@admin.register(AvatarJob)
class AvatarJobAdmin(RecordAdmin):
    """Attempts to render."""

    list_display = (
        "clip", "number", "state", "engine", "handle", "price_amount", "currency", "error_code",
        "requested_by", "requested_at",
    )  # fmt: skip
    list_filter = ("state", "engine", "engine_model", "error_code")
    list_select_related = ("clip", "requested_by")
    search_fields = ("handle", "clip__title", "clip__project__name", "error_message", "=id")
    date_hierarchy = "requested_at"


@admin.register(JobEvent)
class JobEventAdmin(RecordAdmin):
    """What happened to jobs."""

    list_display = ("job", "from_state", "to_state", "cause", "by", "at")
    list_filter = ("to_state",)
    list_select_related = ("job__clip", "by")
    search_fields = ("cause", "job__handle", "job__clip__title", "=job__id")
    date_hierarchy = "at"


@admin.register(Version)
class VersionAdmin(RecordAdmin):
    """Finished videos."""

    list_display = ("clip", "number", "duration_seconds", "width", "height", "created_at")
    list_select_related = ("clip",)
    search_fields = ("clip__title", "clip__project__name", "sha256", "=id", "=job__id")
    date_hierarchy = "created_at"


@admin.register(Animatic)
class AnimaticAdmin(RecordAdmin):
    """Free drafts, drawn by the studio itself."""

    list_display = (
        "clip", "number", "state", "tries", "problem", "requested_by", "requested_at",
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("clip", "requested_by")
    search_fields = ("clip__title", "clip__project__name", "problem", "=id")
    date_hierarchy = "requested_at"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(RecordAdmin):
    """Money: it only grows."""

    list_display = (
        "at", "kind", "held_amount", "spent_amount", "currency", "organisation", "project", "job",
        "by", "note",
    )  # fmt: skip
    list_filter = ("kind", "currency")
    list_select_related = ("organisation", "project", "job__clip", "by")
    search_fields = ("note", "project__name", "organisation__name", "job__clip__title", "=job__id")
    date_hierarchy = "at"


@admin.register(EngineAccount)
class EngineAccountAdmin(RecordAdmin):
    """Accounts as the workers know them; they are tested and resumed on the Operations page."""

    list_display = (
        "name", "paused_at", "pause_code", "pause_message", "sends_held_until", "tested_at",
        "test_message",
    )  # fmt: skip
    search_fields = ("name", "pause_code", "pause_message", "pause_detail")


@admin.register(AccountEvent)
class AccountEventAdmin(RecordAdmin):
    """What happened to accounts, and who did it."""

    list_display = ("account", "what", "code", "message", "by", "at")
    list_filter = ("what", "account")
    list_select_related = ("account", "by")
    search_fields = ("account__name", "code", "message")
    date_hierarchy = "at"


@admin.register(EngineChoice)
class EngineChoiceAdmin(RecordAdmin):
    """Who chose which account for a project."""

    list_display = ("project", "account", "by", "at")
    list_filter = ("account",)
    search_fields = ("project__name", "account")
    list_select_related = ("project", "by")
    date_hierarchy = "at"


@admin.register(ReceivedCallback)
class ReceivedCallbackAdmin(RecordAdmin):
    """Messages of engines that were believed."""

    list_display = ("account", "event_id", "job", "handle", "received_at")
    list_filter = ("account",)
    list_select_related = ("job__clip",)
    search_fields = ("event_id", "handle", "=job__id")
    date_hierarchy = "received_at"


@admin.register(Heartbeat)
class HeartbeatAdmin(RecordAdmin):
    """Signs of life of workers and beat."""

    list_display = ("name", "role", "queues", "started_at", "at")
    list_filter = ("role",)
    search_fields = ("name", "queues")
