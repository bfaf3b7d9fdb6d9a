"""Webhooks: signed, guarded, tried again, told once; with a real server at the other end."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.engines import addresses
from jobs.engines.base import NotFromTheEngine
from jobs.engines.standard_webhooks import key_of, verified_id
from jobs.models import Version
from studio.notifications import webhooks
from studio.notifications.messages import test_message as make_test_message
from studio.notifications.models import Form, Message, Webhook
from studio.notifications.spreading import spread
from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import decide, withdraw
from studio.reviews.locking import put_back_under_review, withdraw_from_review
from studio.reviews.models import Comment, GuestDecision, Verdict
from tests.engines.loopback import Seen, free_port, hang_up
from tests.notifications.receiving import Receiver
from tests.reviews.guests import make_link

type As = Callable[[User], Client]


@pytest.fixture
def webhook(studio_org: Organisation, owner: User, receiver: Receiver) -> Webhook:
    made = Webhook.objects.create(
        organisation=studio_org, url=f"{receiver.url}/hook", secret=Webhook.new_secret(),
        created_by=owner,
    )  # fmt: skip
    Webhook.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=1))
    made.refresh_from_db()
    return made


@pytest.fixture
def message(webhook: Webhook, owner: User) -> Message:
    """One message, due now."""
    return make_test_message(webhook, by=owner)


def test_a_message_is_signed_so_that_its_receiver_knows_who_sent_it_and_when(
    webhook: Webhook, message: Message, receiver: Receiver
) -> None:
    assert webhooks.send_due() == 1
    (seen,) = receiver.got
    assert (seen.method, seen.path) == ("POST", "/hook")
    key = key_of(webhook.secret)
    assert verified_id(seen.headers, seen.body, key=key, now=time.time()) == str(message.pk)
    with pytest.raises(NotFromTheEngine, match="signature"):
        verified_id(seen.headers, seen.body + b" ", key=key, now=time.time())
    with pytest.raises(NotFromTheEngine, match="older than five minutes"):
        verified_id(seen.headers, seen.body, key=key, now=time.time() + 400)
    other = key_of(Webhook.new_secret())
    with pytest.raises(NotFromTheEngine, match="signature"):
        verified_id(seen.headers, seen.body, key=other, now=time.time())


@pytest.mark.usefixtures("read_an_hour_ago")
def test_comments_decisions_and_versions_are_told_once_with_their_facts(
    webhook: Webhook, receiver: Receiver, version: Version, approver: User, teammate: User
) -> None:
    Comment.objects.create(version=version, author=teammate, frame=42, text="Lips")
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="Too dark")
    for _ in range(2):
        spread()
        webhooks.send_due()
    told = {json.loads(seen.body)["event"]: json.loads(seen.body) for seen in receiver.got}
    assert len(receiver.got) == 3
    assert set(told) == {"comment.new", "decision.new", "version.new"}
    assert told["comment.new"] | {"at": ""} == {
        "event": "comment.new", "at": "", "organisation": "nordlicht",
        "sentence": "Theo commented on Welcome v1 at 00:01:17", "by": "Theo", "is_guest": False,
        "url": told["comment.new"]["url"], "project": "Onboarding 2027", "text": "Lips",
        "frame": 42, "timecode": "00:01:17",
        "version": {"id": str(version.pk), "clip": "Welcome", "number": 1},
    }  # fmt: skip
    assert told["decision.new"]["verdict"] == "reject"
    assert told["decision.new"]["sha256"] == version.sha256


@pytest.mark.usefixtures("read_an_hour_ago")
def test_what_is_taken_back_is_told_too(
    webhook: Webhook, receiver: Receiver, version: Version, approver: User, teammate: User
) -> None:
    given = decide(version=version, by=approver, verdict=Verdict.REJECT, reason="Too dark")
    withdraw(decision=given, by=approver)
    withdraw_from_review(version=version, by=teammate, reason="Wrong take")
    spread()
    put_back_under_review(version=version, by=teammate)
    spread()
    told = dict(Message.objects.values_list("event", "facts"))
    assert told["decision.withdrawn"]["sentence"] == "Mara withdrew the rejection of Welcome v1"
    assert told["review.withdrawn"]["text"] == "Wrong take"
    assert told["review.withdrawn"]["by"] == "Theo"
    assert told["review.resumed"]["sentence"] == "Theo put Welcome v1 back under review"
    spread()
    assert Message.objects.count() == 5  # with the version and the decision, each once


@pytest.mark.usefixtures("read_an_hour_ago")
def test_what_a_guest_takes_back_is_told_too(
    webhook: Webhook, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Grete Gast", email="g@client.example")
    given = GuestDecision.objects.create(
        guest=guest, version=version, version_sha256=version.sha256, verdict=Verdict.APPROVE
    )
    GuestDecision.objects.filter(pk=given.pk).update(withdrawn_at=timezone.now())
    spread()
    assert Message.objects.filter(event="decision.new").count() == 1
    facts = Message.objects.get(event="decision.withdrawn").facts
    assert facts["sentence"] == "Grete Gast, a guest, withdrew the approval of Welcome v1"
    assert facts["by"] == "Grete Gast"
    assert (facts["is_guest"], facts["verdict"]) == (True, "approve")


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_guest_by_a_members_name_is_told_of_as_a_guest(
    webhook: Webhook, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name=str(approver), email="g@client.example")
    Comment.objects.create(version=version, guest=guest, frame=1, text="Go", is_shared=True)
    spread()
    facts = Message.objects.get(event="comment.new").facts
    assert facts["sentence"] == "Mara, a guest, commented on Welcome v1 at 00:00:01"


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_closed_project_and_another_organisation_are_not_told_of(
    webhook: Webhook, receiver: Receiver, version: Version, outsider: User, teammate: User
) -> None:
    elsewhere = outsider.memberships.get().organisation
    Webhook.objects.filter(pk=webhook.pk).update(organisation=elsewhere)
    Comment.objects.create(version=version, author=teammate, frame=1, text="Lips")
    spread()
    assert not Message.objects.exists()
    Webhook.objects.filter(pk=webhook.pk).update(organisation=version.organisation)
    Project.objects.filter(pk=version.clip.project_id).update(visibility=Visibility.MEMBERS)
    spread()
    assert not Message.objects.exists()


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_new_webhook_is_not_told_what_happened_before(webhook: Webhook, version: Version) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(created_at=timezone.now())
    spread()
    assert not Message.objects.exists()


def test_slack_gets_its_own_form_in_which_nobody_smuggles_a_link_or_a_call(
    webhook: Webhook, message: Message, receiver: Receiver
) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(form=Form.SLACK)
    facts = message.facts | {"sentence": "Eve <!channel> | x", "text": "a & b\n<http://evil|ok>"}
    Message.objects.filter(pk=message.pk).update(facts=facts)
    webhooks.send_due()
    told = json.loads(receiver.got[0].body)
    assert told["text"] == (
        f"<{facts['url']}|Eve &lt;!channel&gt; ¦ x>\n> a &amp; b\n> &lt;http://evil¦ok&gt;"
    )
    assert "event" not in told


@pytest.mark.parametrize("call", ["@channel", "@all", "@here", "@mara"])
def test_other_chats_that_take_slacks_form_are_not_called_either(
    webhook: Webhook, message: Message, receiver: Receiver, call: str
) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(form=Form.SLACK)
    facts = message.facts | {"sentence": f"Eve {call}", "text": f"{call} look"}
    Message.objects.filter(pk=message.pk).update(facts=facts)
    webhooks.send_due()
    told = json.loads(receiver.got[0].body)["text"]
    assert call not in told
    assert call[1:] in told


def test_a_receiver_that_fails_is_tried_again_later_with_the_same_id(
    message: Message, receiver: Receiver
) -> None:
    receiver.answers("503 Busy", body=b"try later")
    webhooks.send_due()
    message.refresh_from_db()
    assert (message.tries, message.status, message.sent_at) == (1, 503, None)
    assert message.problem == "It answered 503: try later."
    assert message.next_at
    assert timedelta(0) < message.next_at - timezone.now() <= webhooks.PATIENCE[0]
    assert webhooks.send_due() == 0
    receiver.answers("204 No Content")
    Message.objects.update(next_at=timezone.now())
    assert webhooks.send_due() == 1
    assert webhooks.send_due() == 0
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    message.refresh_from_db()
    assert (message.tries, message.problem) == (2, "")
    assert message.sent_at is not None


def test_signs_that_no_database_keeps_are_left_out_of_what_a_receiver_answers(
    message: Message, receiver: Receiver
) -> None:
    receiver.answers("500 No", body=b"bro\x00ken\x1b[31m \xff")
    webhooks.send_due()
    message.refresh_from_db()
    assert message.problem == "It answered 500: bro ken [31m \ufffd."
    assert message.tries == 1


def test_a_receiver_that_hangs_keeps_no_other_waiting(
    webhook: Webhook, owner: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    for _ in range(webhooks.AT_ONCE + 2):
        make_test_message(webhook, by=owner)
    other = Webhook.objects.create(
        organisation=webhook.organisation, url=f"{receiver.url}/well", created_by=owner,
        secret=Webhook.new_secret(),
    )  # fmt: skip
    make_test_message(other, by=owner)
    over = threading.Event()
    well = receiver.behaviour

    def hang_one(connection: socket.socket, seen: Seen) -> None:
        if seen.path == "/hook":
            over.wait(20)
        else:
            well(connection, seen)

    receiver.behaviour = hang_one
    assert webhooks.send_due() == 1
    over.set()
    assert Message.objects.get(webhook=other).sent_at
    assert Message.objects.filter(webhook=webhook, tries=1).count() == 1
    assert Message.objects.filter(webhook=webhook, tries=0).count() == webhooks.AT_ONCE + 1


def test_the_pauses_grow_and_then_it_is_given_up(message: Message, receiver: Receiver) -> None:
    assert list(webhooks.PATIENCE) == sorted(webhooks.PATIENCE)
    receiver.answers("500 No")
    for _ in range(len(webhooks.PATIENCE) + 1):
        Message.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
        webhooks.send_due()
    message.refresh_from_db()
    assert message.is_given_up
    assert message.tries == len(receiver.got) == len(webhooks.PATIENCE) + 1


def test_a_receiver_that_is_gone_for_good_is_not_tried_again(
    message: Message, receiver: Receiver
) -> None:
    receiver.answers("410 Gone")
    webhooks.send_due()
    message.refresh_from_db()
    assert message.is_given_up


def test_a_lost_connection_and_a_closed_port_are_tried_again(
    message: Message, receiver: Receiver, webhook: Webhook, settings: Any
) -> None:
    receiver.behaviour = hang_up
    webhooks.send_due()
    message.refresh_from_db()
    assert "could not be reached" in message.problem
    assert message.next_at is not None
    closed = f"http://127.0.0.1:{free_port()}/"
    settings.WEBHOOK_ORIGINS = [closed]
    Webhook.objects.filter(pk=webhook.pk).update(url=closed)
    Message.objects.update(next_at=timezone.now())
    webhooks.send_due()
    message.refresh_from_db()
    assert message.tries == 2
    assert "could not be reached" in message.problem


def test_a_receiver_that_does_not_answer_is_left_and_tried_again(
    message: Message, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.5)
    over = threading.Event()

    def say_nothing(_connection: socket.socket, _seen: Seen) -> None:
        over.wait(20)

    receiver.behaviour = say_nothing
    webhooks.send_due()
    over.set()
    message.refresh_from_db()
    assert message.problem == "The address did not answer in time."
    assert message.next_at is not None


def test_a_receiver_that_takes_it_and_talks_on_without_an_end_has_taken_it(
    message: Message, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.5)
    over = threading.Event()

    def take_and_hold(connection: socket.socket, _seen: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok")
        over.wait(20)

    receiver.behaviour = take_and_hold
    assert webhooks.send_due() == 1
    over.set()
    message.refresh_from_db()
    assert (message.status, message.problem, message.next_at) == (200, "", None)


def test_a_redirect_is_not_followed(message: Message, receiver: Receiver) -> None:
    receiver.answers("307 Away", headers="location: http://169.254.169.254/latest\r\n")
    webhooks.send_due()
    message.refresh_from_db()
    assert len(receiver.got) == 1
    assert "redirects to http://169.254.169.254/latest" in message.problem
    assert message.sent_at is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/", "http://localhost/", "http://10.0.0.7/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data", "http://2130706433/", "http://me:pw@192.0.2.1/",
    ],
)  # fmt: skip
def test_an_address_inside_the_network_is_refused_when_it_is_given_and_when_it_is_used(
    as_: As, owner: User, webhook: Webhook, message: Message, receiver: Receiver, url: str
) -> None:
    answer = as_(owner).post(
        reverse("webhooks", args=["nordlicht"]), {"url": url, "form": "generic"}
    )
    assert answer.status_code == 422
    assert Webhook.objects.count() == 1
    Webhook.objects.filter(pk=webhook.pk).update(url=url)
    webhooks.send_due()
    message.refresh_from_db()
    assert message.sent_at is None
    assert message.status is None
    assert message.problem
    assert not receiver.got


def test_a_name_that_leads_inside_by_the_time_it_is_used_is_refused(
    webhook: Webhook, message: Message, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(url=f"http://hook.example:{receiver.server.port}/")
    monkeypatch.setattr(addresses, "resolve", lambda *_: ("127.0.0.1",))
    webhooks.send_due()
    message.refresh_from_db()
    assert "private address" in message.problem
    assert not receiver.got


def test_another_worker_does_not_send_what_one_is_sending(
    message: Message, receiver: Receiver
) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Message.objects.filter(pk=message.pk).update(lease="other", leased_until=soon)
    assert webhooks.send_due() == 0
    assert not webhooks.send(message, timezone.now())
    assert not receiver.got


def test_an_admin_sets_one_up_tests_it_reads_the_log_and_removes_it(
    as_: As, owner: User, receiver: Receiver
) -> None:
    browser = as_(owner)
    page = reverse("webhooks", args=["nordlicht"])
    made = browser.post(page, {"url": f"{receiver.url}/chat", "form": "slack"})
    webhook = Webhook.objects.get()
    assert webhook.secret in made.text
    assert "no-store" in made["Cache-Control"]
    test = reverse("webhook_test", args=["nordlicht", webhook.pk])
    assert "The test message was taken" in browser.post(test, follow=True).text
    assert "Olga tests this webhook" in json.loads(receiver.got[0].body)["text"]
    receiver.answers("403 No", body=b"channel_is_archived")
    assert "It answered 403: channel_is_archived." in browser.post(test, follow=True).text
    shown = browser.get(page).text
    assert webhook.secret not in shown, "the secret is shown once"
    assert "Last taken" in shown
    assert "1 waits" in shown
    browser.post(reverse("webhook_remove", args=["nordlicht", webhook.pk]))
    assert webhooks.send_due() == 0
    shown = browser.get(page).text
    assert "given up" in shown
    assert "The webhook was removed." in shown
    assert browser.post(test).status_code == 404


def test_a_new_secret_is_shown_once_and_signs_from_then_on(
    as_: As, owner: User, webhook: Webhook, message: Message, receiver: Receiver
) -> None:
    browser = as_(owner)
    answer = browser.post(reverse("webhook_secret", args=["nordlicht", webhook.pk]))
    old, webhook = webhook, Webhook.objects.get()
    assert webhook.secret != old.secret
    assert webhook.secret in answer.text
    assert webhook.secret not in browser.get(reverse("webhooks", args=["nordlicht"])).text
    webhooks.send_due()
    (seen,) = receiver.got
    assert verified_id(seen.headers, seen.body, key=key_of(webhook.secret), now=time.time())
    with pytest.raises(NotFromTheEngine, match="signature"):
        verified_id(seen.headers, seen.body, key=key_of(old.secret), now=time.time())


def test_the_page_takes_as_many_queries_for_many_webhooks_as_for_one(
    as_: As, owner: User, webhook: Webhook, message: Message
) -> None:
    browser, page = as_(owner), reverse("webhooks", args=["nordlicht"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get(page)
        return len(seen)

    queries()
    few = queries()
    for number in range(5):
        more = Webhook.objects.create(
            organisation=webhook.organisation, url=f"https://chat.example/{number}",
            secret=Webhook.new_secret(), created_by=owner,
        )  # fmt: skip
        make_test_message(more, by=owner)
    assert queries() == few


@pytest.mark.parametrize("is_given_up", [True, False])
def test_what_nobody_took_is_sent_again_by_hand(
    as_: As, owner: User, message: Message, receiver: Receiver, is_given_up: bool
) -> None:
    later = None if is_given_up else timezone.now() + timedelta(hours=8)
    Message.objects.filter(pk=message.pk).update(next_at=later, tries=6, problem="No.")
    again = reverse("webhook_message_again", args=["nordlicht", message.pk])
    page = as_(owner).get(reverse("webhooks", args=["nordlicht"])).text
    assert again in page
    assert webhooks.send_due() == 0
    as_(owner).post(again)
    assert webhooks.send_due() == 1
    assert as_(owner).post(again).status_code == 404


def test_only_admins_of_the_organisation_see_webhooks(
    as_: As, webhook: Webhook, message: Message, approver: User, outsider: User
) -> None:
    pages = [("get", "webhooks", []), ("post", "webhook_test", [webhook.pk]),
             ("post", "webhook_remove", [webhook.pk]),
             ("post", "webhook_secret", [webhook.pk]),
             ("post", "webhook_message_again", [message.pk])]  # fmt: skip
    for method, name, more in pages:
        address = reverse(name, args=["nordlicht", *more])
        assert getattr(as_(approver), method)(address).status_code == 403
        assert getattr(as_(outsider), method)(address).status_code == 404
        elsewhere = reverse(name, args=["elsewhere", *more])
        answer = getattr(as_(outsider), method)(elsewhere)
        assert answer.status_code == (200 if method == "get" else 404)
        if method == "get":
            assert webhook.url not in answer.text
