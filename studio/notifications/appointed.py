"""Who may decide on what waits, as one short mark: whether it has changed is asked often."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core.cache import caches

from studio.clips.models import ReviewHold
from studio.organisations.models import Member, Role
from studio.projects.models import Project

_KEY = "notifications.appointed"
#: After this long everything is looked at once more, whatever the mark says.
REMEMBERED = timedelta(hours=1)


def mark() -> str:
    """Changes with every role, member of a project, visibility and archiving that concerns
    projects where something waits; three lean queries.

    What waits, and by which rule, is told where it changes (`turns.touched_since`).
    """
    held = ReviewHold.objects.standing().filter(clip__removed_at=None)
    projects = Project.objects.filter(archived_at=None, pk__in=held.values("clip__project"))
    projects = projects.order_by()
    deciders = Member.objects.filter(
        role__in=[Role.APPROVER, Role.ADMIN], user__is_active=True,
        organisation__in=projects.values("organisation"),
    )  # fmt: skip
    inside = Project.people.through.objects.filter(project__in=projects.values("pk"))
    rows = (
        deciders.order_by().values_list("organisation", "user", "role"),
        projects.values_list("pk", "visibility"),
        inside.order_by().values_list("project", "user"),
    )
    facts = [sorted(map(str, one)) for one in rows]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def is_told(found: str) -> bool:
    """Whether a worker has told everybody since `found` is the mark. Forgetting costs a look at
    all that waits, and tells nobody twice."""
    return bool(caches["shared"].get(_KEY) == found)


def remember(found: str) -> None:
    """Everybody is told whom `found` concerns."""
    caches["shared"].set(_KEY, found, REMEMBERED.total_seconds())
