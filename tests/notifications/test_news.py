"""Who is told what: once each, never what they did themselves or may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.models import AvatarJob, State, Version
from studio.notifications import messages, news
from studio.notifications.models import Kind, Mail, Notification, Reading
from studio.notifications.spreading import spread
from studio.notifications.telling import next_digest
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import decide
from studio.reviews.models import Comment, GuestDecision, Rights, Verdict
from tests.conftest import make_job, person
from tests.reviews.guests import decide as guest_decides
from tests.reviews.guests import guest_at, make_link

pytestmark = pytest.mark.usefixtures("read_an_hour_ago")


def say(version: Version, by: User, text: str = "Lips are late", **more: Any) -> Comment:
    return Comment.objects.create(version=version, author=by, frame=42, text=text, **more)


def sentences(user: User, kind: Kind | None = None) -> list[str]:
    rows = Notification.objects.filter(user=user)
    rows = rows.filter(kind=kind) if kind else rows
    return [one.sentence for one in rows.order_by("created_at")]


def test_whoever_is_named_is_told_with_the_words_and_the_very_frame(
    version: Version, teammate: User, approver: User
) -> None:
    comment = say(version, approver, "@Theo lips are late")
    comment.mentions.add(teammate)
    spread()
    told = Notification.objects.get(user=teammate, kind=Kind.MENTION)
    assert told.sentence == "Mara names you in Welcome v1 at 00:01:17"
    assert told.quote == "@Theo lips are late"
    assert told.path == f"/versions/{version.pk}/?frame=42#comment-{comment.pk}"


def test_nothing_is_told_twice_however_often_the_studio_reads(
    version: Version, teammate: User, approver: User
) -> None:
    say(version, approver).mentions.add(teammate)
    for _ in range(3):
        spread()
    assert len(sentences(teammate)) == 1


def test_nobody_is_told_what_they_did_themselves(
    version: Version, teammate: User, approver: User
) -> None:
    say(version, approver).mentions.add(approver)
    spread()
    assert not sentences(approver, Kind.MENTION)


def test_a_reply_is_told_to_those_in_the_thread_and_a_mention_goes_before(
    version: Version, teammate: User, approver: User, owner: User
) -> None:
    thread = say(version, teammate)
    earlier = say(version, owner, "I see it", parent=thread)
    long_ago = timezone.now() - timedelta(minutes=5)
    Comment.objects.filter(pk=earlier.pk).update(created_at=long_ago)
    reply = say(version, approver, "@Olga fixed", parent=thread)
    reply.mentions.add(owner)
    spread()
    assert "Mara replied in Welcome v1 at 00:01:17" in sentences(teammate, Kind.REPLY)
    key = f"reply:{reply.pk}"
    assert not Notification.objects.filter(user=owner, key=key).exists()
    assert sentences(owner, Kind.MENTION) == ["Mara names you in Welcome v1 at 00:01:17"]


def test_a_version_that_waits_is_told_to_those_who_owe_a_decision(
    version: Version, teammate: User, approver: User, viewer: User
) -> None:
    spread()
    assert sentences(approver, Kind.WAITING) == ["Welcome v1 waits for your decision"]
    assert not sentences(teammate, Kind.WAITING)
    assert not sentences(viewer)


def test_a_decision_is_told_to_the_maker_with_its_reason(
    version: Version, teammate: User, approver: User
) -> None:
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="Too dark")
    spread()
    told = Notification.objects.get(user=teammate, kind=Kind.DECIDED)
    assert told.sentence == "Mara asks for changes to Welcome v1"
    assert told.quote == "Too dark"


def test_what_a_guest_says_and_decides_is_told_to_host_and_maker(
    version: Version, teammate: User, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Grete Gast", email="g@client.example")
    Comment.objects.create(version=version, guest=guest, frame=3, text="Hm", is_shared=True)
    GuestDecision.objects.create(
        guest=guest, version=version, version_sha256=version.sha256, verdict=Verdict.APPROVE
    )
    spread()
    for user in (teammate, approver):
        assert "Grete Gast, a guest, commented on Welcome v1 at 00:00:03" in sentences(user)
        assert "Grete Gast, a guest, approved Welcome v1" in sentences(user)


def test_a_guest_who_answers_by_a_members_name_is_told_of_as_a_guest(
    version: Version, teammate: User, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Mara", email="g@client.example")
    thread = Comment.objects.create(version=version, author=teammate, frame=3, is_shared=True,
                                    text="Hm")  # fmt: skip
    Comment.objects.create(
        version=version, guest=guest, frame=3, text="Go", is_shared=True, parent=thread
    )
    spread()
    assert "Mara, a guest, replied in Welcome v1 at 00:00:03" in sentences(teammate)


def test_a_decision_that_a_guest_takes_back_is_told_too_and_one_given_anew_only_once(
    version: Version, teammate: User, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    guest_decides(browser, token, version, "approve")
    guest_decides(browser, token, version, "reject", "No")
    spread()
    for user in (teammate, approver):
        assert not any("withdrew" in one for one in sentences(user))
    browser.post(reverse("guest_withdraw", args=[token, version.pk]))
    spread()
    for user in (teammate, approver):
        said = "Grete Gast, a guest, withdrew the rejection of Welcome v1"
        assert sentences(user).count(said) == 1


def test_a_failed_generation_is_told_to_whoever_asked_for_it(
    version: Version, teammate: User
) -> None:
    job = make_job(version.clip, teammate, number=2)
    AvatarJob.objects.filter(pk=job.pk).update(
        state=State.FAILED, state_at=timezone.now(), error_message="The face was not found."
    )
    spread()
    told = Notification.objects.get(kind=Kind.FAILED)
    assert (told.user, told.sentence) == (teammate, "Welcome v2 failed")
    assert told.quote == "The face was not found."


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (-1, "Onboarding 2027 was due yesterday, {day}"),
        (0, "Onboarding 2027 is due today, {day}"),
        (1, "Onboarding 2027 is due tomorrow, {day}"),
        (2, "Onboarding 2027 is due in 2 days, {day}"),
        (3, None),
        (-2, None),
    ],
)
def test_a_project_that_is_due_is_told_to_those_who_work_on_it(
    project: Project, teammate: User, owner: User, viewer: User, days: int, sentence: str | None
) -> None:
    project.people.add(owner)
    today = timezone.localdate()
    due = today + timedelta(days=days)
    Project.objects.filter(pk=project.pk).update(due_on=due)
    spread()
    # A mail is read later than it was written: the day stands in it.
    said = [sentence.format(day=f"{due.day} {due:%b}")] if sentence else []
    for user in (teammate, owner):
        assert sentences(user, Kind.DUE) == said
    assert not sentences(viewer)


def test_people_who_do_not_see_the_project_are_told_nothing(
    version: Version, approver: User, viewer: User, outsider: User
) -> None:
    Project.objects.filter(pk=version.clip.project_id).update(visibility=Visibility.MEMBERS)
    say(version, approver).mentions.add(viewer, outsider)
    spread()
    assert not sentences(viewer)
    assert not sentences(outsider)


def test_what_cannot_be_told_holds_up_nothing_else(
    version: Version, teammate: User, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = say(version, approver, "broken")
    broken.mentions.add(teammate)
    say(version, approver, "fine").mentions.add(teammate)
    path_of = news.path_of

    def breaks_once(comment: Comment) -> str:
        assert comment.pk != broken.pk
        return path_of(comment)

    monkeypatch.setattr(news, "path_of", breaks_once)
    monkeypatch.setattr(messages, "path_of", breaks_once)
    spread()
    told = Notification.objects.filter(user=teammate, kind=Kind.MENTION)
    assert [one.quote for one in told] == ["fine"]


def test_what_was_written_while_no_worker_was_there_is_told_afterwards(
    version: Version, teammate: User, approver: User
) -> None:
    comment = say(version, approver)
    comment.mentions.add(teammate)
    two_days = timezone.now() - timedelta(days=2)
    Comment.objects.filter(pk=comment.pk).update(created_at=two_days)
    Reading.objects.filter(reader="news").update(until=two_days - timedelta(minutes=1))
    spread()
    assert len(sentences(teammate, Kind.MENTION)) == 1


def test_a_row_that_was_committed_late_is_still_read(
    version: Version, teammate: User, approver: User
) -> None:
    spread()
    comment = say(version, approver)
    comment.mentions.add(teammate)
    minute_ago = timezone.now() - timedelta(minutes=1)
    Comment.objects.filter(pk=comment.pk).update(created_at=minute_ago)
    spread()
    assert len(sentences(teammate, Kind.MENTION)) == 1


def test_each_person_and_kind_has_the_mail_that_was_chosen(
    version: Version, teammate: User, approver: User, owner: User,
    prefers: Callable[[User, Kind, Mail], None],
) -> None:  # fmt: skip
    prefers(teammate, Kind.MENTION, Mail.NONE)
    prefers(owner, Kind.MENTION, Mail.DIGEST)
    say(version, approver).mentions.add(teammate, owner)
    spread()
    rows = {one.user: one for one in Notification.objects.filter(kind=Kind.MENTION)}
    assert (rows[teammate].mail, rows[teammate].mail_at) == (Mail.NONE, None)
    digest = rows[owner].mail_at
    assert rows[owner].mail == Mail.DIGEST
    assert digest == next_digest(rows[owner].created_at)


def test_reading_takes_as_many_queries_for_many_comments_as_for_few(
    version: Version, teammate: User, approver: User, studio_org: Organisation
) -> None:
    people = [person(studio_org, f"P{n}", Role.CREATOR) for n in range(5)]

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            spread()
        return len(seen)

    say(version, approver).mentions.add(teammate)
    queries()
    say(version, approver).mentions.add(teammate)
    few = queries()
    for _ in range(5):
        say(version, approver).mentions.add(teammate, *people)
    assert queries() == few
