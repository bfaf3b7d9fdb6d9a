"""Outgoing webhooks: signed, tried again with growing pauses, through the address guard.

Signed as Standard Webhooks says (https://www.standardwebhooks.com): `webhook-id` (the same at
every try), `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from jobs import clock
from jobs.engines import http
from jobs.engines.addresses import AddressProblem, check_url, origin_of
from jobs.engines.exchange import Response
from jobs.engines.http import DownloadError
from jobs.engines.standard_webhooks import key_of
from jobs.leases import a_lease, one_alone
from studio.notifications.models import Form, Message, Webhook
from studio.notifications.slack import slack_form

log = logging.getLogger(__name__)

#: A receiver answers within this, or the try has failed.
TIMEOUT_SECONDS = 10
LEASE_SECONDS = 60
#: How long after each failed try the next one comes: a day and a half in all.
PATIENCE = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2), timedelta(hours=8), timedelta(hours=24),
)  # fmt: skip
AT_ONCE = 10
GONE = 410


def address_problem(url: str) -> str:
    """Why the studio would not send to this address, as a sentence; empty where it would."""
    try:
        check_url(url, allow_origin=_allowed(url))
    except AddressProblem as problem:
        return problem.sentence
    return ""


def send_due() -> int:
    """Send the messages whose time has come; how many were taken.

    A receiver that did not take one is left alone until the next tick: it may have kept us waiting
    until the end, and the others must not wait with us through all that it is owed.
    """
    taken, failing = 0, set[UUID]()
    for _ in range(AT_ONCE):
        now = clock.now()
        first = Message.objects.due(now).exclude(webhook__in=failing).first()
        if first is None:
            break
        is_taken = False
        with one_alone(f"The webhook message {first.pk}"):
            is_taken = send(first, now)
        taken += is_taken
        if not is_taken:
            failing.add(first.webhook_id)
    return taken


def send(message: Message, now: datetime) -> bool:
    """Claim one message and send it; whether its receiver took it."""
    lease, until = a_lease(), now + timedelta(seconds=LEASE_SECONDS)
    due = Message.objects.due(now).filter(pk=message.pk).order_by()
    if not due.update(lease=lease, leased_until=until):
        return False  # another worker was first
    status, problem, is_final = _post(message)
    tries = message.tries + 1
    done: dict[str, Any] = {
        "status": status, "problem": problem[:300], "tries": tries, "lease": "",
        "leased_until": None, "next_at": None,
    }  # fmt: skip
    if not problem:
        done["sent_at"] = clock.now()
    elif not is_final and tries <= len(PATIENCE):
        done["next_at"] = clock.now() + PATIENCE[tries - 1]
    return bool(Message.objects.filter(pk=message.pk, lease=lease).update(**done)) and not problem


def signed_headers(webhook: Webhook, message_id: str, body: bytes, *, at: int) -> dict[str, str]:
    """The headers by which a receiver knows who sent `body`, and when."""
    signed = f"{message_id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.digest(key_of(webhook.secret), signed, "sha256")).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }


def body_of(message: Message) -> bytes:
    """What is sent: the facts, or the form that Slack understands."""
    facts = message.facts
    shown = slack_form(facts) if message.webhook.form == Form.SLACK else facts
    return json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()


def _post(message: Message) -> tuple[int | None, str, bool]:
    """The status of the answer, what was wrong, and whether trying again is of no use."""
    webhook = message.webhook
    if webhook.removed_at:
        return None, "The webhook was removed.", True
    body = body_of(message)
    headers = signed_headers(webhook, str(message.pk), body, at=int(time.time()))
    try:
        answer = http.post(
            webhook.url, body, headers=headers, timeout_seconds=TIMEOUT_SECONDS,
            allow_origin=_allowed(webhook.url),
        )  # fmt: skip
    except AddressProblem as problem:
        return None, problem.sentence, problem.permanent
    except DownloadError as problem:
        slow = problem.code == "too_slow"
        words = "did not answer in time" if slow else f"could not be reached ({problem.detail})"
        return None, f"The address {words}.", False
    return answer.status, _wrong(answer), answer.status == GONE


def _wrong(answer: Response) -> str:
    if 200 <= answer.status < 300:
        return ""
    if 300 <= answer.status < 400:
        target = _line(answer.headers.get("location", "elsewhere"))
        return f"It redirects to {target}. Redirects are not followed: give that address."
    told = _line(answer.body.decode(errors="replace"))[:120]
    return f"It answered {answer.status}{f': {told}' if told else ''}."


def _line(words: str) -> str:
    # A receiver may answer with anything; PostgreSQL keeps no NUL, and the row must be written.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _allowed(url: str) -> str | None:
    """The URL itself, if the operator lets webhooks go to its origin inside the own network."""
    origin = origin_of(url)
    allowed = {origin_of(one) for one in settings.WEBHOOK_ORIGINS}
    return url if origin is not None and origin in allowed else None
