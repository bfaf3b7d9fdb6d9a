"""The playlist of what was made since somebody last played a project through."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import ProjectVisit
from tests.conftest import make_job, make_version
from tests.storyboard.boards import add

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def played(client: Client, project: Project) -> list[str]:
    """The versions of the playlist, by their review copies."""
    page = client.get(reverse("playthrough", args=[project.pk]), {"show": "new"}).text
    return re.findall(r'data-scene="[^"]+" data-src="/media/versions/([^/]+)/', page)


def later(hours: int) -> None:
    """So much time passes since every visit."""
    for visit in ProjectVisit.objects.all():
        visit.last_at -= timedelta(hours=hours)
        if visit.before_at:
            visit.before_at -= timedelta(hours=hours)
        visit.save()


def test_at_the_first_visit_everything_is_new(as_: As, version: Version, viewer: User) -> None:
    assert played(as_(viewer), version.clip.project) == [str(version.pk)]


def test_afterwards_it_is_what_was_made_since_in_running_order(
    as_: As, version: Version, viewer: User, teammate: User
) -> None:
    project = version.clip.project
    other = add(project, teammate, "Second", like=version.clip)
    browser = as_(viewer)
    played(browser, project)
    later(hours=2)
    assert played(browser, project) == [str(version.pk)]  # made an hour ago, after that visit
    later(hours=5)
    Version.objects.filter(pk=version.pk).update(created_at=timezone.now() - timedelta(hours=6))
    fresh = make_version(make_job(other, teammate))
    assert played(browser, project) == [str(fresh.pk)]


def test_a_reload_does_not_empty_the_list(as_: As, version: Version, viewer: User) -> None:
    browser = as_(viewer)
    first = played(browser, version.clip.project)
    assert played(browser, version.clip.project) == first != []


def test_each_person_has_visits_of_their_own(
    as_: As, version: Version, viewer: User, approver: User
) -> None:
    project = version.clip.project
    played(as_(viewer), project)
    Version.objects.update(created_at=timezone.now() - timedelta(hours=9))
    later(hours=2)
    assert played(as_(viewer), project) == []
    assert "Nothing new" in as_(viewer).get(
        reverse("playthrough", args=[project.pk]), {"show": "new"}
    ).text  # fmt: skip
    assert played(as_(approver), project) == [str(version.pk)]


def test_an_outsider_leaves_no_visit(as_: As, version: Version, outsider: User) -> None:
    address = reverse("playthrough", args=[version.clip.project_id])
    assert as_(outsider).get(address, {"show": "new"}).status_code == 404
    assert not ProjectVisit.objects.exists()
