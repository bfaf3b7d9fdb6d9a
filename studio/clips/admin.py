"""Clips, for operators."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from studio.clips.models import Clip, PromptRevision, ReviewHold
from studio.organisations.admin_kinds import RecordAdmin, ThingAdmin


@admin.register(Clip)
class ClipAdmin(ThingAdmin):
    """Places in running orders. The order itself is kept by the storyboard."""

    list_display = ("title", "project", "position", "engine_model", "changed_at", "removed_at")
    list_filter = ("engine_model",)
    list_select_related = ("project",)
    search_fields = ("title", "project__name", "project__organisation__name", "=id")
    autocomplete_fields = ("project", "preset", "created_by", "changed_by")
    raw_id_fields = ("look", "take")
    readonly_fields = ("position", "revision", "created_at", "changed_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Clip | None = None) -> list[str]:
        """While a version is under review its inputs stay as they are, here too."""
        fields = [str(name) for name in super().get_readonly_fields(request, obj)]
        return [*fields, *Clip.INPUTS, "removed_at"] if obj and obj.hold else fields


@admin.register(PromptRevision)
class PromptRevisionAdmin(RecordAdmin):
    """The prompts that clips have had."""

    list_display = ("clip", "text", "by", "at")
    list_select_related = ("clip", "by")
    search_fields = ("text", "clip__title", "clip__project__name", "=clip__id")


@admin.register(ReviewHold)
class ReviewHoldAdmin(RecordAdmin):
    """Since when versions were under review, and why they are not any more."""

    list_display = ("clip", "number", "held_at", "released_at", "release", "released_by")
    list_filter = ("release",)
    list_select_related = ("clip", "released_by")
    search_fields = ("clip__title", "clip__project__name", "=clip__id")
