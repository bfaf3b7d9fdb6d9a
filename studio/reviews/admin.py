"""Comments and decisions, for operators: what people said and decided is theirs."""

from __future__ import annotations

from django.contrib import admin

from studio.organisations.admin_kinds import RecordAdmin
from studio.reviews.models import (
    Comment,
    Decision,
    EarlierWording,
    Guest,
    GuestDecision,
    LinkEvent,
    Looked,
    Outcome,
    ProjectVisit,
    ReviewLink,
    Verification,
)


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


@admin.register(EarlierWording)
class EarlierWordingAdmin(RecordAdmin):
    """What comments said before their authors changed them."""

    list_display = ("comment", "text", "until")
    list_select_related = ("comment",)
    search_fields = ("text", "comment__text", "comment__author__email", "comment__author__name")
    date_hierarchy = "until"


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """What approvers decided."""

    list_display = ("version", "verdict", "by", "reason", "at", "withdrawn_at")
    list_filter = ("verdict",)
    list_select_related = ("version__clip", "by")
    search_fields = ("reason", "by__email", "by__name", "version__clip__title", "version_sha256")
    date_hierarchy = "at"


@admin.register(ReviewLink)
class ReviewLinkAdmin(RecordAdmin):
    """Links for guests. Neither token nor passphrase is here: only their hashes are kept."""

    list_display = ("name", "project", "rights", "expires_at", "created_by", "revoked_at")
    list_filter = ("rights",)
    list_select_related = ("project", "created_by")
    search_fields = ("name", "project__name", "created_by__email", "=id")
    date_hierarchy = "created_at"


@admin.register(Guest)
class GuestAdmin(RecordAdmin):
    """People who came by a link."""

    list_display = ("name", "email", "link", "created_at", "seen_at")
    list_select_related = ("link",)
    search_fields = ("name", "email", "link__name", "=id")


@admin.register(GuestDecision)
class GuestDecisionAdmin(RecordAdmin):
    """What guests decided."""

    list_display = ("version", "verdict", "guest", "reason", "at", "withdrawn_at")
    list_filter = ("verdict",)
    list_select_related = ("version__clip", "guest")
    search_fields = ("reason", "guest__name", "guest__email", "version__clip__title", "=id")
    date_hierarchy = "at"


@admin.register(LinkEvent)
class LinkEventAdmin(RecordAdmin):
    """What happened on links."""

    list_display = ("at", "link", "guest", "what", "version", "detail")
    list_filter = ("what",)
    list_select_related = ("link", "guest", "version__clip")
    search_fields = ("link__name", "guest__name", "guest__email", "detail")
    date_hierarchy = "at"


@admin.register(ProjectVisit)
class ProjectVisitAdmin(RecordAdmin):
    """When people last played projects through."""

    list_display = ("user", "project", "before_at", "last_at")
    list_select_related = ("user", "project")
    search_fields = ("user__email", "user__name", "project__name")


@admin.register(Outcome)
class OutcomeAdmin(RecordAdmin):
    """What reviews came to."""

    list_display = ("version", "result", "rule_number", "decision", "at", "ended_at")
    list_filter = ("result",)
    list_select_related = ("version__clip", "decision__by")
    search_fields = ("version__clip__title", "version_sha256")
    date_hierarchy = "at"


@admin.register(Verification)
class VerificationAdmin(RecordAdmin):
    """What became of comments on earlier versions."""

    list_display = ("comment", "version", "verdict", "by", "at")
    list_filter = ("verdict",)
    list_select_related = ("comment__author", "comment__guest", "version__clip", "by")
    search_fields = ("comment__text", "version__clip__title", "by__name", "by__email")
    date_hierarchy = "at"


@admin.register(Looked)
class LookedAdmin(RecordAdmin):
    """Who was done with a version without deciding."""

    list_display = ("version", "by", "at", "taken_back_at")
    list_select_related = ("version__clip", "by")
    search_fields = ("version__clip__title", "by__name", "by__email")
    date_hierarchy = "at"
