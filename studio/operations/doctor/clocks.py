"""Clocks: of this host, of the database, of the engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.db import connection
from django.utils import timezone

from jobs import accounts, clock, registry
from jobs.engines import http
from jobs.engines.base import EngineError
from studio.operations.doctor.check import Check, Level, ok, warning
from studio.operations.doctor.engine_accounts import used

#: Tokens for engines carry times, and so do signed addresses: those must hold on both sides.
OFF_SECONDS = 2.0
FAR_OFF_SECONDS = 30.0
ENGINE_SECONDS = 10.0
SET_IT = "Let every host set its clock by NTP (timedatectl set-ntp true)."


def examine() -> Iterator[Check]:
    """This host against the database, then against each engine's Date header."""
    yield of_database()
    for name in used():
        if name != registry.SANDBOX:
            yield from of_engine(name)


def of_database() -> Check:
    """The database's clock is the studio's clock (`jobs.clock`)."""
    if connection.vendor != "postgresql":
        return ok("clock", "The database is on this host and has no clock of its own.")
    before = timezone.now()
    theirs = clock.now()
    return compared("the database", theirs, before, timezone.now(), seconds=OFF_SECONDS)


def of_engine(name: str) -> Iterator[Check]:
    """A free look, for the time that its answer carries; nothing where there is none."""
    try:
        engine = registry.engine(name)
        request = engine.look_request(engine.read_handle(accounts.NO_TASK))
        before = timezone.now()
        answer = http.send(replace(request, timeout_seconds=ENGINE_SECONDS))
    except (EngineError, registry.NoSuchEngine, ValueError):
        return  # said by the check of the account
    if theirs := _date(answer.headers.get("date", "")):
        # The header counts in whole seconds.
        yield compared(name, theirs, before, timezone.now(), seconds=OFF_SECONDS + 1)


def compared(
    whose: str, theirs: datetime, before: datetime, after: datetime, *, seconds: float
) -> Check:
    """Their time, given some time between `before` and `after` of ours; `seconds` are forgiven."""
    off = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if off <= seconds:
        return ok("clock", f"This host and {whose} agree.")
    ours = "behind" if theirs > after else "ahead of"
    found = f"This host is {off:.0f} s {ours} {whose}."
    if off <= FAR_OFF_SECONDS:
        return warning("clock", found, SET_IT)
    return Check(
        "clock",
        Level.PROBLEM,
        found,
        f"{SET_IT} Signed addresses and tokens for engines count as expired, or not yet valid.",
    )


def _date(text: str) -> datetime | None:
    try:
        there = parsedate_to_datetime(text)
    except ValueError:
        return None
    return there if there.tzinfo else there.replace(tzinfo=UTC)
