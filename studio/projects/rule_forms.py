"""The form of an approval rule: its stages in their order, changed without JavaScript.

Adding, moving and removing are buttons of the form: the page comes back with the stages as they
would be, and nothing is saved before "Save the rule".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from studio.organisations.models import Member, Role, User
from studio.projects.models import ApprovalStage, ByRole, Mode, Project, Visibility
from studio.projects.rule import StageChoice, stages_of

MAX_STAGES = 8
_MAY_APPROVE = [role.value for role in Role if role.covers(Role.APPROVER)]
_FIELDS = ("id", "name", "by_role", "people", "mode", "approvals_needed", "due_working_days")


class StageForm(forms.ModelForm):  # type: ignore[type-arg]
    """One stage of the rule of a project; `approvers` are the people who may be named in it."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ApprovalStage
        fields = ("name", "by_role", "people", "mode", "approvals_needed", "due_working_days")
        labels = {
            "name": "Name of the stage",
            "by_role": "Who decides",
            "people": "By name",
            "mode": "What is enough",
            "approvals_needed": "How many approvals",
            "due_working_days": "Due in working days",
        }
        help_texts = {
            "approvals_needed": "Counts unless all of them approve.",
            "due_working_days": "From the day it is this stage's turn. Empty: not due.",
        }
        error_messages = {"name": {"required": "Give the stage a name."}}
        widgets = {
            "by_role": forms.RadioSelect,
            "mode": forms.RadioSelect,
            "people": forms.CheckboxSelectMultiple,
            "approvals_needed": forms.NumberInput(attrs={"min": 1}),
            "due_working_days": forms.NumberInput(attrs={"min": 1}),
        }

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        people = cast("forms.ModelMultipleChoiceField[User]", self.fields["people"])
        people.queryset = approvers_in(project)
        for name, choices in (("by_role", ByRole.choices), ("mode", Mode.choices)):
            cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Somebody decides, and there are as many as have to."""
        data = super().clean() or {}
        named = len(data.get("people") or ())
        if "by_role" in data and not data["by_role"] and not named:
            self.add_error("people", "Choose somebody, or let a role decide.")
        needed = data.get("approvals_needed")
        if needed and data.get("mode") != Mode.ALL and "by_role" in data:
            there = self._may_decide(data)
            if needed > max(1, there):
                self.add_error(
                    "approvals_needed",
                    f"Only {there} {'person' if there == 1 else 'people'} may decide here: with "
                    "more approvals than that nothing could ever be approved.",
                )
        return data

    def choice(self) -> StageChoice:
        """The stage that was asked for; only of a valid form."""
        data = self.cleaned_data
        return StageChoice(
            id=data["id"],
            name=data["name"],
            by_role=data["by_role"],
            people=tuple(data["people"]),
            mode=data["mode"],
            approvals_needed=data["approvals_needed"],
            due_working_days=data["due_working_days"],
        )

    def _may_decide(self, data: Mapping[str, Any]) -> int:
        roles: dict[str, list[str]] = {ByRole.APPROVERS: _MAY_APPROVE, ByRole.ADMINS: [Role.ADMIN]}
        able = _able_in(self.project).filter(role__in=roles.get(data["by_role"], []))
        by_role = able.values_list("user_id", flat=True)
        return len({*by_role, *(person.pk for person in data.get("people") or ())})


def approvers_in(project: Project) -> Any:
    """The people who may decide in the project at all."""
    return User.objects.filter(pk__in=_able_in(project).values("user")).order_by("name")


def _able_in(project: Project) -> QuerySet[Member]:
    """Approvers and admins; of a closed project the approvers among its members, as it is shown."""
    able = Member.objects.filter(
        organisation=project.organisation_id, role__in=_MAY_APPROVE, user__is_active=True
    )
    if project.visibility == Visibility.ORGANISATION:
        return able
    return able.filter(Q(role=Role.ADMIN) | Q(user__in=project.people.values("pk")))


def forms_of(project: Project) -> list[StageForm]:
    """The rule as it stands, ready to be changed."""
    return [
        StageForm(instance=stage, initial={"id": stage.pk}, prefix=f"stage-{at}", project=project)
        for at, stage in enumerate(stages_of(project))
    ]


def forms_posted(project: Project, data: QueryDict) -> list[StageForm]:
    """The stages as they were sent; those of another project are taken for new ones."""
    return [StageForm(data, prefix=f"stage-{at}", project=project) for at in range(_count(data))]


def forms_after(project: Project, data: QueryDict, act: str) -> list[StageForm]:
    """The stages as they would be after `add`, `up:2`, `down:0` or `remove:1`; nothing is saved."""
    written = [_written(data, at) for at in range(_count(data))]
    verb, _, where = act.partition(":")
    at = int(where) if where.isdecimal() and int(where) < len(written) else 0
    if verb == "add" and len(written) < MAX_STAGES:
        written.append({"name": "", "by_role": ByRole.NOBODY, "mode": Mode.VETO})
    elif verb == "remove" and len(written) > 1:
        del written[at]
    elif verb in ("up", "down"):
        to = at - 1 if verb == "up" else at + 1
        if 0 <= to < len(written):
            written[at], written[to] = written[to], written[at]
    return [
        StageForm(initial=one, prefix=f"stage-{index}", project=project)
        for index, one in enumerate(written)
    ]


def _count(data: QueryDict) -> int:
    given = data.get("stages", "")
    return max(1, min(int(given), MAX_STAGES)) if given.isdecimal() and len(given) < 3 else 1


def _written(data: QueryDict, at: int) -> dict[str, Any]:
    given: dict[str, Any] = {name: data.get(f"stage-{at}-{name}", "") for name in _FIELDS}
    given["people"] = [one for one in data.getlist(f"stage-{at}-people") if _is_id(one)]
    return given


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
