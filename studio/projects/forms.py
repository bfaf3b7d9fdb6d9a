"""The form of a project."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms

from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """Brief, people, budget and due date of a project of `organisation`, saved by `by`."""

    class Meta:
        model = Project
        fields = (
            "name", "brief", "visibility", "people", "budget_amount", "due_on",
        )  # fmt: skip
        labels: ClassVar = {"people": "Members of the project", "due_on": "Due"}
        error_messages: ClassVar = {"name": {"required": "Give the project a name."}}
        help_texts: ClassVar = {
            "brief": "What is made, for whom, and what it must not miss.",
            "visibility": "Admins of the organisation see every project.",
            "people": "They see the project when it is for its members only. You are always one.",
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "brief": forms.Textarea(attrs={"rows": 5}),
            "visibility": forms.RadioSelect,
            "people": forms.CheckboxSelectMultiple,
            "budget_amount": forms.NumberInput(attrs={"min": 0, "step": "0.01"}),
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, organisation: Organisation, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.by = organisation, by
        members = User.objects.filter(memberships__organisation=organisation).order_by("name")
        people = cast("forms.ModelMultipleChoiceField[User]", self.fields["people"])
        people.queryset = members

    def save(self, commit: bool = True) -> Project:
        """The project, with the person who saves it among its members."""
        if not hasattr(self.instance, "organisation"):
            self.instance.organisation, self.instance.created_by = self.organisation, self.by
        project = cast(Project, super().save(commit))
        if project.visibility == Visibility.MEMBERS:
            # Who makes a project private must not be locked out by it.
            project.people.add(self.by)
        return project
