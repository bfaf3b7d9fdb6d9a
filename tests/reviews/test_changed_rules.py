"""A changed rule: what was decided stays, what is under review goes on by the new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Mode, Project, RuleChange
from studio.projects.rule import (
    RuleChangedMeanwhile,
    change_rule,
    stages_of,
)
from studio.reviews.deciding import NotDecided, decide, withdraw
from studio.reviews.models import Outcome, Verdict
from studio.reviews.outcomes import note_rule_changed
from studio.reviews.standing import Standing
from tests.reviews.staged import given, set_rule, stage, status, told

type As = Callable[[User], Client]


def test_a_changed_rule_leaves_decided_what_is_decided(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    before = stages_of(project)[0]
    set_rule(project, stage("Approval", id=before.pk), stage("Legal", ben), by=owner)
    assert note_rule_changed(project) == []
    assert status(version).state is Standing.APPROVED
    with pytest.raises(NotDecided, match="decided under the rule as it was then"):
        decide(version=version, by=ben, verdict=Verdict.REJECT, reason="no")


def test_withdrawing_after_a_changed_rule_has_it_decided_by_the_new_one(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    first = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    before = stages_of(project)[0]
    set_rule(project, stage("Approval", id=before.pk), stage("Legal", ben), by=owner)
    withdraw(decision=first, by=approver)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).sentence == "Legal: waits for Ben"


def test_a_decision_given_counts_under_the_new_rule_and_may_fulfil_it(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    rule = set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    set_rule(project, stage("Legal", approver, ben, id=rule[0].pk), by=owner)
    [(noted, now)] = note_rule_changed(project)
    assert (noted, now.state) == (version, Standing.APPROVED)
    assert Outcome.objects.get().decision is None


def test_a_decision_in_a_stage_that_was_removed_is_void_and_stays_visible(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    rule = set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    set_rule(project, stage("Legal", ben, id=rule[1].pk), by=owner)
    assert status(version).sentence == "Waits for Ben"
    assert given(version) == [
        ("approve", "Void: the stage Editing is not part of the rule any more.")
    ]
    assert told(version, ben) == [], "what is void is no news for who decides now"


def test_who_is_about_to_decide_hears_what_counts_of_the_others(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert told(version, ben) == [f"{approver} approved it in Editing"]
    assert told(version, approver) == []


def test_stages_change_places_and_keep_their_decisions(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    one, two = set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    set_rule(project, stage("Legal", ben, id=two.pk), stage("Editing", approver, id=one.pk),
             by=owner)  # fmt: skip
    assert [(one.position, one.name) for one in stages_of(project)] == [
        (1, "Legal"),
        (2, "Editing"),
    ]
    assert status(version).sentence == "Legal: waits for Ben"
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED


def test_every_change_is_written_down_once(project: Project, owner: User, ben: User) -> None:
    set_rule(project, stage("Legal", ben), by=owner)
    change = RuleChange.objects.get()
    assert (change.number, change.by) == (2, owner)
    assert change.since == ["One approval by Ben is enough, and each of them can stop it."]
    set_rule(project, stage("Legal", ben, id=stages_of(project)[0].pk), by=owner)
    assert RuleChange.objects.count() == 1


def test_of_two_who_change_the_rule_the_second_is_told(
    project: Project, owner: User, approver: User
) -> None:
    change_rule(project, [stage("Legal", owner)], by=owner, seen_number=1)
    with pytest.raises(RuleChangedMeanwhile) as refused:
        change_rule(project, [stage("Brand", approver)], by=approver, seen_number=1)
    assert refused.value.change is not None
    assert refused.value.change.by == owner
    assert [one.name for one in stages_of(project)] == ["Legal"]


def test_a_late_version_of_yesterday_is_late_only_while_it_waits(
    version: Version, project: Project, owner: User, approver: User
) -> None:
    set_rule(project, stage("Legal", approver, due_working_days=1), by=owner)
    Version.objects.update(created_at=timezone.now() - timedelta(days=9))
    version.refresh_from_db()
    assert status(version).is_late
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="no")
    assert not status(version).is_late


def test_a_decision_keeps_the_name_its_stage_had(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    first, second = set_rule(project, stage("Editing", approver), stage("Law", ben), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    set_rule(
        project, stage("Picture", approver, id=first.pk), stage("Legal", ben, id=second.pk),
        by=owner,
    )  # fmt: skip
    html = as_(approver).get(reverse("review", args=[version.pk])).text
    assert '<span class="quiet tiny one-line">Editing</span>' in html
    assert "Your decision in Editing" in html
