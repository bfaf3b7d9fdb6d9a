"""What nobody reads any more goes, in batches; what is still of use stays."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.celery import PERIODIC
from studio.notifications import clearing, tasks, turns
from studio.notifications.models import Kind, Message, Notification, Webhook
from studio.organisations.models import Organisation, User

type Told = Callable[..., Notification]


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def aged(row: Notification | Message, days: int) -> None:
    type(row).objects.filter(pk=row.pk).update(created_at=days_ago(days))


def left() -> set[str]:
    return set(Notification.objects.values_list("sentence", flat=True))


def test_read_notifications_go_after_ninety_days_and_unread_ones_after_a_year(
    told: Told, teammate: User
) -> None:
    for name, read, made in (
        ("read long ago", 91, 200), ("read lately", 89, 300), ("unread", None, 364),
        ("never read", None, 366),
    ):  # fmt: skip
        at = days_ago(read) if read else None
        aged(told(teammate, sentence=name, read_at=at, mail_at=None), made)
    tasks.clear_away()
    assert left() == {"read lately", "unread"}


def test_what_asked_for_a_decision_stays_while_it_may_still_wait(
    told: Told, teammate: User
) -> None:
    """Else whoever has read it would be asked a second time."""
    for name, days in (("asked", 119), ("asked long ago", 121)):
        aged(
            told(
                teammate, kind=Kind.WAITING, key=f"waiting:{name}", sentence=name,
                read_at=days_ago(days), mail_at=None,
            ),
            days,
        )  # fmt: skip
    tasks.clear_away()
    assert left() == {"asked"}


def test_the_days_are_settings(told: Told, teammate: User, settings: Any) -> None:
    settings.NOTIFICATIONS_READ_DAYS, settings.NOTIFICATIONS_UNREAD_DAYS = 5, 10
    aged(told(teammate, sentence="read", read_at=days_ago(6)), 7)
    aged(told(teammate, sentence="unread"), 9)
    tasks.clear_away()
    assert left() == {"unread"}


@pytest.mark.parametrize("name", ["NOTIFICATIONS_READ_DAYS", "NOTIFICATIONS_UNREAD_DAYS"])
def test_no_row_may_go_while_a_project_is_still_due_soon(name: str) -> None:
    """Its row says that people were told: without it they would be told again."""
    least = turns.SOON.days + 1
    program = [sys.executable, "-c", "import studio.settings"]
    tried = subprocess.run(
        program,
        env=os.environ | {name: str(least - 1)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{name} is '{least - 1}': use a whole number from {least} to" in tried.stderr


def test_messages_go_after_thirty_days_but_for_those_that_wait_and_the_last_that_was_taken(
    studio_org: Organisation, owner: User
) -> None:
    webhook = Webhook.objects.create(
        organisation=studio_org, url="https://chat.example/", secret="whsec_", created_by=owner
    )
    facts: dict[str, dict[str, Any]] = {
        "taken": {"sent_at": days_ago(40)},
        "taken last": {"sent_at": days_ago(31)},
        "given up": {},
        "waits": {"next_at": timezone.now()},
    }
    for key, fields in facts.items():
        aged(Message.objects.create(webhook=webhook, key=key, event="x", facts={}, **fields), 45)
    Message.objects.create(webhook=webhook, key="given up lately", event="x", facts={})
    tasks.clear_away()
    kept = set(Message.objects.values_list("key", flat=True))
    assert kept == {"taken last", "waits", "given up lately"}


def test_much_goes_in_batches_each_a_short_statement(
    told: Told, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    for _ in range(5):
        aged(told(teammate, read_at=days_ago(100)), 100)
    with CaptureQueriesContext(connection) as seen:
        tasks.clear_away()
    assert not Notification.objects.exists()
    deletes = [one for one in seen.captured_queries if one["sql"].startswith("DELETE")]
    assert len(deletes) == 3


def test_it_happens_by_the_clock() -> None:
    assert tasks.clear_away.name in {task for task, _ in PERIODIC.values()}
