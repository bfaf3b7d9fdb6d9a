"""Who may decide, and what a decision leaves behind."""

from __future__ import annotations

import pytest

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import NotDecided, decide, withdraw
from studio.reviews.models import Decision, Verdict
from studio.reviews.standing import Standing, status_of
from tests.conftest import make_job, make_version, person


def test_an_approver_approves_without_a_reason_and_it_is_bound_to_the_hash(
    version: Version, approver: User
) -> None:
    decision = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert (decision.verdict, decision.reason) == (Verdict.APPROVE, "")
    assert decision.version_sha256 == version.sha256


def test_an_admin_may_decide_too(version: Version, owner: User) -> None:
    assert decide(version=version, by=owner, verdict=Verdict.APPROVE).by == owner


@pytest.mark.parametrize("verdict", [one for one in Verdict if one != Verdict.APPROVE])
def test_all_but_an_approval_need_a_reason(
    version: Version, approver: User, verdict: Verdict
) -> None:
    with pytest.raises(NotDecided) as refused:
        decide(version=version, by=approver, verdict=verdict, reason="  \n")
    assert refused.value.field == "reason"
    assert "Say why" in refused.value.sentence
    assert not Decision.objects.exists()
    assert decide(version=version, by=approver, verdict=verdict, reason=" lips ").reason == "lips"


def test_nobody_decides_on_a_version_that_they_made(
    clip: Clip, approver: User, owner: User
) -> None:
    own = make_version(make_job(clip, approver))
    with pytest.raises(NotDecided, match="somebody else"):
        decide(version=own, by=approver, verdict=Verdict.APPROVE)
    decide(version=own, by=owner, verdict=Verdict.APPROVE)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CREATOR])
def test_lower_roles_do_not_decide(version: Version, studio_org: Organisation, role: Role) -> None:
    somebody = person(studio_org, "Someone", role)
    with pytest.raises(NotDecided, match="Only approvers"):
        decide(version=version, by=somebody, verdict=Verdict.APPROVE)


def test_an_outsider_does_not_decide(version: Version, outsider: User) -> None:
    with pytest.raises(NotDecided):
        decide(version=version, by=outsider, verdict=Verdict.APPROVE)


def test_a_role_lost_between_page_and_click_counts(version: Version, approver: User) -> None:
    Member.objects.filter(user=approver).update(role=Role.CREATOR)
    with pytest.raises(NotDecided, match="Only approvers"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE)


def test_an_approver_put_out_of_a_closed_project_does_not_decide(
    version: Version, project: Project, approver: User
) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    with pytest.raises(NotDecided, match="members of this project"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE)


def test_a_superseded_version_is_refused_with_the_newer_one_named(
    version: Version, approver: User, teammate: User
) -> None:
    make_version(make_job(version.clip, teammate, number=3))
    with pytest.raises(NotDecided) as refused:
        decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert refused.value.sentence == "v3 has replaced v1: decide on v3."


def test_a_new_decision_withdraws_the_earlier_one_which_stays_visible(
    version: Version, approver: User
) -> None:
    first = decide(version=version, by=approver, verdict=Verdict.REJECT, reason="wrong look")
    second = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert list(Decision.objects.standing()) == [second]
    assert Decision.objects.count() == 2


def test_the_same_decision_sent_twice_is_one(version: Version, approver: User) -> None:
    first = decide(version=version, by=approver, verdict=Verdict.REJECT, reason="lips")
    assert decide(version=version, by=approver, verdict=Verdict.REJECT, reason="lips ") == first
    assert Decision.objects.count() == 1


def test_a_decision_on_another_video_than_the_stored_one_is_refused(
    version: Version, approver: User
) -> None:
    with pytest.raises(NotDecided, match="another video"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE, seen_sha256="f" * 64)


def test_two_approvers_keep_one_standing_decision_each(
    version: Version, approver: User, owner: User
) -> None:
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    decide(version=version, by=owner, verdict=Verdict.REJECT, reason="not her")
    assert Decision.objects.standing().count() == 2


def test_a_decision_can_be_withdrawn_once_and_only_by_its_maker(
    version: Version, approver: User, owner: User
) -> None:
    decision = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    with pytest.raises(NotDecided, match="Only the person"):
        withdraw(decision=decision, by=owner)
    withdraw(decision=decision, by=approver)
    with pytest.raises(NotDecided, match="already"):
        withdraw(decision=decision, by=approver)
    assert Decision.objects.get().withdrawn_at is not None


def test_nothing_is_decided_in_the_archive_until_the_project_is_reopened(
    version: Version, approver: User
) -> None:
    version.clip.project.archive()
    with pytest.raises(NotDecided, match="is in the archive"):
        decide(version=version, by=approver, verdict=Verdict.APPROVE)
    version.clip.project.reopen()
    assert decide(version=version, by=approver, verdict=Verdict.APPROVE).by == approver


def test_nothing_is_withdrawn_in_the_archive_either(version: Version, approver: User) -> None:
    decision = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    version.clip.project.archive()
    with pytest.raises(NotDecided, match="is in the archive"):
        withdraw(decision=decision, by=approver)
    assert status_of([version])[version.pk].state is Standing.APPROVED
    version.clip.project.reopen()
    withdraw(decision=decision, by=approver)
    assert status_of([version])[version.pk].state is Standing.WAITING


def test_who_is_no_approver_any_more_takes_no_approval_away(
    version: Version, approver: User
) -> None:
    decision = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    Member.objects.filter(user=approver).update(role=Role.CREATOR)
    with pytest.raises(NotDecided, match="Only approvers"):
        withdraw(decision=decision, by=approver)
    assert status_of([version])[version.pk].state is Standing.APPROVED
