"""Who is told: whoever sees the project, asked for all projects at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studio.notifications.models import Kind, Notification
from studio.notifications.telling import News, tell
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.mentions import people_of


@pytest.fixture
def projects(
    studio_org: Organisation, owner: User, teammate: User, approver: User, outsider: User
) -> list[Project]:
    """Open, closed with one member inside and somebody from elsewhere, and of others."""
    elsewhere = Organisation.objects.get(slug="elsewhere")
    Member.objects.create(organisation=elsewhere, user=approver, role=Role.CREATOR)
    made = [
        Project.objects.create(
            organisation=organisation, name=f"P{number}", created_by=owner, visibility=visibility
        )
        for number, (organisation, visibility) in enumerate(
            [
                (studio_org, Visibility.ORGANISATION),
                (studio_org, Visibility.MEMBERS),
                (elsewhere, Visibility.MEMBERS),
                (elsewhere, Visibility.ORGANISATION),
            ]
        )
    ]
    made[1].people.add(teammate, outsider)
    return made


def news_in(projects: list[Project], to: list[User]) -> list[News]:
    return [
        News(kind=Kind.DUE, key=f"due:{one.pk}", to=to, project=one, sentence="Due", path="/")
        for one in projects
    ]


def test_in_each_project_exactly_those_are_told_who_see_it(
    projects: list[Project], ben: User, viewer: User
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    tell(news_in(projects, list(User.objects.all())))
    for one in projects:
        told = set(Notification.objects.filter(project=one).values_list("user", flat=True))
        assert told == set(people_of(one).values_list("pk", flat=True)), one


def test_many_projects_cost_as_many_queries_as_one(projects: list[Project], viewer: User) -> None:
    everybody = list(User.objects.all())
    counts = []
    for some in (projects[1:2], projects):
        Notification.objects.all().delete()
        news = news_in(some, everybody)
        with CaptureQueriesContext(connection) as seen:
            tell(news)
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
