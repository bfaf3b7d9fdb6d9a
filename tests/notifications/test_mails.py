"""Mails: exactly one for each notification, at once or in the digest, whoever sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.backends import email
from studio.notifications import mailing
from studio.notifications.models import Mail, Notification
from studio.notifications.spreading import spread
from studio.organisations.models import Member, User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Comment
from tests.studio.operations.test_doctor_from_outside import PostOffice

type As = Callable[[User], Client]
type Told = Callable[..., Notification]


def test_a_mail_says_what_happened_where_and_how_to_get_fewer(
    told: Told, teammate: User, outbox: list[Any], settings: Any
) -> None:
    settings.PUBLIC_URL = "https://studio.example"
    one = told(teammate)
    assert mailing.mail_due() == 1
    (mail,) = outbox
    assert (mail.to, mail.subject) == ([teammate.email], one.sentence)
    assert "Lips are late" in mail.body
    assert f"https://studio.example/notifications/{one.pk}/" in mail.body
    assert "https://studio.example/profile/notifications/" in mail.body
    assert "Fewer mails, or none? Choose here" in mail.body
    assert mail.extra_headers["List-Unsubscribe"] == (
        "<https://studio.example/profile/notifications/>"
    )
    assert mail.extra_headers["Message-ID"] == f"<once.{one.pk}@studio.example>"


def test_a_mail_leaves_once(told: Told, teammate: User, outbox: list[Any]) -> None:
    told(teammate)
    for _ in range(3):
        mailing.mail_due()
        mailing.digest_due()
    assert len(outbox) == 1


def test_a_digest_is_one_mail_for_each_person_with_everything_of_the_day(
    told: Told, teammate: User, approver: User, outbox: list[Any]
) -> None:
    mine = [told(teammate, mail=Mail.DIGEST) for _ in range(3)]
    told(approver, mail=Mail.DIGEST)
    told(teammate, mail=Mail.DIGEST, mail_at=timezone.now() + timedelta(hours=5))
    assert mailing.digest_due() == 2
    mails = {mail.to[0]: mail for mail in outbox}
    assert mails[teammate.email].subject == "Your day: 3 notifications"
    assert all(one.sentence in mails[teammate.email].body for one in mine)
    assert mails[approver.email].subject == "Your day: 1 notification"
    assert mailing.digest_due() == 0


def test_what_was_read_in_the_studio_is_not_mailed_any_more(
    told: Told, teammate: User, outbox: list[Any]
) -> None:
    one = told(teammate, mail=Mail.DIGEST)
    one.read()
    mailing.digest_due()
    one.refresh_from_db()
    assert not outbox
    assert one.mail_at is None


@pytest.mark.usefixtures("read_an_hour_ago")
def test_words_that_were_taken_back_are_neither_mailed_nor_listed_any_more(
    as_: As, version: Version, teammate: User, approver: User, owner: User, outbox: list[Any]
) -> None:
    thread = Comment.objects.create(version=version, author=teammate, frame=3, text="Lips")
    for author, words in ((approver, "Said in anger"), (owner, "Said calmly")):
        Comment.objects.create(version=version, author=author, frame=3, text=words, parent=thread)
    spread()
    Comment.objects.get(text="Said in anger").take_back()
    shown = as_(teammate).get(reverse("notifications")).text
    assert "Said in anger" not in shown
    assert "taken back since" in shown
    assert "Said calmly" in shown
    mailing.mail_due()
    bodies = [one.body for one in outbox if one.to == [teammate.email]]
    assert any("Said calmly" in body for body in bodies)
    assert not any("Said in anger" in body for body in bodies)


@pytest.mark.parametrize("gone", ["member", "project", "account"])
def test_whoever_may_not_see_it_any_more_gets_no_mail(
    told: Told, viewer: User, project: Project, outbox: list[Any], gone: str
) -> None:
    told(viewer)
    if gone == "member":
        Member.objects.filter(user=viewer).delete()
    elif gone == "project":
        Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    else:
        User.objects.filter(pk=viewer.pk).update(is_active=False)
    mailing.mail_due()
    assert not outbox
    assert not Notification.objects.filter(mail_at__isnull=False).exists()


def broken(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def refuse(*_: Any, **__: Any) -> int:
        raise problem

    monkeypatch.setattr(EmailMessage, "send", refuse)


def test_a_mail_server_that_is_down_is_tried_again_later_and_nothing_is_lost(
    told: Told, teammate: User, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = told(teammate)
    with monkeypatch.context() as patch:
        broken(patch, SMTPServerDisconnected("gone"))
        mailing.mail_due()
    one.refresh_from_db()
    assert one.mail_tries == 1
    assert one.mail_at
    assert timedelta(0) < one.mail_at - timezone.now() <= mailing.PATIENCE[0]
    assert "gone" in one.mail_problem
    mailing.mail_due()
    assert not outbox
    Notification.objects.update(mail_at=timezone.now())
    mailing.mail_due()
    assert len(outbox) == 1


@contextmanager
def an_office() -> Iterator[PostOffice]:
    """A real mail server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        office = PostOffice(listener)
        threading.Thread(target=office.run, daemon=True).start()
        yield office


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    """A mail server that is set as EMAIL_URL would set it."""
    with an_office() as office:
        settings.MAILERS = email(office.url("right"))
        yield office


