"""Whose turn it is: asked again when it comes again, told when it has gone, nagged about never."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import AvatarJob, Version
from studio.clips.models import hold_for_review
from studio.notifications import mailing, turns
from studio.notifications.models import Kind, Mail, Notification
from studio.notifications.spreading import spread
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project
from studio.reviews.deciding import decide, withdraw
from studio.reviews.locking import put_back_under_review, withdraw_from_review
from studio.reviews.models import Comment, Decision, Verdict, Verified
from studio.reviews.standing import status_of
from studio.reviews.verifying import verify
from tests.conftest import make_job, make_version, person
from tests.reviews.staged import set_rule, stage

pytestmark = pytest.mark.usefixtures("read_an_hour_ago")


@pytest.fixture
def second(studio_org: Organisation) -> User:
    """Another approver."""
    return person(studio_org, "Ben", Role.APPROVER)


@pytest.fixture(autouse=True)
def held(version: Version) -> None:
    """As it is when a video comes home."""
    hold_for_review(version.clip, version.number)


def sentences(user: User, *kinds: Kind) -> list[str]:
    rows = Notification.objects.filter(user=user, kind__in=kinds or Kind.values)
    return [one.sentence for one in rows.order_by("created_at")]


def unread(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user).unread()
    return [one.sentence for one in rows.order_by("created_at")]


def test_the_next_stage_is_asked_when_its_turn_comes_and_not_before(
    version: Version, approver: User, second: User, owner: User
) -> None:
    set_rule(version.clip.project, stage("Editing", approver), stage("Legal", second), by=owner)
    spread()
    assert sentences(approver) == ["Welcome v1 waits for your decision in Editing"]
    assert not sentences(second)
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    assert sentences(second) == ["Welcome v1 waits for your decision in Legal"]


def test_somebody_who_decides_in_two_stages_is_asked_in_each(
    version: Version, approver: User, owner: User
) -> None:
    project = version.clip.project
    set_rule(project, stage("Editing", approver), stage("Legal", approver), by=owner)
    spread()
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    assert sentences(approver, Kind.WAITING) == [
        "Welcome v1 waits for your decision in Editing",
        "Welcome v1 waits for your decision in Legal",
    ]


def test_whoever_was_asked_hears_that_it_was_withdrawn_and_is_asked_again_when_it_is_put_back(
    version: Version, teammate: User, approver: User, owner: User
) -> None:
    spread()
    withdraw_from_review(version=version, by=owner, reason="Wrong take")
    spread()
    assert unread(approver) == ["Olga withdrew Welcome v1 from review"], "it waits no more"
    told = Notification.objects.get(user=teammate, kind=Kind.DECIDED)
    assert (told.sentence, told.quote) == ("Olga withdrew Welcome v1 from review", "Wrong take")
    put_back_under_review(version=version, by=owner)
    spread()
    spread()
    assert sentences(approver)[2:] == ["Welcome v1 waits for your decision again"]
    assert not sentences(owner, Kind.DECIDED), "nobody is told what they did themselves"


def test_whoever_puts_a_version_back_is_not_asked_by_the_bell(
    version: Version, approver: User, second: User
) -> None:
    spread()
    withdraw_from_review(version=version, by=approver, reason="Wrong take")
    spread()
    put_back_under_review(version=version, by=approver)
    spread()
    assert sentences(approver) == ["Welcome v1 waits for your decision"]
    assert unread(second) == [
        "Mara withdrew Welcome v1 from review",
        "Welcome v1 waits for your decision again",
    ]


def test_a_withdrawn_decision_is_told_to_the_maker_and_to_those_it_waits_for_again(
    version: Version, teammate: User, approver: User, second: User
) -> None:
    spread()
    given = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    assert not unread(second), "nothing waits any more"
    withdraw(decision=given, by=approver)
    spread()
    spread()
    assert sentences(teammate, Kind.DECIDED) == [
        "Mara approved Welcome v1",
        "Mara withdrew the approval of Welcome v1",
    ]
    assert unread(second) == ["Welcome v1 waits for your decision again"]
    assert not unread(approver), "who took it back knows"


def test_whoever_decides_anew_is_told_of_by_the_new_decision_alone(
    version: Version, teammate: User, approver: User
) -> None:
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="Too dark")
    spread()
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    assert sentences(teammate, Kind.DECIDED) == [
        "Mara asks for changes to Welcome v1",
        "Mara approved Welcome v1",
    ]


def test_what_others_have_decided_meanwhile_is_neither_counted_nor_mailed(
    version: Version, approver: User, second: User, outbox: list[Any]
) -> None:
    spread()
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    Notification.objects.filter(mail=Mail.DIGEST, mail_at__isnull=False).update(
        mail_at=timezone.now()
    )
    mailing.digest_due()
    assert not unread(second)
    assert [mail.to for mail in outbox if "waits" in mail.body] == []


def test_a_version_that_is_replaced_waits_for_nobody_any_more(
    version: Version, teammate: User, approver: User
) -> None:
    spread()
    make_version(make_job(version.clip, teammate, number=2))
    hold_for_review(version.clip, 2)
    spread()
    assert unread(approver) == ["Welcome v2 waits for your decision"]


def test_what_waits_in_a_project_that_was_archived_is_neither_counted_nor_mailed(
    version: Version, approver: User, outbox: list[Any]
) -> None:
    spread()
    assert unread(approver) == ["Welcome v1 waits for your decision"]
    Project.objects.filter(pk=version.clip.project_id).update(archived_at=timezone.now())
    spread()
    assert not unread(approver)
    Notification.objects.filter(mail_at__isnull=False).update(mail_at=timezone.now())
    mailing.digest_due()
    assert not outbox


def test_a_new_rule_asks_those_whose_turn_it_has_become(
    version: Version, approver: User, second: User, owner: User
) -> None:
    set_rule(version.clip.project, stage("Editing", approver), by=owner)
    spread()
    assert not sentences(second)
    stages = version.clip.project.stages.standing()
    set_rule(version.clip.project, stage("Legal", second), by=owner)
    spread()
    assert stages.get().name == "Legal"
    assert sentences(second) == ["Welcome v1 waits for your decision"]
    assert not unread(approver)


def test_a_comment_that_a_new_version_does_not_answer_is_told_to_its_maker(
    version: Version, teammate: User, approver: User, owner: User
) -> None:
    comment = Comment.objects.create(version=version, author=owner, frame=4, text="Lips late")
    job = make_job(version.clip, teammate, number=2)
    AvatarJob.objects.filter(pk=job.pk).update(based_on=version)
    newer = make_version(job)
    member = Member.objects.get(user=approver)
    verify(comment=comment, version=newer, by=member, verdict=Verified.FIXED)
    spread()
    assert not sentences(owner, Kind.REPLY)
    verify(comment=comment, version=newer, by=member, verdict=Verified.NOT_FIXED)
    spread()
    spread()
    for user in (teammate, owner):
        assert sentences(user, Kind.REPLY) == ["Mara finds this not fixed in Welcome v2"]
    told = Notification.objects.get(user=teammate, kind=Kind.REPLY)
    assert told.quote == "Lips late"
    assert told.path == f"/versions/{newer.pk}/#verify-{comment.pk}"
    assert not sentences(approver, Kind.REPLY)


@pytest.mark.parametrize(
    ("days", "words"), [(0, "is due today, {}"), (1, "is late: it was due {}")]
)
def test_a_decision_that_is_due_is_told_to_who_owes_it_until_it_is_given(
    version: Version, approver: User, owner: User, days: int, words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    set_rule(version.clip.project, stage("Legal", approver, due_working_days=1), by=owner)
    due = _due_day(version)
    noon = timezone.now().replace(year=due.year, month=due.month, day=due.day, hour=12) + timedelta(
        days=days
    )
    monkeypatch.setattr("jobs.clock.now", lambda: noon)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    spread()
    told = f"Your decision on Welcome v1 {words.format(f'{due.day} {due:%b}')}"
    assert sentences(approver, Kind.DUE) == [told]
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    spread()
    assert told not in unread(approver)
    assert Decision.objects.get().due_on == due


def _due_day(version: Version) -> date:
    day = status_of([version])[version.pk].due_on
    assert day is not None
    return day


def test_asking_takes_as_many_queries_for_many_versions_as_for_one(
    version: Version, teammate: User, approver: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            turns.touched_since(timezone.now() - timedelta(hours=1))
        return len(seen)

    few = queries()
    for number in range(2, 6):
        clip = version.clip
        clip.pk, clip.position = None, number  # another clip with the same inputs
        clip._state.adding = True
        clip.save()
        made = make_version(make_job(clip, teammate))
        hold_for_review(clip, made.number)
    assert len(turns.touched_since(timezone.now() - timedelta(hours=1))) == 5
    assert queries() == few
