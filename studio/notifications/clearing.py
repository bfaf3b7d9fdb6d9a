"""Deleting what nobody reads any more: old notifications, and the log of old messages.

In batches, each a statement of its own that touches only rows nobody works on: nobody waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from jobs import clock
from jobs.leases import one_alone
from studio.notifications.models import Message, Notification
from studio.notifications.turns import ASKED, LONGEST_REVIEW

BATCH = 1_000
#: Batches of one pass; what is left goes at the next.
BATCHES = 200


def clear_away() -> int:
    """All of it; how many rows went."""
    now, gone = clock.now(), 0
    for rows in (notifications(now), messages(now)):
        with one_alone("Clearing away"):
            gone += _delete(rows)
    return gone


def notifications(now: datetime) -> QuerySet[Notification]:
    """Those that were read long ago, and those that nobody read for very long.

    What asked for a decision stays for as long as one may wait for it: its row is what sees to it
    that nobody is asked twice.
    """
    read = Q(read_at__lt=now - timedelta(days=settings.NOTIFICATIONS_READ_DAYS))
    never = Q(read_at=None, created_at__lt=now - timedelta(days=settings.NOTIFICATIONS_UNREAD_DAYS))
    may_wait = ASKED & Q(created_at__gte=now - LONGEST_REVIEW)
    return Notification.objects.filter(read | never).exclude(may_wait)


def messages(now: datetime) -> QuerySet[Message]:
    """Those that somebody took, or that were given up, long ago.

    The last one that each webhook took stays: its page says when that was.
    """
    before = now - timedelta(days=settings.WEBHOOK_MESSAGES_DAYS)
    later = Message.objects.filter(webhook=OuterRef("webhook"), sent_at__gt=OuterRef("sent_at"))
    given_up = Q(sent_at=None, next_at=None, created_at__lt=before)
    return Message.objects.filter(Q(Exists(later), sent_at__lt=before) | given_up)


def _delete(rows: QuerySet[Any]) -> int:
    gone = 0
    for _ in range(BATCHES):
        batch = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
        if not batch:
            break
        # Asked again with the rows: one may have been sent again, or read, meanwhile.
        gone += rows.filter(pk__in=batch).order_by().delete()[0]
    return gone
