"""Sending what is to be mailed: each notification in one mail, at once or in a daily digest.

The row is the truth. Whoever sends claims it first, for a while, by one guarded UPDATE; so of two
workers one sends. A worker that dies while it sends leaves the claim to run out, and the mail is
sent again under the same Message-ID, by which mail programs know it: rather twice than never.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from jobs import clock
from jobs.leases import a_lease
from studio.notifications.models import Mail, Notification
from studio.notifications.taken_back import taken_back
from studio.organisations.models import User

log = logging.getLogger(__name__)

#: Longer than any mail server is waited for; then the claim of a dead worker has run out.
LEASE_SECONDS = 300
#: How long after each failed try the next one comes; after the last one nobody tries any more.
PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
#: Mails of one tick: the next tick goes on.
AT_ONCE = 50


def mail_due() -> int:
    """Send what is due at once; how many mails left."""
    sent = 0
    for _ in range(AT_ONCE):
        now = clock.now()
        first = Notification.objects.mail_due(now, Mail.ONCE).order_by("mail_at").first()
        if first is None:
            break
        one = Notification.objects.filter(pk=first.pk)
        sent += _send(first.user, one, Mail.ONCE, now)
    return sent


def digest_due() -> int:
    """Send each person whose digest is due one mail with everything in it; how many left."""
    sent = 0
    for _ in range(AT_ONCE):
        now = clock.now()
        first = Notification.objects.mail_due(now, Mail.DIGEST).order_by("mail_at").first()
        if first is None:
            break
        mine = Notification.objects.filter(user=first.user_id)
        sent += _send(first.user, mine, Mail.DIGEST, now)
    return sent


def _send(person: User, rows: QuerySet[Notification], mail: Mail, now: datetime) -> bool:
    """Claim those of `rows` that are due, and send them in one mail; whether one left."""
    lease = a_lease()
    due = Notification.objects.mail_due(now, mail).filter(pk__in=rows.values("pk"))
    until = now + timedelta(seconds=LEASE_SECONDS)
    if not due.update(lease=lease, leased_until=until):
        return False  # somebody else was first
    claimed = Notification.objects.filter(lease=lease)
    wanted = _still_wanted(person, lease)
    claimed.exclude(pk__in=[one.pk for one in wanted]).update(
        mail_at=None, lease="", leased_until=None
    )
    if not wanted:
        return False
    try:
        _mail(person, wanted, mail).send()
    except (SMTPException, OSError, ValueError) as problem:  # ValueError: no address to send to
        _put_off(claimed, wanted[0].mail_tries, problem, now)
        return False
    claimed.update(mailed_at=clock.now(), lease="", leased_until=None, mail_problem="")
    return True


def _still_wanted(person: User, lease: str) -> list[Notification]:
    """What the person may still see, has not read meanwhile, and nobody has taken back."""
    if not person.is_active:
        return []
    mine = Notification.objects.visible_to(person).unread().filter(lease=lease)
    rows = list(mine.select_related("project__organisation").order_by("created_at"))
    gone = taken_back(rows)
    return [one for one in rows if one.pk not in gone]


def _put_off(
    claimed: QuerySet[Notification], tries: int, problem: Exception, now: datetime
) -> None:
    log.warning("A notification could not be mailed: %s", str(problem))
    claimed.update(
        mail_at=now + PATIENCE[tries] if tries < len(PATIENCE) else None,
        mail_tries=tries + 1,
        mail_problem=f"{type(problem).__name__}: {problem}"[:300],
        lease="",
        leased_until=None,
    )


def _mail(person: User, rows: Sequence[Notification], mail: Mail) -> EmailMessage:
    base = settings.PUBLIC_URL.rstrip("/")
    words = {
        "person": person,
        "rows": [(one, f"{base}{opened(one.pk)}") for one in rows],
        "settings_url": f"{base}{reverse('notification_settings')}",
    }
    if mail == Mail.ONCE:
        subject, template = rows[0].sentence, "notifications/mail.txt"
    else:
        s = "" if len(rows) == 1 else "s"
        subject, template = f"Your day: {len(rows)} notification{s}", "notifications/digest.txt"
    # The same for every try, by which mail programs know a mail that came twice.
    message_id = f"<{mail.value}.{rows[0].pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"
    return EmailMessage(
        " ".join(subject.split()),
        render_to_string(template, words),
        None,
        [person.email],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{words['settings_url']}>",
        },
    )


def opened(pk: UUID) -> str:
    """The address that marks a notification read and goes where it happened."""
    return reverse("notification", args=[pk])
