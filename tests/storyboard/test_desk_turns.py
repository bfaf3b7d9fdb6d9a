"""My desk: only what is my turn, what is due first first, and nothing that I am done with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs.models import Version
from studio.clips.models import add_clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from studio.reviews.deciding import decide
from studio.reviews.models import Verdict
from studio.storyboard import desk
from tests.conftest import STANDARD, make_job, make_version, person
from tests.reviews.staged import set_rule, stage

type As = Callable[[User], Client]


@pytest.fixture
def ben(studio_org: Organisation) -> User:
    return person(studio_org, "Ben", Role.APPROVER)


def to_decide(user: User, organisation: Organisation) -> list[desk.Row]:
    groups = {group.key: group.rows for group in desk.groups(user, organisation)}
    return groups.get("decide", [])


def test_a_stage_s_own_day_comes_before_the_day_of_the_project(
    version: Version, project: Project, look: Look, take: AudioTake, owner: User, approver: User,
    teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    Project.objects.filter(pk=project.pk).update(due_on=date(2030, 1, 1))
    urgent = Project.objects.create(
        organisation=studio_org, name="Urgent", created_by=teammate, due_on=date(2031, 1, 1)
    )
    clip = add_clip(urgent, title="Soon", engine_model=STANDARD, by=teammate, look=look, take=take)
    make_version(make_job(clip, teammate))
    rows = to_decide(approver, studio_org)
    assert [(one.title, one.due) for one in rows] == [
        ("Welcome v1", "due 1 Jan"), ("Soon v1", "due 1 Jan"),
    ]  # fmt: skip
    set_rule(urgent, stage("Legal", approver, due_working_days=1), by=owner)
    Version.objects.filter(clip=clip).update(created_at=timezone.now() - timedelta(days=9))
    rows = to_decide(approver, studio_org)
    assert [(one.title, one.late) for one in rows] == [("Soon v1", True), ("Welcome v1", False)]


def test_only_the_stage_that_decides_has_it_on_the_desk_and_in_the_count(
    version: Version, project: Project, owner: User, approver: User, ben: User,
    studio_org: Organisation,
) -> None:  # fmt: skip
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    assert [desk.count(one, studio_org) for one in (approver, ben, owner)] == [1, 0, 0]
    [row] = to_decide(approver, studio_org)
    assert row.sentence == "Theo made it; it waits for your decision in Editing"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert [desk.count(one, studio_org) for one in (approver, ben, owner)] == [0, 1, 0]


def test_done_reviewing_is_a_button_of_the_row(
    as_: As, version: Version, approver: User, studio_org: Organisation
) -> None:
    browser = as_(approver)
    page = browser.get(reverse("desk", args=[studio_org.slug])).content.decode()
    assert "Done reviewing" in page
    [row] = to_decide(approver, studio_org)
    answer = browser.post(row.done_url, {"then": "desk"}, follow=True)
    assert "Your desk is clear" in answer.content.decode()
