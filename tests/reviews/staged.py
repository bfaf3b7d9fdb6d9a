"""Approval rules for tests, as they are saved on the page of the rule."""

from __future__ import annotations

from typing import Any

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import ApprovalStage, ByRole, Mode, Project
from studio.projects.rule import StageChoice, change_rule, stages_of
from studio.reviews.models import Decision
from studio.reviews.standing import ReviewStatus, status_of
from studio.reviews.verdicts import given_on, meanwhile


def stage(name: str, *people: User, **given: Any) -> StageChoice:
    """A stage in which the people named decide; one approval is enough, each may stop it."""
    chosen: dict[str, Any] = {
        "id": None,
        "by_role": ByRole.NOBODY if people else ByRole.APPROVERS,
        "mode": Mode.VETO,
        "approvals_needed": 1,
        "due_working_days": None,
    }
    return StageChoice(name=name, people=people, **(chosen | given))


def set_rule(project: Project, *choices: StageChoice, by: User) -> list[ApprovalStage]:
    """Make these the stages of the project's rule."""
    project.refresh_from_db()
    change_rule(project, choices, by=by, seen_number=project.rule_number)
    return stages_of(project)


def status(version: Version) -> ReviewStatus:
    """Where the version stands."""
    return status_of([version])[version.pk]


def given(version: Version) -> list[tuple[str, str]]:
    """Each decision's verdict with why it is overruled, oldest first."""
    shown = given_on(_decisions(version), status(version))
    return [(one.decision.verdict, one.overruled) for one in shown]


def told(version: Version, person: User) -> list[str]:
    """What somebody who is about to decide is told of the others, the latest first."""
    shown = meanwhile(_decisions(version), status(version), besides=person)
    return [one.words for one in shown]


def _decisions(version: Version) -> list[Decision]:
    rows = Decision.objects.filter(version=version).select_related("by", "stage", "version")
    return list(rows.order_by("at"))
