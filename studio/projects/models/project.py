"""One production: its brief, its people, its budget."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q

from studio.organisations.archive import Archivable, ArchivableQuerySet
from studio.organisations.models import Member, Organisation, Role, User


class Visibility(models.TextChoices):
    """Who in the organisation sees a project."""

    ORGANISATION = "organisation", "Everyone in the organisation"
    MEMBERS = "members", "Only its members and admins"


class ProjectQuerySet(ArchivableQuerySet["Project"]):
    """Projects, as far as a member may see them."""

    def visible_to(self, user: User) -> ProjectQuerySet:
        """Projects of the person's organisations that are open to all or to this person."""
        mine = Member.objects.filter(user=user)
        return (
            self.filter(organisation__in=mine.values("organisation"))
            .filter(
                Q(visibility=Visibility.ORGANISATION)
                | Q(people=user)
                | Q(organisation__in=mine.filter(role=Role.ADMIN).values("organisation"))
            )
            .distinct()
        )


class Project(Archivable):
    """One production: brief, people, budget, approval rule. Its clips live in `clips`.

    The rule is its standing `stages`, of which it has at least one from the beginning.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=160)
    brief = models.TextField(blank=True)
    visibility = models.CharField(
        max_length=12, choices=Visibility, default=Visibility.ORGANISATION
    )
    people = models.ManyToManyField(User, blank=True, related_name="projects")
    budget_amount = models.DecimalField(
        "budget",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Held and spent money together never pass this. Empty: no limit.",
    )
    rule_number = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counts the changes of its approval rule."
    )
    engine_account = models.CharField(
        max_length=40, blank=True, help_text="Which account pays its jobs. Empty: the default."
    )
    due_on = models.DateField("due", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(budget_amount__gte=0) | Q(budget_amount=None),
                name="project_budget_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; a new one gets the plain rule: any one approver, each with a veto."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            self.stages.create(position=1)
