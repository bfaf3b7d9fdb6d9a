"""Approval rules: who decides, how it is counted, in which order, until when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import ByRole, Mode, Project
from studio.projects.rule import (
    in_short,
    sentences,
    stages_of,
    working_days_after,
)
from studio.reviews.deciding import NotDecided, decide, withdraw
from studio.reviews.desks import awaiting_decision_of, to_fix_by
from studio.reviews.models import Decision, Outcome, Verdict
from studio.reviews.standing import Standing
from studio.reviews.verdicts import owing_in
from tests.conftest import make_job, make_version, person
from tests.reviews.staged import given, set_rule, stage, status


def test_a_new_project_has_one_stage_that_says_what_always_held(project: Project) -> None:
    assert sentences(stages_of(project)) == [
        "One approval by any approver is enough, and each of them can stop it."
    ]
    assert in_short(stages_of(project)) == "1 approval needed"


def test_the_rule_is_said_in_words(
    project: Project, owner: User, approver: User, ben: User
) -> None:
    rule = set_rule(
        project,
        stage("Editing", approver, ben, mode=Mode.ANY, approvals_needed=2, due_working_days=1),
        stage("Legal", ben, by_role=ByRole.ADMINS, mode=Mode.ALL, due_working_days=3),
        by=owner,
    )
    assert sentences(rule) == [
        (
            "1. Editing: 2 approvals by Ben or Mara are enough, whatever the others say. "
            "Due within 1 working day."
        ),
        (
            "2. Legal: Ben and every admin must approve; one refusal sends it back. "
            "Due within 3 working days."
        ),
    ]
    assert in_short(rule) == "Editing, then Legal"


# -- order ------------------------------------------------------------------------------------


def test_a_stage_opens_when_the_one_before_is_fulfilled(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    assert status(version).sentence == "Editing: waits for Mara"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).sentence == "Legal: waits for Ben"
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED
    assert status(version).sentence.startswith("Approved by Mara and Ben on")


def test_deciding_out_of_turn_is_refused_with_a_sentence(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    with pytest.raises(NotDecided) as early:
        decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert early.value.sentence == "It is not your turn yet: Editing comes before Legal."
    with pytest.raises(NotDecided, match="the rule of the project does not name you"):
        decide(version=version, by=owner, verdict=Verdict.APPROVE)
    assert not Decision.objects.exists()


def test_who_has_not_decided_in_a_fulfilled_stage_comes_too_late_for_it(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver, ben), stage("Legal", owner), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    with pytest.raises(NotDecided, match=r"Editing has decided already\. Now Legal does: Olga"):
        decide(version=version, by=ben, verdict=Verdict.REJECT, reason="no")


def test_who_decided_in_a_fulfilled_stage_may_decide_anew_there_and_opens_it_again(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="lips")
    assert status(version).state is Standing.CHANGES
    assert [one.progress for one in status(version).stages] == ["sent back", "not yet its turn"]


def test_one_person_in_two_stages_decides_in_both(
    version: Version, project: Project, owner: User, approver: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", approver), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).sentence == "Legal: waits for Mara"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED
    assert Decision.objects.standing().count() == 2


def test_withdrawing_in_the_first_stage_opens_it_again(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    first = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    withdraw(decision=first, by=approver)
    assert status(version).sentence == "Editing: waits for Mara"
    assert not Outcome.objects.standing().exists()
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED


# -- counting ---------------------------------------------------------------------------------


def test_where_all_decide_everybody_named_has_to(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    assert status(version).sentence == "Waits for Ben and Mara (0 of 2 approvals)"
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert status(version).sentence == "Waits for Mara (1 of 2 approvals)"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED


def test_where_all_decide_one_refusal_sends_it_back(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="louder")
    assert status(version).sentence == "Changes asked: louder"
    assert given(version)[0] == ("approve", "Overruled: Mara sent the version back.")


def test_somebody_named_who_lost_the_role_is_missing_until_the_rule_is_changed(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    Member.objects.filter(user=ben).update(role=Role.CREATOR)
    assert status(version).sentence == "Waits for another rule: Ben may not decide here any more"
    set_rule(project, stage("Legal", approver, id=stages_of(project)[0].pk), by=owner)
    assert status(version).state is Standing.APPROVED


def test_somebody_named_who_approved_and_then_lost_the_role_is_not_waited_for(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    Member.objects.filter(user=approver).update(role=Role.CREATOR)
    assert status(version).sentence == "Waits for Ben (1 of 2 approvals)"
    assert [one.problem for one in owing_in(status(version), [])] == [""]
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED


def test_the_maker_is_not_among_all(
    clip: Clip, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    own = make_version(make_job(clip, ben))
    decide(version=own, by=approver, verdict=Verdict.APPROVE)
    assert status(own).state is Standing.APPROVED


def test_where_any_two_are_enough_a_refusal_is_outvoted_and_stays_visible(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(
        project, stage("Vote", approver, ben, owner, mode=Mode.ANY, approvals_needed=2), by=owner
    )
    decide(version=version, by=ben, verdict=Verdict.REJECT, reason="not her")
    assert status(version).sentence == "Waits for Mara or Olga (0 of 2 approvals)"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    decide(version=version, by=owner, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED
    assert given(version)[0] == ("reject", "Outvoted: the others approved it.")
    assert not to_fix_by(version.job.requested_by, version.organisation)


def test_where_enough_cannot_be_reached_any_more_it_is_sent_back(
    version: Version, project: Project, owner: User, approver: User, ben: User, teammate: User
) -> None:
    set_rule(project, stage("Vote", approver, ben, mode=Mode.ANY, approvals_needed=2), by=owner)
    decide(version=version, by=ben, verdict=Verdict.REQUEST_CHANGES, reason="slower")
    assert status(version).sentence == "Changes asked: slower"
    assert list(to_fix_by(teammate, version.organisation)) == [version]


# -- days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 19), 1, date(2026, 11, 20)),  # Thursday, Friday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 20), 7, date(2026, 12, 1)),
    ],
)
def test_only_working_days_are_counted(day: date, count: int, due: date) -> None:
    assert working_days_after(day, count) == due


def test_a_stage_is_due_from_the_day_on_which_its_turn_came(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    long_ago = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("UTC"))  # a Monday
    Version.objects.update(created_at=long_ago)
    version.refresh_from_db()
    set_rule(
        project,
        stage("Editing", approver, due_working_days=2),
        stage("Legal", ben, due_working_days=1),
        by=owner,
    )
    now = status(version)
    assert (now.due_on, now.is_late) == (date(2026, 3, 4), True)
    late = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert (late.due_on, late.is_late) == (date(2026, 3, 4), True)
    now = status(version)
    assert now.due_on == working_days_after(timezone.localdate(), 1)
    assert not now.is_late
    assert not decide(version=version, by=ben, verdict=Verdict.APPROVE).is_late
    assert status(version).due_on is None


def test_everybody_sees_who_owes_a_decision_in_which_stage(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Editing", approver, due_working_days=2), stage("Legal", ben), by=owner)
    shown = [
        (one.name, one.words, [seat.name for seat in one.people], one.due_on is not None)
        for one in owing_in(status(version), [])
    ]
    assert shown == [
        ("Editing", "decides now", ["Mara"], True),
        ("Legal", "not yet its turn", [], False),
    ]


def test_only_those_have_it_on_the_desk_whose_turn_it_is(
    version: Version, project: Project, owner: User, approver: User, ben: User,
    studio_org: Organisation,
) -> None:  # fmt: skip
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    desks = [list(awaiting_decision_of(one, studio_org)) for one in (approver, ben, owner)]
    assert desks == [[version], [], []]
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    desks = [list(awaiting_decision_of(one, studio_org)) for one in (approver, ben, owner)]
    assert desks == [[], [version], []]


# -- by role ----------------------------------------------------------------------------------


def test_where_admins_decide_by_their_role_an_approver_does_not(
    version: Version, project: Project, owner: User, approver: User, studio_org: Organisation
) -> None:
    set_rule(project, stage("Release", by_role=ByRole.ADMINS), by=owner)
    assert status(version).sentence == "Waits for Olga"
    with pytest.raises(NotDecided, match="It is up to any admin: the rule of the project does not"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE)
    new = person(studio_org, "Ada", Role.ADMIN)
    assert status(version).owed_by == (new, owner), "by role is by the role of now"
    decide(version=version, by=new, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.APPROVED


def test_who_is_named_decides_beside_those_who_decide_by_their_role(
    version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    set_rule(project, stage("Release", ben, by_role=ByRole.ADMINS, mode=Mode.ALL), by=owner)
    assert [one.name for one in status(version).owed_by] == ["Ben", "Olga"]
    assert status(version).current.who == "Ben and every admin"
    with pytest.raises(NotDecided, match="up to Ben and every admin"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE)
