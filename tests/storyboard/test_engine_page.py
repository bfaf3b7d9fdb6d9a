"""Which engine account pays a project's jobs: who chooses, and what is shown to choose by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import accounts, ordering, registry
from jobs.models import Problem
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.jobs.test_outlook import FAL

type As = Callable[[User], Client]
WEST = replace(FAL, name="fal-west", label="fal west", rates={
    "kling-avatar-v2-standard": Decimal("0.0601")})  # fmt: skip
ELSEWHERE = replace(FAL, name="fal-other", label="fal other", organisations=("elsewhere",))


@pytest.fixture
def several(settings: Any) -> None:
    """fal is the default; fal west may be chosen; fal other belongs to other people."""
    settings.ENGINE_ACCOUNTS = {one.name: one for one in (FAL, WEST, ELSEWHERE)}
    settings.DEFAULT_ACCOUNT = "fal"


def address(project: Project) -> str:
    return reverse("project_engine", args=[project.pk])


def choose(client: Client, project: Project, account: str) -> Any:
    return client.post(address(project), {"account": account}, follow=True)


def chosen(project: Project) -> str:
    project.refresh_from_db()
    return project.engine_account


def test_the_page_shows_what_an_account_costs_and_can(
    as_: As, approver: User, project: Project, several: None
) -> None:
    html = as_(approver).get(address(project)).text
    for fact in ("fal west", "Standard $0.0601 per second", "the studio", "can be cancelled",
                 "up to 1 min", "MP3", "Sandbox", "costs no real money"):  # fmt: skip
        assert fact in html, fact
    assert "fal other" not in html


def test_an_approver_chooses_and_the_next_job_goes_there(
    as_: As, approver: User, project: Project, clip: Clip, several: None
) -> None:
    answer = choose(as_(approver), project, "fal-west")
    assert "fal west renders what “Onboarding 2027” orders from now on." in answer.text
    assert chosen(project) == "fal-west"
    assert f"Chosen by {approver.name} on" in as_(approver).get(address(project)).text
    clip.refresh_from_db()
    assert ordering.order(clip, by=approver).account == "fal-west"


def test_choosing_the_default_follows_the_default(
    as_: As, approver: User, project: Project, several: None, settings: Any
) -> None:
    choose(as_(approver), project, "fal-west")
    choose(as_(approver), project, "fal")
    assert chosen(project) == ""
    settings.DEFAULT_ACCOUNT = "fal-west"
    assert registry.account_for(project).name == "fal-west"


@pytest.mark.parametrize("account", ["fal-other", "gateway", ""])
def test_an_account_that_is_not_the_organisations_is_refused(
    as_: As, owner: User, project: Project, several: None, account: str
) -> None:
    assert choose(as_(owner), project, account).status_code == 422
    assert chosen(project) == ""


def test_only_approvers_and_admins_choose(
    as_: As, teammate: User, owner: User, outsider: User, project: Project, several: None
) -> None:
    for person, status in ((teammate, 403), (outsider, 404), (owner, 200)):
        client = as_(person)
        assert client.get(address(project)).status_code == status
        assert choose(client, project, "fal-west").status_code == status
    edit = reverse("project_edit", args=[project.pk])
    assert address(project) in as_(owner).get(edit).text
    assert address(project) not in as_(teammate).get(edit).text


def test_an_archived_project_keeps_its_engine(
    as_: As, owner: User, project: Project, several: None
) -> None:
    project.archive()
    assert choose(as_(owner), project, "fal-west").status_code == 403
    assert chosen(project) == ""


def test_where_there_is_one_account_the_page_teaches_how_to_add_another(
    as_: As, approver: User, project: Project
) -> None:
    html = as_(approver).get(address(project)).text
    assert "This is the only account that your organisation may use." in html
    assert "KLING_WEST_KEY" in html
    assert "Render here from now on" not in html


def test_a_chosen_account_that_is_gone_is_said_and_nobody_else_pays_instead(
    as_: As, approver: User, project: Project, clip: Clip, several: None
) -> None:
    Project.objects.filter(pk=project.pk).update(engine_account="kling-old")
    assert "is not there any more" in as_(approver).get(address(project)).text
    clip = Clip.objects.get(pk=clip.pk)
    with pytest.raises(ordering.NotOrdered, match=r"kling-old.*choose another"):
        ordering.order(clip, by=approver)


def test_a_paused_account_says_so_before_it_is_chosen(
    as_: As, approver: User, project: Project, several: None
) -> None:
    accounts.pause("fal-west", Problem("out_of_credit", "The account is out of credit."))
    assert "Paused: The account is out of credit." in as_(approver).get(address(project)).text


def test_the_editor_offers_what_the_chosen_account_can(
    as_: As, teammate: User, project: Project, clip: Clip, several: None
) -> None:
    Project.objects.filter(pk=project.pk).update(engine_account="fal-west")
    html = as_(teammate).get(reverse("clip", args=[clip.pk])).text
    assert "$0.0601 per second" in html
    assert "fal west renders it: what it has started is paid" in html
    assert "sandbox engine" not in html
