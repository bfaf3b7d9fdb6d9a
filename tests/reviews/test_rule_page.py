"""The page of the approval rule: read by all, changed by approvers, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import ApprovalStage, Project
from studio.projects.rule import sentences, stages_of
from studio.reviews.deciding import decide
from studio.reviews.models import Verdict

type As = Callable[[User], Client]


def stage_fields(at: int, **given: Any) -> dict[str, Any]:
    """One stage as the form sends it."""
    fields = {
        "id": "", "name": "Legal", "by_role": "approver", "people": [], "mode": "veto",
        "approvals_needed": "1", "due_working_days": "",
    } | given  # fmt: skip
    return {f"stage-{at}-{name}": value for name, value in fields.items()}


def rule_page(project: Project) -> str:
    return reverse("project_rule", args=[project.pk])


def test_an_approver_makes_two_stages_of_one(
    as_: As, project: Project, approver: User, ben: User
) -> None:
    here = stages_of(project)[0]
    form = {"rule_number": "1", "stages": "2"}
    form |= stage_fields(0, id=str(here.pk), name="Editing", due_working_days="2")
    form |= stage_fields(1, by_role="", people=[str(ben.pk)], mode="all")
    answer = as_(approver).post(rule_page(project), form, follow=True)
    assert sentences(stages_of(project)) == [
        (
            "1. Editing: One approval by any approver is enough, and each of them can stop it. "
            "Due within 2 working days."
        ),
        "2. Legal: Ben must approve; one refusal sends it back.",
    ]
    assert stages_of(project)[0].pk == here.pk
    text = answer.content.decode()
    assert "The approval rule is changed." in text
    assert "<del>One approval by any approver" in text


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("add", ["A", "B", ""]),
        ("up:1", ["B", "A"]),
        ("down:0", ["B", "A"]),
        ("up:0", ["A", "B"]),
        ("remove:0", ["B"]),
        ("remove:99", ["B"]),
        ("nonsense", ["A", "B"]),
    ],
)
def test_stages_are_added_moved_and_removed_by_buttons_and_nothing_is_saved(
    as_: As, project: Project, approver: User, act: str, names: list[str]
) -> None:
    form = {"rule_number": "1", "stages": "2", "act": act}
    form |= stage_fields(0, name="A") | stage_fields(1, name="B", due_working_days="4")
    answer = as_(approver).post(rule_page(project), form)
    assert answer.status_code == 200
    assert [one["name"].value() for one in answer.context["forms"]] == names
    moved = [one for one in answer.context["forms"] if one["name"].value() == "B"]
    assert [one["due_working_days"].value() for one in moved] == ["4"]
    assert "Not saved yet." in answer.content.decode()
    assert ApprovalStage.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"by_role": ""}, "people"),
        ({"approvals_needed": "3"}, "approvals_needed"),
        ({"approvals_needed": "0"}, "approvals_needed"),
        ({"due_working_days": "0"}, "due_working_days"),
        ({"mode": "dice"}, "mode"),
    ],
)
def test_a_stage_that_cannot_work_is_said_beside_its_field(
    as_: As, project: Project, approver: User, ben: User, given: dict[str, str], field: str
) -> None:
    form = {"rule_number": "1", "stages": "1"} | stage_fields(0, **given)
    answer = as_(approver).post(rule_page(project), form)
    assert answer.status_code == 422
    assert list(answer.context["forms"][0].errors) == [field]
    assert stages_of(project)[0].name == "Approval"


def test_nobody_is_named_who_may_not_decide(
    as_: As, project: Project, approver: User, teammate: User, outsider: User
) -> None:
    for somebody in (teammate, outsider):
        form = {"rule_number": "1", "stages": "1"}
        form |= stage_fields(0, by_role="", people=[str(somebody.pk)])
        assert as_(approver).post(rule_page(project), form).status_code == 422
    assert stages_of(project)[0].name == "Approval"


def test_of_two_editors_the_second_keeps_what_was_typed(
    as_: As, project: Project, owner: User, approver: User
) -> None:
    form = {"rule_number": "1", "stages": "1"}
    as_(owner).post(rule_page(project), form | stage_fields(0, name="Legal", mode="all"))
    answer = as_(approver).post(
        rule_page(project), form | stage_fields(0, name="Brand", mode="any")
    )
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Olga changed the rule at" in text
    assert 'value="Brand"' in text
    assert '<input type="hidden" name="rule_number" value="2">' in text
    assert stages_of(project)[0].name == "Legal"


def test_what_a_change_means_for_versions_under_review_is_said_before_and_after(
    as_: As, version: Version, project: Project, approver: User, ben: User
) -> None:
    project.stages.update(approvals_needed=2)
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    page = as_(approver).get(rule_page(project)).content.decode()
    assert "1 version is not decided yet" in page
    assert "Decisions given keep standing" in page
    form = {"rule_number": "1", "stages": "1"}
    form |= stage_fields(0, id=str(stages_of(project)[0].pk), name="Approval")
    done = as_(approver).post(rule_page(project), form, follow=True).content.decode()
    assert "By the new rule, Welcome v1: Approved by Ben" in done


def test_creators_and_viewers_read_the_rule_and_change_nothing(
    as_: As, project: Project, teammate: User, viewer: User, outsider: User
) -> None:
    form = {"rule_number": "1", "stages": "1"} | stage_fields(0)
    for somebody in (teammate, viewer):
        page = as_(somebody).get(rule_page(project)).content.decode()
        assert "One approval by any approver is enough" in page
        assert "Save the rule" not in page
        assert as_(somebody).post(rule_page(project), form).status_code == 403
    assert as_(outsider).get(rule_page(project)).status_code == 404
    assert as_(outsider).post(rule_page(project), form).status_code == 404
    assert stages_of(project)[0].name == "Approval"


def test_a_rule_in_the_archive_stays_as_it_is(as_: As, project: Project, approver: User) -> None:
    project.archive()
    form = {"rule_number": "1", "stages": "1"} | stage_fields(0)
    assert as_(approver).post(rule_page(project), form).status_code == 403
