"""What the workers do for it: read, tell, mail, send. The rows say whether there is anything."""

from __future__ import annotations

from celery import shared_task

from jobs.tasks import at_most
from studio.notifications import clearing, mailing, spreading, webhooks


@shared_task
@at_most(1)
def spread_word() -> None:
    """Tell people and programs what has happened since the last time."""
    spreading.spread()


@shared_task
@at_most(1)
def mail_due() -> None:
    """Send the mails whose time has come, digests among them."""
    mailing.mail_due()
    mailing.digest_due()


@shared_task
@at_most(1)  # a slow receiver takes one thread of a worker, never all
def send_webhooks() -> None:
    """Send the webhooks' messages whose time has come."""
    webhooks.send_due()


@shared_task
@at_most(1)
def clear_away() -> None:
    """Delete old notifications and the webhooks' old messages."""
    clearing.clear_away()
