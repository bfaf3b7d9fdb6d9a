"""Making, changing and putting away projects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility

type As = Callable[[User], Client]
FILLED = {
    "name": "Einführung für Außendienst 2027",
    "brief": "Zwölf Clips.",
    "visibility": "organisation",
    "budget_amount": "120.50",
    "due_on": "2027-03-01",
}


def test_a_creator_makes_a_project_and_lands_on_its_storyboard(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    answer = as_(teammate).post(reverse("project_new", args=[studio_org.slug]), FILLED)
    project = Project.objects.get()
    assert answer.headers["Location"] == reverse("storyboard", args=[project.pk])
    assert (project.organisation, project.created_by) == (studio_org, teammate)
    assert (project.budget_amount, project.due_on) == (Decimal("120.50"), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("budget_amount", "-1"), ("due_on", "soon")],
)
def test_a_wrong_value_is_said_beside_its_field(
    as_: As, teammate: User, studio_org: Organisation, field: str, value: str
) -> None:
    answer = as_(teammate).post(
        reverse("project_new", args=[studio_org.slug]), FILLED | {field: value}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Project.objects.exists()


def test_a_project_for_members_keeps_the_person_who_made_it(
    as_: As, teammate: User, owner: User, viewer: User, studio_org: Organisation
) -> None:
    form = FILLED | {"visibility": "members", "people": [str(viewer.pk)]}
    as_(teammate).post(reverse("project_new", args=[studio_org.slug]), form)
    project = Project.objects.get()
    assert set(project.people.all()) == {teammate, viewer}
    assert Project.objects.visible_to(teammate).get() == project


def test_nobody_from_outside_becomes_a_member_of_a_project(
    as_: As, teammate: User, outsider: User, owner: User, studio_org: Organisation
) -> None:
    answer = as_(teammate).post(
        reverse("project_new", args=[studio_org.slug]), FILLED | {"people": [str(outsider.pk)]}
    )
    assert answer.status_code == 422
    assert outsider.name not in str(answer.context["form"]["people"])


def test_a_private_project_is_not_there_for_colleagues_who_are_not_in_it(
    as_: As, teammate: User, approver: User, owner: User, project: Project
) -> None:
    Project.objects.update(visibility=Visibility.MEMBERS)
    project.people.add(teammate)
    page = reverse("project_edit", args=[project.pk])
    assert as_(approver).get(page).status_code == 404
    assert as_(teammate).get(page).status_code == 200
    assert as_(owner).get(page).status_code == 200


def test_editing_shows_and_keeps_what_is_there(
    as_: As, teammate: User, owner: User, project: Project
) -> None:
    browser, page = as_(teammate), reverse("project_edit", args=[project.pk])
    browser.post(page, FILLED)
    assert 'value="2027-03-01"' in browser.get(page).content.decode()
    project.refresh_from_db()
    assert project.name == FILLED["name"]
    assert project.created_by == teammate


def test_a_project_goes_into_the_archive_and_comes_back(
    as_: As, teammate: User, project: Project
) -> None:
    browser = as_(teammate)
    browser.post(reverse("project_archive", args=[project.pk]))
    assert not Project.objects.open().exists()
    browser.post(reverse("project_reopen", args=[project.pk]))
    assert Project.objects.open().get() == project


@pytest.mark.parametrize("name", ["project_edit", "project_archive", "project_reopen"])
def test_a_viewer_changes_no_project(as_: As, viewer: User, project: Project, name: str) -> None:
    answer = as_(viewer).post(reverse(name, args=[project.pk]), FILLED)
    assert answer.status_code == 403
    project.refresh_from_db()
    assert (project.name, project.archived_at) == ("Onboarding 2027", None)
