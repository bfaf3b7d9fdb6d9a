"""When somebody last played a project through: what is new is counted from there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from studio.organisations.models import User
from studio.projects.models import Project

#: Pages opened within so long of each other are one visit: a reload must not empty the list.
ONE_VISIT = timedelta(minutes=30)


class ProjectVisit(models.Model):
    """One person's visits to one project's playlists.

    `before_at` is the end of the visit before the present one, from which "new" is counted.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, related_name="visits")
    before_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "project"], name="visit_once_per_person_and_project"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.project}"

    @classmethod
    def began_after(cls, *, user: User, project: Project) -> datetime | None:
        """When the visit before the present one ended, without writing anything down."""
        visit = cls.objects.filter(user=user, project=project).first()
        return visit.before_at if visit else None

    @classmethod
    def note(cls, *, user: User, project: Project) -> datetime | None:
        """Write down that the person is here; when the visit before ended, or None at the first."""
        now = timezone.now()
        visit, is_first = cls.objects.get_or_create(
            user=user, project=project, defaults={"last_at": now}
        )
        if not is_first:
            if now - visit.last_at > ONE_VISIT:
                visit.before_at = visit.last_at
            visit.last_at = now
            visit.save(update_fields=["before_at", "last_at"])
        return visit.before_at
