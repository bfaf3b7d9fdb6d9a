"""Webhooks are sent to public addresses only, whatever a name leads to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.engines import addresses
from studio.notifications import webhooks
from studio.notifications.models import Message, Webhook
from studio.organisations.models import User
from tests.notifications.receiving import Receiver

type As = Callable[[User], Client]


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
