"""Who may decide anywhere, as one short mark: whether it has changed is asked often."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core.cache import cache

from studio.organisations.models import Member, Role
from studio.projects.models import Project

_KEY = "notifications.appointed"
#: After this long everything is looked at once more, whatever the mark says.
REMEMBERED = timedelta(hours=1)


def mark() -> str:
    """Changes with every role, member of a project, visibility and archiving; three lean queries.

    What waits, and by which rule, is told where it changes (`turns.touched_since`).
    """
    deciders = Member.objects.filter(role__in=[Role.APPROVER, Role.ADMIN], user__is_active=True)
    projects = Project.objects.filter(archived_at=None)
    inside = Project.people.through.objects.filter(project__archived_at=None)
    rows = (
        deciders.order_by().values_list("organisation", "user", "role"),
        projects.order_by().values_list("pk", "visibility"),
        inside.order_by().values_list("project", "user"),
    )
    facts = [sorted(map(str, one)) for one in rows]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def is_told(found: str) -> bool:
    """Whether this process has told everybody since `found` is the mark. Forgetting costs a look
    at all that waits, and tells nobody twice."""
    return bool(cache.get(_KEY) == found)


def remember(found: str) -> None:
    """Everybody is told whom `found` concerns."""
    cache.set(_KEY, found, REMEMBERED.total_seconds())
