"""A rule that the people who are there can never fulfil says so, on its page and in the room."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import Member, Role, User
from studio.projects.models import ByRole, Mode, Project, Visibility
from studio.projects.rule import stages_of
from studio.reviews.deciding import decide
from studio.reviews.fulfilling import doubts_about
from studio.reviews.models import Verdict
from studio.reviews.standing import status_of
from tests.conftest import make_job, make_version
from tests.reviews.staged import set_rule, stage

type As = Callable[[User], Client]


def doubts(project: Project) -> list[tuple[str, str]]:
    project.refresh_from_db()
    return [(one.level, one.sentence) for one in doubts_about(project, stages_of(project))]


def sentence(version: Version) -> str:
    return status_of([version])[version.pk].sentence


def room(browser: Client, version: Version) -> str:
    return browser.get(reverse("review", args=[version.pk])).text


def test_where_enough_people_decide_nothing_is_said(
    project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Both", approver, ben, owner, approvals_needed=2), by=owner)
    assert doubts(project) == []


def test_nobody_may_decide(as_: As, version: Version, project: Project, teammate: User) -> None:
    assert doubts(project) == [("warn", "nobody may decide here, so nothing can be approved.")]
    page = as_(teammate).get(reverse("project_rule", args=[project.pk])).text
    assert "Nobody may decide here, so nothing can be approved." in page
    text = room(as_(teammate), version)
    assert "Waits for an approver: nobody here may decide on it yet" in text
    assert "This cannot be approved: nobody here may decide on it yet." in text


def test_more_approvals_are_needed_than_people_are_left(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Both", approver, ben, approvals_needed=2),
             by=owner)  # fmt: skip
    Member.objects.filter(user=ben).update(role=Role.CREATOR)
    warning = "Both: 2 approvals are needed and only Mara may decide, so nothing can be approved."
    assert ("warn", warning) in doubts(project)
    assert warning in as_(approver).get(reverse("project_rule", args=[project.pk])).text
    text = room(as_(approver), version)
    assert "This cannot be approved: it needs 2 approvals, and only Mara may decide." in text
    assert f'<a href="{reverse("project_rule", args=[project.pk])}">Change the rule</a>' in text
    assert sentence(version) == "Editing: waits for Mara"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert sentence(version) == (
        "Both: waits for another rule: it needs 2 approvals, and only Mara may decide"
    )
    Member.objects.filter(user=ben).update(role=Role.APPROVER)
    assert sentence(version) == "Both: waits for Ben or Mara (0 of 2 approvals)"


def test_who_decided_before_losing_the_role_still_counts(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Both", approver, ben, approvals_needed=2), by=owner)
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    Member.objects.filter(user=ben).update(role=Role.CREATOR)
    assert sentence(version) == "Waits for Mara (1 of 2 approvals)"


def test_all_who_may_decide_made_it_themselves(
    as_: As, clip: Clip, project: Project, owner: User, approver: User
) -> None:
    set_rule(project, stage("Legal", approver), by=owner)
    assert doubts(project) == [
        ("note", "what Mara makes cannot be approved: nobody else may decide.")
    ]
    own = make_version(make_job(clip, approver))
    assert sentence(own) == "Waits for an approver: nobody here may decide on it yet"
    assert "This cannot be approved: nobody here may decide on it yet." in room(as_(approver), own)


def test_where_every_one_is_needed_what_each_makes_cannot_be_approved(
    clip: Clip, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Both", approver, ben, approvals_needed=2), by=owner)
    assert doubts(project) == [
        ("note", "what Ben or Mara make cannot be approved: all of them are needed.")
    ]
    own = make_version(make_job(clip, ben))
    assert sentence(own) == (
        "Waits for another rule: it needs 2 approvals, and only Mara may decide"
    )


def test_where_all_decide_one_named_who_may_not_stops_it_before_anybody_has_decided(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    Member.objects.filter(user=ben).update(role=Role.CREATOR)
    level, words = doubts(project)[0]
    assert level == "warn"
    assert words == (
        "Ben is named here and may not decide any more, so nothing can be approved. Save the rule "
        "without them."
    )
    assert sentence(version) == "Waits for another rule: Ben may not decide here any more"
    assert "This cannot be approved: Ben may not decide here any more." in room(
        as_(approver), version
    )


def test_the_page_offers_only_people_who_may_decide_in_the_project(
    as_: As, project: Project, owner: User, approver: User, ben: User
) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    project.people.add(approver)
    address = reverse("project_rule", args=[project.pk])
    form = as_(owner).get(address).context["forms"][0]
    assert {one.name for one in form.fields["people"].queryset} == {"Mara", "Olga"}
    sent = {
        "rule_number": "1", "stages": "1", "stage-0-name": "Legal", "stage-0-mode": "veto",
        "stage-0-by_role": ByRole.APPROVERS.value, "stage-0-approvals_needed": "3",
    }  # fmt: skip
    answer = as_(owner).post(address, sent)
    assert answer.status_code == 422
    assert "Only 2 people may decide here" in answer.text
