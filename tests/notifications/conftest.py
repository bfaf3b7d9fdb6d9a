"""Word that gets around in the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from studio.notifications.messages import test_message as make_test_message
from studio.notifications.models import (
    Kind,
    Mail,
    Message,
    Notification,
    Preference,
    Reading,
    Webhook,
)
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.notifications.receiving import Receiver, receiving


@pytest.fixture
def read_an_hour_ago(db: None) -> None:
    """What happened in the last hour is news."""
    hour = timezone.now() - timedelta(hours=1, minutes=5)
    Reading.objects.create(reader="news", until=hour)
    Reading.objects.create(reader="due", until=hour)


@pytest.fixture
def outbox() -> list[Any]:
    """Mails that left."""
    return mail.outbox


@pytest.fixture
def told(project: Project) -> Callable[..., Notification]:
    """`told(teammate, mail=Mail.ONCE)`: a notification whose mail is due now."""
    count = 0

    def one(user: User, **fields: Any) -> Notification:
        nonlocal count
        count += 1
        usual: dict[str, Any] = {
            "project": project,
            "kind": Kind.MENTION,
            "key": f"test:{count}",
            "sentence": f"Mara names you, {count}",
            "quote": "Lips are late",
            "path": "/projects/",
            "mail": Mail.ONCE,
            "mail_at": timezone.now() - timedelta(seconds=count),
        }
        return Notification.objects.create(user=user, **(usual | fields))

    return one


@pytest.fixture
def prefers() -> Callable[[User, Kind, Mail], None]:
    """`prefers(teammate, Kind.REPLY, Mail.NONE)`"""

    def choose(user: User, kind: Kind, chosen: Mail) -> None:
        Preference.objects.update_or_create(user=user, kind=kind, defaults={"mail": chosen})

    return choose


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A program on this machine to which webhooks may be sent."""
    with receiving() as found:
        settings.WEBHOOK_ORIGINS = [found.url]
        yield found


@pytest.fixture
def webhook(studio_org: Organisation, owner: User, receiver: Receiver) -> Webhook:
    """The organisation's webhook at the receiver, set up yesterday."""
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
