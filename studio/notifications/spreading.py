"""One pass: read what happened, tell the people whom it concerns, write the webhooks' messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobs import clock
from jobs.leases import one_alone
from studio.notifications import (
    appointed,
    happenings,
    job_news,
    messages,
    news,
    turn_news,
    turns,
)
from studio.notifications.models import Reading
from studio.notifications.telling import tell

NEWS, DUE, TURNS = "news", "due", "turns"
#: How often projects that are due are looked for.
DUE_EVERY = timedelta(minutes=10)
#: How often it is looked whether others have come to decide than were asked.
TURNS_EVERY = timedelta(minutes=1)


def spread() -> None:
    """Everything new. Two passes at the same time write nothing twice."""
    now = clock.now()
    found = happenings.since(happenings.begin(NEWS, now))
    tell(news.news_of(found), now=now)
    turns.lay_aside(found.turns, now)
    turns.let_rest(found.since, now)
    job_news.lay_settled_aside(now)
    messages.post_all(found)
    happenings.end(NEWS, now)
    with one_alone("Telling what is due"):
        tell_due()
    with one_alone("Telling whose turn it has become"):
        tell_turns()


def tell_due() -> None:
    """Projects and decisions that are due, looked for now and then."""
    now = clock.now()
    if _is_time(DUE, DUE_EVERY, now):
        projects, owed = turns.due_projects(now), turns.due_decisions(now)
        tell(turn_news.due_news(projects, owed, now), now=now)
        happenings.end(DUE, now)


def tell_turns() -> None:
    """What waits for somebody who was not asked yet, and what waits for somebody no more."""
    now = clock.now()
    if _is_time(TURNS, TURNS_EVERY, now):
        if not appointed.is_told(mark := appointed.mark()):
            found = turns.waiting(now)
            tell((news for one in found for news in turn_news.of_turn(one, since=now)), now=now)
            turns.lay_aside(found, now)
            appointed.remember(mark)
        happenings.end(TURNS, now)


def _is_time(reader: str, every: timedelta, now: datetime) -> bool:
    reading, is_first = Reading.objects.get_or_create(reader=reader, defaults={"until": now})
    return is_first or now - reading.until >= every
