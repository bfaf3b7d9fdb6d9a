"""The broker: one message there and back, through a queue of its own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from kombu import Connection, Message

from studio.operations.doctor.check import Check, ok, problem, warning

WAIT_SECONDS = 5.0
SLOW_SECONDS = 1.0


def examine() -> Iterator[Check]:
    """A round trip."""
    begin = time.monotonic()
    try:
        arrived = _round_trip()
    except Exception as error:  # each transport has exceptions of its own
        yield problem("broker", f"{where()} does not answer: {error}.", _fix())
        return
    seconds = time.monotonic() - begin
    if not arrived:
        yield problem("broker", f"{where()} took a message and did not give it back.", _fix())
    elif seconds > SLOW_SECONDS:
        yield warning(
            "broker",
            f"{where()} needs {seconds:.1f} s for one message there and back.",
            "Jobs are sent and looked at later than they could be: bring it nearer, or look at "
            "its load.",
        )
    else:
        yield ok("broker", f"{where()}: a message went there and back.")


def where() -> str:
    """The broker in words, without its password."""
    if not settings.REDIS_URL:
        return "The embedded broker"
    parts = urlsplit(settings.REDIS_URL)
    return f"Redis at {parts.hostname}:{parts.port or 6379}"


def _round_trip() -> bool:
    queue, word = f"doctor.{secrets.token_hex(8)}", secrets.token_hex(8)
    with _connection() as connection:
        channel: Any = connection.default_channel
        # The nameless exchange leads to the queue of the routing key: nothing has to be bound.
        connection.Producer().publish({"word": word}, exchange="", routing_key=queue)
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            message: Message | None = channel.basic_get(queue, no_ack=True)
            if message is not None:
                return bool(message.payload == {"word": word})
            time.sleep(0.05)
    return False


def _connection() -> Connection:
    connection: Connection = current_app.connection_for_write(connect_timeout=WAIT_SECONDS)
    connection.ensure_connection(max_retries=1, timeout=int(WAIT_SECONDS))
    return connection


def _fix() -> str:
    if settings.REDIS_URL:
        return "Start Redis, and look at REDIS_URL: host, port, password, number of the database."
    return (
        f"The user of the studio must be able to write in {settings.BROKER_DIR}, and its disk "
        "must not be full."
    )
