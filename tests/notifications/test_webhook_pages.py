"""The page of webhooks: setting one up, trying it, and who may."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.engines.base import NotFromTheEngine
from jobs.engines.standard_webhooks import key_of, verified_id
from studio.notifications import webhooks
from studio.notifications.messages import test_message as make_test_message
from studio.notifications.models import Message, Webhook
from studio.organisations.models import User
from tests.notifications.receiving import Receiver

type As = Callable[[User], Client]


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


def test_what_nobody_took_stays_in_the_log_behind_any_number_of_later_ones(
    as_: As, owner: User, message: Message, webhook: Webhook
) -> None:
    Message.objects.filter(pk=message.pk).update(next_at=None, tries=8, problem="No.")
    later = [make_test_message(webhook, by=owner).pk for _ in range(51)]
    Message.objects.filter(pk__in=later).update(sent_at=timezone.now(), next_at=None)
    shown = as_(owner).get(reverse("webhooks", args=["nordlicht"])).context["log"]
    assert len(shown) == 51
    assert shown[-1] == message


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
