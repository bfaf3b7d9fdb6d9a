"""Webhooks: signed, tried again, sent once; with a real server at the other end."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.engines.base import NotFromTheEngine
from jobs.engines.standard_webhooks import key_of, verified_id
from studio.notifications import webhooks
from studio.notifications.messages import test_message as make_test_message
from studio.notifications.models import Message, Webhook
from studio.organisations.models import User
from tests.engines.loopback import Seen, hang_up
from tests.notifications.receiving import Receiver
from tests.services.programs import free_port


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
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 3.0)
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
            over.wait(60)
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
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 3.0)
    over = threading.Event()

    def say_nothing(_connection: socket.socket, _seen: Seen) -> None:
        over.wait(60)

    receiver.behaviour = say_nothing
    webhooks.send_due()
    over.set()
    message.refresh_from_db()
    assert message.problem == "The address did not answer in time."
    assert message.next_at is not None


def test_a_receiver_that_takes_it_and_talks_on_without_an_end_has_taken_it(
    message: Message, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 3.0)
    over = threading.Event()

    def take_and_hold(connection: socket.socket, _seen: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok")
        over.wait(60)

    receiver.behaviour = take_and_hold
    assert webhooks.send_due() == 1
    over.set()
    message.refresh_from_db()
    assert (message.status, message.problem, message.next_at) == (200, "", None)


def test_another_worker_does_not_send_what_one_is_sending(
    message: Message, receiver: Receiver
) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Message.objects.filter(pk=message.pk).update(lease="other", leased_until=soon)
    assert webhooks.send_due() == 0
    assert not webhooks.send(message, timezone.now())
    assert not receiver.got
