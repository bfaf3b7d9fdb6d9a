"""Where versions stand, in words, and whose desk they are on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import decide, withdraw
from studio.reviews.desks import awaiting_decision_of, to_fix_by
from studio.reviews.models import Comment, Decision, Verdict
from studio.reviews.standing import Standing, status_of
from tests.conftest import STANDARD, make_job, make_version, person
from tests.reviews.staged import status


def test_a_new_version_waits_for_the_approvers_by_name(
    version: Version, approver: User, owner: User, studio_org: Organisation
) -> None:
    assert status(version).sentence == "Waits for Mara"
    assert status(version).owed_by == (approver,)
    person(studio_org, "Ben", Role.APPROVER)
    assert status(version).sentence == "Waits for Ben or Mara"
    for name in ("Ada", "Cem"):
        person(studio_org, name, Role.APPROVER)
    assert status(version).sentence == "Waits for Ada, Ben or 2 more"


def test_admins_are_waited_for_only_where_approvers_are_too_few(
    version: Version, owner: User
) -> None:
    assert status(version).sentence == "Waits for Olga"


def test_a_version_that_nobody_may_decide_on_says_so(version: Version) -> None:
    assert status(version).owed_by == ()
    assert "nobody here may decide" in status(version).sentence


def test_the_maker_is_not_waited_for(clip: Clip, approver: User, owner: User) -> None:
    assert status(make_version(make_job(clip, approver))).sentence == "Waits for Olga"


def test_in_a_closed_project_only_its_own_approvers_are_waited_for(
    version: Version, project: Project, approver: User, studio_org: Organisation
) -> None:
    inside = person(studio_org, "Ben", Role.APPROVER)
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    project.people.add(inside)
    assert status(version).owed_by == (inside,)


def test_an_approval_is_told_with_who_and_when(version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    now = timezone.localtime()
    assert status(version).state is Standing.APPROVED
    assert status(version).sentence == f"Approved by Mara on {now.day} {now:%b}"
    Decision.objects.update(at=timezone.now().replace(year=2025, month=11, day=3))
    assert status(version).sentence == "Approved by Mara on 3 Nov 2025"


def test_an_approval_with_changes_approves_and_says_so(version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.APPROVE_WITH_CHANGES, reason="louder")
    assert status(version).state is Standing.APPROVED
    assert status(version).sentence.startswith("Approved with changes by Mara")


def test_one_approval_is_not_enough_where_two_are_needed(
    version: Version, project: Project, approver: User, studio_org: Organisation
) -> None:
    project.stages.update(approvals_needed=2)
    ben = person(studio_org, "Ben", Role.APPROVER)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).sentence == "Waits for Ben (1 of 2 approvals)"
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    assert status(version).sentence.startswith("Approved by Mara and Ben on")


def test_a_request_for_changes_is_told_in_its_own_words(version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="lips at 00:07")
    assert status(version).state == "changes requested"
    assert status(version).sentence == "Changes asked: lips at 00:07"


def test_a_long_reason_is_cut_between_words(version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="word " * 100)
    assert status(version).sentence.startswith("Rejected: word word")
    assert status(version).sentence.endswith("word…")
    assert len(status(version).sentence) < 90


def test_an_approval_does_not_outvote_a_refusal(
    version: Version, approver: User, owner: User
) -> None:
    decide(version=version, by=owner, verdict=Verdict.REQUEST_CHANGES, reason="louder")
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert status(version).state is Standing.CHANGES


def test_a_withdrawn_decision_does_not_count(version: Version, approver: User) -> None:
    withdraw(decision=decide(version=version, by=approver, verdict="approve"), by=approver)
    assert status(version).sentence == "Waits for Mara"


def test_a_decision_on_other_bytes_does_not_count(version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    Decision.objects.update(version_sha256="e" * 64)
    assert status(version).state is Standing.WAITING


def test_an_old_version_without_a_decision_waits_for_nobody(
    version: Version, teammate: User, approver: User
) -> None:
    make_version(make_job(version.clip, teammate, number=2))
    assert status(version).owed_by == ()
    assert status(version).sentence == "Replaced by v2 before a decision"
    assert status(version).symbol == "draft"


def test_open_comments_are_counted_without_the_resolved_and_taken_back(
    version: Version, teammate: User
) -> None:
    say = [
        Comment.objects.create(version=version, author=teammate, frame=n, text="x")
        for n in range(3)
    ]
    say[0].resolve(by=teammate)
    say[1].take_back()
    assert status(version).open_comments == 1


def test_many_versions_cost_as_many_queries_as_one(
    clip: Clip, teammate: User, approver: User, owner: User
) -> None:
    versions = [make_version(make_job(clip, teammate, number=n)) for n in range(1, 12)]
    decide(version=versions[-1], by=approver, verdict=Verdict.APPROVE)
    with CaptureQueriesContext(
        connection,
    ) as one:
        status_of(versions[:1])
    with CaptureQueriesContext(connection) as many:
        assert len(status_of(versions)) == 11
    assert len(many) == len(one) <= 9


# -- desks ------------------------------------------------------------------------------------


def test_a_version_is_on_the_desk_of_approvers_and_admins_but_not_of_its_maker(
    version: Version, approver: User, owner: User, teammate: User, viewer: User,
    outsider: User, studio_org: Organisation,
) -> None:  # fmt: skip
    def decides(user: User) -> list[Version]:
        return list(awaiting_decision_of(user, studio_org))

    assert decides(approver) == [version]
    assert decides(owner) == [version]
    assert decides(teammate) == decides(viewer) == decides(outsider) == []
    AvatarJob.objects.update(requested_by=approver)
    assert decides(approver) == []


def test_what_i_decided_on_and_what_is_settled_leaves_the_desk(
    version: Version, project: Project, approver: User, owner: User, studio_org: Organisation
) -> None:
    project.stages.update(approvals_needed=2)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert not awaiting_decision_of(approver, studio_org)
    assert list(awaiting_decision_of(owner, studio_org)) == [version]
    third = person(studio_org, "Ben", Role.APPROVER)
    decide(version=version, by=third, verdict=Verdict.APPROVE)
    assert not awaiting_decision_of(owner, studio_org)


def test_a_refused_version_waits_for_nobody_else(
    version: Version, approver: User, owner: User, studio_org: Organisation
) -> None:
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="not her")
    assert not awaiting_decision_of(owner, studio_org)


@pytest.mark.parametrize("put_away", ["newer", "removed", "archived"])
def test_what_is_superseded_removed_or_archived_is_on_no_desk(
    version: Version, clip: Clip, project: Project, approver: User, teammate: User,
    studio_org: Organisation, put_away: str,
) -> None:  # fmt: skip
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="not her")
    assert list(to_fix_by(teammate, studio_org)) == [version]
    act: dict[str, Callable[[], object]] = {
        "newer": lambda: make_version(make_job(clip, teammate, number=2)),
        "removed": lambda: clip.remove(by=teammate),
        "archived": project.archive,
    }
    act[put_away]()
    assert version not in awaiting_decision_of(approver, studio_org)
    assert not to_fix_by(teammate, studio_org)


def test_the_project_that_is_due_first_comes_first_then_the_oldest(
    version: Version, project: Project, look: object, take: object, approver: User,
    teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    urgent = Project.objects.create(
        organisation=studio_org, name="Urgent", created_by=teammate, due_on=date(2027, 1, 1)
    )
    clips = [
        add_clip(home, title="x", engine_model=STANDARD, by=teammate, look=look, take=take)
        for home in (project, urgent)
    ]
    younger, first = (make_version(make_job(clip, teammate)) for clip in clips)
    Version.objects.filter(pk=younger.pk).update(created_at=timezone.now() + timedelta(1))
    assert list(awaiting_decision_of(approver, studio_org)) == [first, version, younger]


def test_who_asked_for_it_fixes_it_until_the_next_attempt_is_ordered(
    version: Version, approver: User, teammate: User, studio_org: Organisation
) -> None:
    assert not to_fix_by(teammate, studio_org)
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="louder")
    assert list(to_fix_by(teammate, studio_org)) == [version]
    assert not to_fix_by(approver, studio_org)
    job = make_job(version.clip, teammate, number=2)
    assert not to_fix_by(teammate, studio_org)
    AvatarJob.objects.filter(pk=job.pk).update(state=State.CANCELLED)
    assert list(to_fix_by(teammate, studio_org)) == [version]


def test_creators_of_the_project_fix_what_others_asked_for(
    version: Version, project: Project, approver: User, viewer: User, studio_org: Organisation
) -> None:
    colleague = person(studio_org, "Cleo", Role.CREATOR)
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="louder")
    assert not to_fix_by(colleague, studio_org)
    project.people.add(colleague, viewer, approver)
    assert list(to_fix_by(colleague, studio_org)) == [version]
    assert not to_fix_by(viewer, studio_org)
    assert not to_fix_by(approver, studio_org)
