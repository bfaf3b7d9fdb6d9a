"""The approval rule of a project: what it says, who changed it, and changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.projects import rule
from studio.projects.models import Project, RuleChange
from studio.projects.rule_forms import MAX_STAGES, StageForm, forms_after, forms_of, forms_posted
from studio.reviews import outcomes
from studio.reviews.fulfilling import doubts_about
from studio.reviews.standing import Standing

_PROJECTS = Project.objects.select_related("organisation")
CHANGES_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_rule(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everybody reads the rule; approvers change it. A POST saves, or only moves stages about."""
    project = fetch(request, _PROJECTS, pk)
    if request.method != "POST":
        return _page(request, project, forms_of(project))
    if not request.member.may(Role.APPROVER):
        raise PermissionDenied("Approvers change the approval rule. An admin can give the role.")
    if project.archived_at:
        raise PermissionDenied(f"“{project}” is in the archive. Reopen it to change its rule.")
    if act := request.POST.get("act"):
        return _page(request, project, forms_after(project, request.POST, act), is_draft=True)
    forms = forms_posted(project, request.POST)
    if [form for form in forms if not form.is_valid()]:  # all are asked, so that all speak
        return _page(request, project, forms, is_draft=True, status=422)
    return _saved(request, project, forms)


def _saved(request: MemberRequest, project: Project, forms: list[StageForm]) -> HttpResponse:
    seen = request.POST.get("rule_number", "")
    try:
        with transaction.atomic():
            change = rule.change_rule(
                project,
                [form.choice() for form in forms],
                by=request.user,
                seen_number=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
            )
            reviewed = outcomes.note_rule_changed(project) if change else []
    except rule.RuleChangedMeanwhile as meanwhile:
        return _page(
            request, project, forms, is_draft=True, status=409, meanwhile=_who(meanwhile.change)
        )
    if change is None:
        messages.info(request, "The rule says the same as before.")
        return redirect("project_rule", project.pk)
    waiting = sum(status.state is Standing.WAITING for _, status in reviewed)
    still = f" It counts for {waiting} under review; decisions given stand." if waiting else ""
    messages.success(request, f"The approval rule is changed.{still}")
    for version, status in reviewed:
        if status.outcome is not None:
            messages.info(request, f"By the new rule, {version}: {status.sentence}.")
    return redirect("project_rule", project.pk)


def _who(change: RuleChange | None) -> str:
    if change is None:
        return "The page did not say which rule it changes. Nothing was saved: look again."
    at = timezone.localtime(change.at)
    return (
        f"{change.by} changed the rule at {at:%H:%M} while you were editing. What you wrote is "
        "still here and not saved; save again to replace what is there now."
    )


def _page(
    request: MemberRequest,
    project: Project,
    forms: list[StageForm],
    *,
    is_draft: bool = False,
    status: int = 200,
    meanwhile: str = "",
) -> HttpResponse:
    # After a conflict the next save is meant to replace what is there: it has been said.
    project.refresh_from_db(fields=["rule_number"])
    stages = rule.stages_of(project)
    seen = request.POST.get("rule_number") if is_draft and not meanwhile else None
    context: dict[str, Any] = {
        "project": project,
        "sentences": rule.sentences(stages),
        "doubts": doubts_about(project, stages),
        "forms": forms,
        "rule_number": seen or project.rule_number,
        "meanwhile": meanwhile,
        "is_draft": is_draft,
        "may_add": len(forms) < MAX_STAGES,
        "can_change": request.member.may(Role.APPROVER) and not project.archived_at,
        "under_review": outcomes.under_review(project),
        "changes": project.rule_changes.select_related("by")[:CHANGES_SHOWN],
        "place": "projects",
    }
    return render(request, "projects/rule.html", context, status=status)
