"""Comments and decisions, for operators: what people said and decided is theirs."""

from __future__ import annotations

from django.contrib import admin

from studio.organisations.admin_kinds import RecordAdmin
from studio.reviews.models import Comment, Decision


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
    """What people said at frames."""

    list_display = (
        "version", "animatic", "frame", "author", "text", "created_at", "resolved_at", "removed_at",
    )  # fmt: skip
    list_select_related = ("version__clip", "animatic__clip", "author")
    search_fields = (
        "text", "author__email", "author__name", "version__clip__title", "animatic__clip__title",
        "=id",
    )  # fmt: skip
    date_hierarchy = "created_at"


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """What approvers decided."""

    list_display = ("version", "verdict", "by", "reason", "at", "withdrawn_at")
    list_filter = ("verdict",)
    list_select_related = ("version__clip", "by")
    search_fields = ("reason", "by__email", "by__name", "version__clip__title", "version_sha256")
    date_hierarchy = "at"
