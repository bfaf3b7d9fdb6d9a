"""Projects, for operators."""

from __future__ import annotations

from django.contrib import admin

from studio.organisations.admin_kinds import ThingAdmin
from studio.projects.models import Project


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
