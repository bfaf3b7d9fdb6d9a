"""Between the page and the click, and at the same moment: each has one right outcome."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip, Held, ReviewHold, hold_for_review
from studio.organisations.models import Member, Role, User
from studio.projects.models import Mode, Project, Visibility
from studio.projects.rule import stages_of
from studio.reviews.deciding import NotDecided, decide
from studio.reviews.locking import NotMoved, withdraw_from_review
from studio.reviews.looking import done_looking
from studio.reviews.models import Decision, Looked, Outcome, Verdict
from studio.reviews.outcomes import note_rule_changed
from studio.reviews.standing import Standing, status_of
from tests.conftest import make_job, make_version
from tests.reviews.staged import set_rule, stage

pytestmark = pytest.mark.django_db(transaction=True)
type As = Callable[[User], Client]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all at the same moment, each on a connection of its own; the refusals, sorted."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(timeout=60)
            act()
        except (NotDecided, NotMoved, Held) as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(filter(None, pool.map(run, acts)))


def state(version: Version) -> Standing:
    return status_of([version])[version.pk].state


def test_two_approvers_of_one_stage_at_once_are_two_decisions_and_one_outcome(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Both", approver, ben, mode=Mode.ALL), by=owner)
    refusals = at_once(
        lambda: decide(version=version, by=approver, verdict=Verdict.APPROVE),
        lambda: decide(version=version, by=ben, verdict=Verdict.APPROVE),
    )
    assert refusals == []
    assert Decision.objects.standing().count() == 2
    assert [one.result for one in Outcome.objects.all()] == ["approved"]


def test_the_second_of_two_at_once_does_not_decide_for_a_stage_that_was_not_on_the_page(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    """One approval fulfils the first stage; both people may decide in the second one too."""
    first, legal = set_rule(
        project, stage("Editing", approver, ben), stage("Legal", approver, ben), by=owner
    )
    refusals = at_once(
        lambda: decide(version=version, by=approver, verdict="approve", seen_stage=first.pk),
        lambda: decide(version=version, by=ben, verdict="approve", seen_stage=first.pk),
    )
    assert len(refusals) == 1
    assert "now it is up to Legal" in refusals[0]
    assert [one.stage for one in Decision.objects.all()] == [first]
    assert state(version) is Standing.WAITING
    late = ben if Decision.objects.get().by == approver else approver
    decide(version=version, by=late, verdict="approve", seen_stage=legal.pk)
    assert state(version) is Standing.APPROVED


def test_approving_and_withdrawing_from_review_at_once_end_in_one_of_the_two(
    version: Version, approver: User, teammate: User
) -> None:
    hold_for_review(version.clip, version.number)
    refusals = at_once(
        lambda: decide(version=version, by=approver, verdict=Verdict.APPROVE),
        lambda: withdraw_from_review(version=version, by=teammate, reason="wrong take"),
    )
    assert len(refusals) == 1
    if state(version) is Standing.APPROVED:
        assert "not under review" in refusals[0]
    else:
        assert "withdrawn from review" in refusals[0]
        assert not Decision.objects.exists()
    assert not ReviewHold.objects.standing().exists()


def test_changing_the_clip_while_a_version_comes_home_is_one_before_the_other(
    version: Version, clip: Clip, teammate: User
) -> None:
    seen = clip.revision
    refusals = at_once(
        lambda: hold_for_review(version.clip, version.number),
        lambda: Clip.objects.get(pk=clip.pk).choose(
            {"camera": "close-up"}, by=teammate, seen_revision=seen
        ),
    )
    clip.refresh_from_db()
    assert (clip.camera == "close-up") is (refusals == [])
    assert ReviewHold.objects.standing().get().number == 1


def test_a_version_that_comes_home_twice_is_held_once(version: Version) -> None:
    at_once(*[lambda: hold_for_review(version.clip, version.number)] * 4)
    assert ReviewHold.objects.count() == 1


def test_done_reviewing_clicked_twice_at_once_is_one_row(version: Version, approver: User) -> None:
    at_once(*[lambda: done_looking(version=version, by=approver)] * 4)
    assert Looked.objects.count() == 1


def test_a_rule_changed_between_page_and_click_is_named_and_nothing_is_decided(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    here = stages_of(project)[0]
    set_rule(project, stage("Approval", id=here.pk), stage("Legal", ben), by=owner)
    with pytest.raises(NotDecided) as refused:
        decide(version=version, by=approver, verdict="approve", seen_stage=here.pk, seen_rule=1)
    assert refused.value.sentence.startswith("Olga changed the approval rule at ")
    assert not Decision.objects.exists()
    decide(version=version, by=approver, verdict="approve", seen_stage=here.pk, seen_rule=2)
    assert Decision.objects.get().stage == here


def test_a_rule_changed_at_the_moment_of_a_decision_leaves_one_true_state(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    """Whoever is first: the version is either decided by the old rule, or not decided at all."""
    here = stages_of(project)[0]

    def change() -> None:
        set_rule(project, stage("Approval", id=here.pk), stage("Legal", ben), by=owner)
        note_rule_changed(project)

    refusals = at_once(
        change, lambda: decide(version=version, by=approver, verdict="approve", seen_rule=1)
    )
    if refusals:
        assert "changed the approval rule" in refusals[0]
        assert not Decision.objects.exists()
        assert state(version) is Standing.WAITING
    else:
        assert state(version) is Standing.APPROVED
        assert Outcome.objects.get().rule_number == 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_an_approver_who_lost_the_role_is_told_on_the_page(
    as_: As, version: Version, approver: User, headers: dict[str, str]
) -> None:
    browser = as_(approver)
    page = browser.get(reverse("review", args=[version.pk])).content.decode()
    assert "Approve v1" in page
    Member.objects.filter(user=approver).update(role=Role.CREATOR)
    click = {"verdict": "approve", "sha256": version.sha256}
    answer = browser.post(reverse("decide", args=[version.pk]), click, headers=headers)
    assert answer.status_code == 422
    assert "Only approvers decide. An admin can give you that role." in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_an_approver_put_out_of_a_closed_project_meanwhile_finds_nothing_any_more(
    as_: As, version: Version, project: Project, approver: User, headers: dict[str, str]
) -> None:
    browser = as_(approver)
    browser.get(reverse("review", args=[version.pk]))
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    click = {"verdict": "approve", "sha256": version.sha256}
    answer = browser.post(reverse("decide", args=[version.pk]), click, headers=headers)
    assert answer.status_code == 404
    assert not Decision.objects.exists()


def test_a_role_taken_at_the_moment_of_the_click_leaves_one_true_state(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    """Whoever is first; a decision that was given while the role was there counts."""
    set_rule(project, stage("Both", approver, ben, approvals_needed=2), by=owner)

    def take() -> None:
        Member.objects.filter(user=approver).update(role=Role.CREATOR)

    refusals = at_once(take, lambda: decide(version=version, by=approver, verdict="approve"))
    if refusals:
        assert refusals == ["Only approvers decide. An admin can give you that role."]
        assert not Decision.objects.exists()
    else:
        assert Decision.objects.get().by == approver
        decide(version=version, by=ben, verdict="approve")
        assert state(version) is Standing.APPROVED


def test_a_newer_version_at_the_moment_of_the_click_leaves_no_decision_by_mistake(
    version: Version, approver: User, teammate: User
) -> None:
    """Either v1 was approved before v2 came, and stays so, or v2 is named and nothing decided."""
    job = make_job(version.clip, teammate, number=2)
    refusals = at_once(
        lambda: make_version(job),
        lambda: decide(version=version, by=approver, verdict="approve"),
    )
    if refusals:
        assert refusals == ["v2 has replaced v1: decide on v2."]
        assert not Decision.objects.exists()
    else:
        assert state(version) is Standing.APPROVED


def test_a_version_superseded_while_being_watched_is_not_decided_on(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    browser = as_(approver)
    browser.get(reverse("review", args=[version.pk]))
    make_version(make_job(version.clip, teammate, number=2))
    answer = browser.post(
        reverse("decide", args=[version.pk]), {"verdict": "approve", "sha256": version.sha256}
    )
    assert answer.status_code == 422
    assert "v2 has replaced v1: decide on v2." in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_rule_changed_while_the_page_was_open_is_said_there_and_the_next_click_counts(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    here = stages_of(project)[0]
    browser = as_(approver)
    click = {
        "verdict": "approve", "sha256": version.sha256, "stage": str(here.pk), "rule": "1",
    }  # fmt: skip
    set_rule(project, stage("Approval", id=here.pk), stage("Legal", ben), by=owner)
    answer = browser.post(
        reverse("decide", args=[version.pk]), click, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Olga changed the approval rule" in text
    assert '<input type="hidden" name="rule" value="2">' in text
    assert (
        browser.post(reverse("decide", args=[version.pk]), click | {"rule": "2"}).status_code == 302
    )
    assert Decision.objects.get().by == approver
