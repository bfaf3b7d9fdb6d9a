"""Projects, for operators."""

from __future__ import annotations

from django.contrib import admin

from studio.organisations.admin_kinds import RecordAdmin, ThingAdmin
from studio.projects.models import ApprovalStage, Project, RuleChange


@admin.register(Project)
class ProjectAdmin(ThingAdmin):
    """Productions with their budget and rule."""

    list_display = ("name", "organisation", "budget_amount", "due_on", "created_at", "archived_at")
    list_filter = ("visibility",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name", "=id")
    autocomplete_fields = ("organisation", "people", "created_by")
    readonly_fields = ("created_at",)
    date_hierarchy = "created_at"


@admin.register(ApprovalStage)
class ApprovalStageAdmin(RecordAdmin):
    """Stages of approval rules; they are changed on the project's own page, where people see it."""

    list_display = ("project", "position", "name", "by_role", "mode", "approvals_needed",
                    "due_working_days", "removed_at")  # fmt: skip
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "=id")


@admin.register(RuleChange)
class RuleChangeAdmin(RecordAdmin):
    """Who changed a rule, and when."""

    list_display = ("project", "number", "by", "at")
    list_select_related = ("project", "by")
    search_fields = ("project__name", "by__name", "by__email")
    date_hierarchy = "at"
