"""People and organisations, for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from studio.organisations.admin_kinds import ThingAdmin
from studio.organisations.models import Invitation, Member, Organisation, User

if TYPE_CHECKING:
    _CreationForm = AdminUserCreationForm[User]
    _ChangeForm = UserChangeForm[User]
    _UserAdmin = UserAdmin[User]
else:
    _CreationForm, _ChangeForm, _UserAdmin = AdminUserCreationForm, UserChangeForm, UserAdmin

admin.site.site_header = admin.site.site_title = "Understudy, operators"
admin.site.index_title = "Everything in this installation"


class PersonCreationForm(_CreationForm):
    """A new person; without a password only a reset by mail lets them in."""

    class Meta:
        model = User
        fields = ("email", "name")


class PersonChangeForm(_ChangeForm):
    """A person as an operator may change them; the password has a form of its own."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class PersonAdmin(_UserAdmin):
    """People, known by their email address."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "joined_at", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name", "=id")
    ordering = ("email",)
    readonly_fields = ("joined_at", "last_login")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            "Rights in this installation",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Times", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )


@admin.register(Organisation)
class OrganisationAdmin(ThingAdmin):
    """Tenants."""

    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug", "=id")
    readonly_fields = ("created_at",)


@admin.register(Member)
class MemberAdmin(ThingAdmin):
    """Who belongs where, with which role."""

    list_display = ("user", "organisation", "role", "joined_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__name", "organisation__name", "organisation__slug")
    autocomplete_fields = ("user", "organisation")
    readonly_fields = ("joined_at",)


@admin.register(Invitation)
class InvitationAdmin(ThingAdmin):
    """Links by which people join. Their tokens are not kept, so none can be made here."""

    list_display = ("email", "organisation", "role", "invited_by", "created_at", "accepted_at")
    list_filter = ("role",)
    list_select_related = ("organisation", "invited_by")
    search_fields = ("email", "organisation__name", "invited_by__email", "=id")
    autocomplete_fields = ("organisation", "invited_by", "accepted_by")
    readonly_fields = ("token_hash", "created_at", "accepted_at")

    def has_add_permission(self, request: object) -> bool:
        """An invitation made here would have no link to send."""
        return False
