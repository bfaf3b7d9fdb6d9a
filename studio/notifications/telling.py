"""Telling people: a row each, once for each thing that happened, with the mail they chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from studio.notifications.models import Kind, Mail, Notification, Preference
from studio.notifications.models.notification import USUAL
from studio.organisations.models import Member, Role, User
from studio.projects.models import Project, Visibility

#: When the daily digest leaves, in the studio's time zone.
DIGEST_AT = time(6, 0)
QUOTE_CHARACTERS = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that people are to be told. `key` names it for good."""

    kind: Kind
    key: str
    to: Sequence[User]
    project: Project
    sentence: str
    path: str
    quote: str = ""
    #: Whoever did it knows it already.
    by: UUID | None = None


def tell(news: Iterable[News], *, now: datetime | None = None) -> int:
    """Write a row for everybody who is told something new; how many were written.

    Two at the same time write no row twice: the database has each `key` once per person. People
    who do not see the project are not told. Five queries, however many projects there are.
    """
    found = [one for one in news if one.to]
    if not found:
        return 0
    now = now or timezone.now()
    chosen = _chosen({person.pk for one in found for person in one.to})
    may_see = _who_sees({one.project for one in found}, found)
    rows = [
        _row(one, person, chosen.get((person.pk, one.kind), USUAL[one.kind]), now)
        for one in found
        for person in one.to
        if person.pk != one.by and person.pk in may_see[one.project.pk]
    ]
    told = Notification.objects.filter(user__in={row.user_id for row in rows})
    known = set(told.filter(key__in={row.key for row in rows}).values_list("user", "key"))
    fresh = {(row.user_id, row.key): row for row in rows if (row.user_id, row.key) not in known}
    Notification.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    return len(fresh)


def next_digest(now: datetime) -> datetime:
    """When the next daily digest leaves."""
    here = timezone.localtime(now)
    today = here.replace(hour=DIGEST_AT.hour, minute=DIGEST_AT.minute, second=0, microsecond=0)
    return today if today > here else today + timedelta(days=1)


def _row(news: News, person: User, mail: Mail, now: datetime) -> Notification:
    due = {Mail.ONCE: now, Mail.DIGEST: next_digest(now), Mail.NONE: None}
    quote = " ".join(news.quote.split())
    if len(quote) > QUOTE_CHARACTERS:
        quote = quote[:QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return Notification(
        user=person,
        project=news.project,
        kind=news.kind,
        key=news.key,
        sentence=news.sentence[:300],
        quote=quote,
        path=news.path,
        mail=mail,
        mail_at=due[mail],
    )


def _chosen(people: set[UUID]) -> dict[tuple[UUID, Kind], Mail]:
    rows = Preference.objects.filter(user__in=people).values_list("user", "kind", "mail")
    return {(user, Kind(kind)): Mail(mail) for user, kind, mail in rows}


def _who_sees(projects: set[Project], news: list[News]) -> dict[UUID, set[UUID]]:
    """The ids of those of the told who see each project: as `people_of` has it, for all at once."""
    people = {person.pk for one in news for person in one.to}
    members: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    rows = Member.objects.filter(
        user__in=people, user__is_active=True,
        organisation__in={one.organisation_id for one in projects},
    )  # fmt: skip
    for organisation, user, role in rows.values_list("organisation", "user", "role"):
        members[organisation][user] = role
    closed = [one.pk for one in projects if one.visibility != Visibility.ORGANISATION]
    inside = Project.people.through.objects.filter(project__in=closed, user__in=people)
    let_in = set(inside.values_list("project", "user"))
    return {
        project.pk: {
            user
            for user, role in members[project.organisation_id].items()
            if project.pk not in closed or role == Role.ADMIN or (project.pk, user) in let_in
        }
        for project in projects
    }
