"""Who may decide in which project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from studio.organisations.models import Member, Role, User
from studio.projects.models import Project, Visibility


@dataclass(frozen=True, slots=True)
class Approvers:
    """The people who may decide in a project, by name: those with the role, and admins."""

    approvers: tuple[User, ...]
    admins: tuple[User, ...]

    def owing(self, *, maker: UUID, decided: set[UUID], count: int) -> tuple[User, ...]:
        """Who still owes a decision, if `count` more are needed.

        Admins may decide, but are waited for only where the approvers are too few.
        """

        def free(people: Iterable[User]) -> list[User]:
            return [one for one in people if one.pk != maker and one.pk not in decided]

        owing = free(self.approvers)
        return tuple(owing if len(owing) >= count else owing + free(self.admins))


def approvers_of(projects: set[Project]) -> dict[UUID, Approvers]:
    """For each project's id, who may decide in it; two queries for any number of projects."""
    members: dict[UUID, list[Member]] = defaultdict(list)
    for member in (
        Member.objects.filter(
            organisation__in={project.organisation_id for project in projects},
            role__in=[Role.APPROVER, Role.ADMIN],
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user__name", "user__email")
    ):
        members[member.organisation_id].append(member)
    inside: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Project.people.through.objects.filter(project__in=[one.pk for one in projects])
    for project_id, user_id in rows.values_list("project_id", "user_id"):
        inside[project_id].add(user_id)
    return {
        project.pk: _split(project, members[project.organisation_id], inside[project.pk])
        for project in projects
    }


def _split(project: Project, members: list[Member], inside: set[UUID]) -> Approvers:
    is_open = project.visibility == Visibility.ORGANISATION
    return Approvers(
        approvers=tuple(
            one.user for one in members
            if one.role == Role.APPROVER and (is_open or one.user_id in inside)
        ),
        admins=tuple(one.user for one in members if one.role == Role.ADMIN),
    )  # fmt: skip
