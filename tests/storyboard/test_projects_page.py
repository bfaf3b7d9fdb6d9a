"""The list of projects: what a card says, who sees it, how it is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import EntryKind, LedgerEntry, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Decision, Verdict
from tests.conftest import STANDARD

type As = Callable[[User], Client]
PAGE = "/o/nordlicht/projects/"


def card(browser: Client, **query: str) -> Any:
    [found] = browser.get(PAGE, query).context["cards"]
    return found


def test_an_empty_studio_teaches_a_creator_the_first_step(as_: As, teammate: User) -> None:
    page = as_(teammate).get(PAGE).content.decode()
    assert "Start with a project" in page
    assert reverse("project_new", args=["nordlicht"]) in page


def test_an_empty_studio_offers_a_viewer_nothing_to_make(as_: As, viewer: User) -> None:
    page = as_(viewer).get(PAGE).content.decode()
    assert "No projects yet" in page
    assert reverse("project_new", args=["nordlicht"]) not in page


def test_a_project_without_clips_says_so(as_: As, viewer: User, project: Project) -> None:
    found = card(as_(viewer))
    assert (found.title, found.total, found.waits, found.cover_url) == (
        "Onboarding 2027", 0, "No clips yet", ""
    )  # fmt: skip


def test_a_card_shows_the_look_until_there_is_a_frame(as_: As, viewer: User, clip: Clip) -> None:
    assert clip.look
    assert card(as_(viewer)).cover_url == reverse("look_thumbnail", args=[clip.look.pk])


def test_a_card_shows_the_first_frame_of_the_running_order(
    as_: As, viewer: User, version: Version, teammate: User
) -> None:
    first = add_clip(version.clip.project, title="Before", engine_model=STANDARD, by=teammate)
    first.move_to(0)
    assert card(as_(viewer)).cover_url == reverse("version_poster", args=[version.pk])


def test_a_card_counts_what_is_approved_and_says_what_waits(
    as_: As, viewer: User, approver: User, version: Version
) -> None:
    waiting = card(as_(viewer))
    assert (waiting.approved, waiting.review, waiting.total) == (0, 1, 1)
    assert waiting.waits == "1 waits for a decision"
    Decision.objects.create(
        version=version, version_sha256=version.sha256, by=approver, verdict=Verdict.APPROVE,
        stage=version.clip.project.stages.get(),
    )  # fmt: skip
    done = card(as_(viewer))
    assert (done.approved, done.review, done.waits) == (1, 0, "All approved")


def test_a_card_shows_the_money_that_is_bound_and_the_budget(
    as_: As, viewer: User, version: Version
) -> None:
    project = version.clip.project
    Project.objects.update(budget_amount=Decimal(120))
    LedgerEntry.objects.create(
        organisation=project.organisation,
        project=project,
        job=version.job,
        kind=EntryKind.HOLD,
        held_amount=Decimal("2.07"),
        currency="USD",
    )
    found = card(as_(viewer))
    assert (found.spent, found.budget) == ("$2.07", "$120.00")


@pytest.mark.parametrize(("days", "is_late"), [(-1, True), (1, False)])
def test_a_project_with_open_clips_is_late_after_its_due_date(
    as_: As, viewer: User, clip: Clip, days: int, is_late: bool
) -> None:
    Project.objects.update(due_on=timezone.localdate() + timedelta(days=days))
    assert card(as_(viewer)).late is is_late


def test_a_private_project_is_listed_for_its_people_and_admins_only(
    as_: As, viewer: User, approver: User, owner: User, project: Project
) -> None:
    Project.objects.update(visibility=Visibility.MEMBERS)
    project.people.add(approver)
    assert not as_(viewer).get(PAGE).context["cards"]
    assert card(as_(approver)).private
    assert card(as_(owner)).title == project.name


def test_projects_of_another_organisation_are_not_listed(
    as_: As, teammate: User, project: Project
) -> None:
    other = Organisation.objects.create(name="Second", slug="second")
    other.add_member(teammate, Role.CREATOR)
    assert not as_(teammate).get("/o/second/projects/").context["cards"]


def test_a_project_is_found_by_a_word_of_its_name_or_of_a_clip(
    as_: As, viewer: User, clip: Clip, teammate: User
) -> None:
    Project.objects.create(organisation=clip.organisation, name="Messe", created_by=teammate)
    browser = as_(viewer)
    assert card(browser, q="messe").title == "Messe"
    assert card(browser, q="welc").title == "Onboarding 2027"
    page = browser.get(PAGE, {"q": "welc"}).content.decode()
    assert reverse("clip", args=[clip.pk]) in page
    nothing = browser.get(PAGE, {"q": "zzz"})
    assert not nothing.context["cards"]
    assert "Nothing of that name" in nothing.content.decode()


def test_a_clip_of_a_private_project_is_not_found_by_others(
    as_: As, viewer: User, clip: Clip
) -> None:
    Project.objects.update(visibility=Visibility.MEMBERS)
    assert "Welcome" not in as_(viewer).get(PAGE, {"q": "welc"}).content.decode()


def test_the_archive_is_a_list_of_its_own(as_: As, viewer: User, project: Project) -> None:
    project.archive()
    browser = as_(viewer)
    assert not browser.get(PAGE).context["cards"]
    assert card(browser, show="archive").title == project.name


def test_many_projects_come_in_pages_and_a_constant_number_of_queries(
    as_: As, teammate: User, clip: Clip, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        project = Project.objects.create(
            organisation=clip.organisation, name=f"P {number}", created_by=teammate
        )
        add_clip(project, title="A", engine_model=STANDARD, by=teammate, look=clip.look)
    browser = as_(teammate)
    with django_assert_max_num_queries(40):
        first = browser.get(PAGE)
    assert len(first.context["cards"]) == 24
    assert len(browser.get(PAGE, {"page": "2"}).context["cards"]) == 7
