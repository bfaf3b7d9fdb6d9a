"""Characters, takes and presets, for operators. What was measured from files cannot be typed."""

from __future__ import annotations

from django.contrib import admin

from assets.models import AudioTake, Character, Look, Preset, PresetVersion
from studio.organisations.admin_kinds import RecordAdmin, ThingAdmin


@admin.register(Character)
class CharacterAdmin(ThingAdmin):
    """People and mascots of organisations."""

    list_display = ("name", "organisation", "kind", "created_at", "archived_at")
    list_filter = ("kind",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name", "=id")
    autocomplete_fields = ("organisation", "created_by")
    readonly_fields = ("created_at",)


@admin.register(Look)
class LookAdmin(RecordAdmin):
    """Reference images: numbered and never overwritten."""

    list_display = ("character", "number", "width", "height", "size_bytes", "created_at")
    list_select_related = ("character__organisation",)
    search_fields = ("character__name", "character__organisation__name", "sha256", "=id")


@admin.register(AudioTake)
class AudioTakeAdmin(ThingAdmin):
    """Recordings; title and script may be mended, the sound and its facts not."""

    list_display = ("title", "project", "source", "duration_seconds", "created_at", "archived_at")
    list_filter = ("source",)
    list_select_related = ("project",)
    search_fields = ("title", "script", "project__name", "master_sha256", "send_sha256", "=id")
    fields = (
        "title", "script", "project", "source", "master", "master_content_type", "master_bytes",
        "master_sha256", "master_seconds", "sample_rate", "channels", "send_copy",
        "send_content_type", "send_bytes", "send_sha256", "duration_seconds", "created_by",
        "created_at", "archived_at",
    )  # fmt: skip
    readonly_fields = tuple(
        name for name in fields if name not in ("title", "script", "archived_at")
    )

    def has_add_permission(self, request: object) -> bool:
        """A take is made by the upload, which measures it."""
        return False


@admin.register(Preset)
class PresetAdmin(ThingAdmin):
    """Reusable motion prompts."""

    list_display = ("name", "organisation", "purpose", "number", "archived_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "purpose", "free_text", "motion", "organisation__name", "=id")
    autocomplete_fields = ("organisation", "created_by")
    readonly_fields = ("number", "created_at", "changed_by", "changed_at")


@admin.register(PresetVersion)
class PresetVersionAdmin(RecordAdmin):
    """What presets said before they were changed."""

    list_display = ("preset", "number", "by", "at")
    list_select_related = ("preset", "by")
    search_fields = ("preset__name", "motion", "camera", "free_text", "=preset__id")