def test_over_a_real_line_a_mail_arrives_once_and_a_bad_address_holds_up_nobody(
    told: Told, teammate: User, approver: User, post_office: PostOffice
) -> None:
    User.objects.filter(pk=approver.pk).update(email="mara@münchen\n.example")
    told(teammate)
    bad = told(approver)  # due before
    for _ in range(2):
        mailing.mail_due()
    (mail,) = post_office.mails
    assert f"To: {teammate.email}" in mail
    assert "Lips are late" in mail
    bad.refresh_from_db()
    assert (bad.mailed_at, bad.mail_tries) == (None, 1)
    assert bad.mail_problem


def test_a_mail_server_that_refuses_us_is_asked_again_later(
    told: Told, teammate: User, post_office: PostOffice, settings: Any
) -> None:
    right = settings.MAILERS
    one = told(teammate)
    with an_office() as refusing:
        settings.MAILERS = email(refusing.url("wrong"))
        mailing.mail_due()
    one.refresh_from_db()
    assert "Bad credentials" in one.mail_problem
    assert one.mail_at is not None
    settings.MAILERS = right
    Notification.objects.update(mail_at=timezone.now())
    assert mailing.mail_due() == 1
    assert len(post_office.mails) == 1


def test_a_mail_that_nobody_takes_is_given_up_with_its_problem_kept(
    told: Told, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = told(teammate, mail_tries=len(mailing.PATIENCE))
    broken(monkeypatch, SMTPException("no such mailbox"))
    mailing.mail_due()
    one.refresh_from_db()
    assert (one.mail_at, one.mailed_at) == (None, None)
    assert "no such mailbox" in one.mail_problem


def test_the_mail_of_a_worker_that_died_is_sent_by_another_when_its_claim_has_run_out(
    told: Told, teammate: User, outbox: list[Any]
) -> None:
    one = told(teammate, lease="dead", leased_until=timezone.now() + timedelta(seconds=60))
    mailing.mail_due()
    assert not outbox
    Notification.objects.filter(pk=one.pk).update(leased_until=timezone.now())
    mailing.mail_due()
    assert len(outbox) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Mail.ONCE, Mail.DIGEST])
def test_of_two_workers_at_the_same_time_one_sends_each_mail(
    told: Told, teammate: User, approver: User, monkeypatch: pytest.MonkeyPatch, kind: Mail
) -> None:
    for person in (teammate, approver) * 3:
        told(person, mail=kind)
    sent: list[tuple[str, str]] = []
    both = threading.Barrier(2, timeout=60)

    def slowly(mail: EmailMessage, **_: Any) -> int:
        sent.append((mail.to[0], mail.extra_headers["Message-ID"]))
        return 1

    monkeypatch.setattr(EmailMessage, "send", slowly)

    def work() -> int:
        try:
            both.wait()
            return mailing.mail_due() + mailing.digest_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        counts = [one.result() for one in [workers.submit(work), workers.submit(work)]]
    expected = 6 if kind == Mail.ONCE else 2
    assert len(sent) == len(set(sent)) == sum(counts) == expected
    assert not Notification.objects.filter(mailed_at=None).exists()
