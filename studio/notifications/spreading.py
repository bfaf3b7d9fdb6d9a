"""One pass: read what happened, tell the people whom it concerns, write the webhooks' messages."""

from __future__ import annotations

from datetime import timedelta

from jobs import clock
from jobs.leases import one_alone
from studio.notifications import happenings, messages, news, turn_news, turns
from studio.notifications.models import Reading
from studio.notifications.telling import tell

NEWS, DUE = "news", "due"
#: How often projects that are due are looked for.
DUE_EVERY = timedelta(minutes=10)


def spread() -> None:
    """Everything new. Two passes at the same time write nothing twice."""
    now = clock.now()
    found = happenings.since(happenings.begin(NEWS, now))
    tell(news.news_of(found), now=now)
    turns.lay_aside(found.turns, now)
    turns.let_rest(found.since, now)
    messages.post_all(found)
    happenings.end(NEWS, now)
    with one_alone("Telling what is due"):
        tell_due()


def tell_due() -> None:
    """Projects and decisions that are due, looked for now and then."""
    now = clock.now()
    reading, is_first = Reading.objects.get_or_create(reader=DUE, defaults={"until": now})
    if is_first or now - reading.until >= DUE_EVERY:
        projects, owed = turns.due_projects(now), turns.due_decisions(now)
        tell(turn_news.due_news(projects, owed, now), now=now)
        happenings.end(DUE, now)
