"""The time that counts. Workers on many hosts share one clock: that of the database.

A host whose clock is an hour off would otherwise take leases that others still hold, or sleep for
an hour. On SQLite database and workers are on one host, whose clock there is no second opinion of;
`polling.bring_back` mends what a step of it leaves behind.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import cast

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """The database's time, also inside a transaction that began long ago."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


class Running:
    """The same time, asked for once and carried on by this host's steady clock: for one pass.

    That clock knows no steps, and differs from the database's by less than a second in an hour.
    """

    def __init__(self) -> None:
        self._asked_at, self._since = now(), time.monotonic()

    def now(self) -> datetime:
        """The database's time, without asking it again."""
        return self._asked_at + timedelta(seconds=time.monotonic() - self._since)
