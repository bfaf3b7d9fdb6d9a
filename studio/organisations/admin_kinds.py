"""The two kinds of pages in the operators' admin: things that may be mended, and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class ThingAdmin(_ModelAdmin):
    """Something that an operator may mend."""

    list_per_page = 50
    show_full_result_count = False


class RecordAdmin(ThingAdmin):
    """What happened, was paid or was decided: to be searched and read, never to be changed."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Records are written by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A changed record would be a lie."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A missing record would be one too."""
        return False
