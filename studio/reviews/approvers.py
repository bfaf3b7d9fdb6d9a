"""Who may decide in which project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from studio.organisations.models import Member, Role, User
from studio.projects.models import ApprovalStage, ByRole, Project, Visibility


@dataclass(frozen=True, slots=True)
class Approvers:
    """The people who may decide in a project, by name: those with the role, and admins."""

    approvers: tuple[User, ...]
    admins: tuple[User, ...]

    def of_stage(self, stage: ApprovalStage, *, maker: UUID | None) -> Deciders:
        """Who decides in `stage` on a version that `maker` made, who never decides on it.

        None: who may decide there at all, whoever made what.
        """
        able = {person.pk: person for person in (*self.approvers, *self.admins)}
        named = list(stage.people.all())
        first = {person.pk: person for person in named if person.pk in able}
        if stage.by_role:
            by_role = self.admins if stage.by_role == ByRole.ADMINS else self.approvers
            first |= {person.pk: person for person in by_role}
        reserve = self.admins if stage.by_role == ByRole.APPROVERS else ()
        return Deciders(
            first=tuple(_by_name(one for one in first.values() if one.pk != maker)),
            reserve=tuple(one for one in reserve if one.pk != maker and one.pk not in first),
            unable=tuple(one for one in named if one.pk not in able and one.pk != maker),
        )


@dataclass(frozen=True, slots=True)
class Deciders:
    """The people of one stage, for one version; its maker is not among them.

    Admins may decide wherever every approver may, but they are a `reserve`: waited for only where
    the approvers are too few. `unable` are named in the stage and may not decide any more.
    """

    first: tuple[User, ...]
    reserve: tuple[User, ...]
    unable: tuple[User, ...]

    @property
    def may_decide(self) -> frozenset[UUID]:
        """The ids of all who may decide."""
        return frozenset(one.pk for one in (*self.first, *self.reserve))

    def owing(self, *, decided: Collection[UUID], count: int) -> tuple[User, ...]:
        """Who still owes a decision, if `count` more are needed."""

        def free(people: Iterable[User]) -> list[User]:
            return [one for one in people if one.pk not in decided]

        owing = free(self.first)
        return tuple(owing if len(owing) >= count else owing + free(self.reserve))

    def everyone(self) -> tuple[User, ...]:
        """All who have to approve where all have to."""
        return self.first or self.reserve


def _by_name(people: Iterable[User]) -> list[User]:
    return sorted(people, key=lambda one: (one.name, one.email))


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
