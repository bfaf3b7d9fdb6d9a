"""What people choose about being told, and where admins send the webhooks."""

from __future__ import annotations

from typing import Any

from django import forms

from studio.notifications.models import Form, Kind, Mail, Preference
from studio.notifications.models.notification import USUAL
from studio.notifications.webhooks import address_problem
from studio.organisations.models import User

#: What each kind tells besides what its name says.
ALSO = {
    Kind.REPLY: "Also when a reviewer finds that a version of yours does not fix a comment.",
    Kind.WAITING: "Also when it is put back under review, comes to your stage, or is withdrawn.",
    Kind.DECIDED: "Also when a decision on it is withdrawn, or the version from review.",
    Kind.DUE: "Two days before, on the day, and the day after; decisions on the day and after.",
}


class PreferencesForm(forms.Form):
    """One choice for each kind: mail at once, in the daily digest, or none."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        chosen = dict(Preference.objects.filter(user=user).values_list("kind", "mail"))
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                choices=Mail.choices,
                label=kind.label,
                help_text=ALSO.get(kind, ""),
                initial=chosen.get(kind.value, USUAL[kind]),
                widget=forms.RadioSelect,
            )

    def save(self) -> None:
        """Keep what was chosen, for what happens from now on."""
        rows = [
            Preference(user=self.user, kind=kind.value, mail=self.cleaned_data[kind.value])
            for kind in Kind
        ]
        Preference.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["mail"]
        )


class WebhookForm(forms.Form):
    """Where to, and in which form."""

    url = forms.URLField(
        max_length=500,
        label="Address",
        assume_scheme="https",
        help_text="It gets a POST for each comment, decision, new version and failure in projects "
        "that everyone in the organisation sees.",
    )
    form = forms.ChoiceField(choices=Form.choices, initial=Form.GENERIC, label="Form")

    def clean_url(self) -> str:
        """Only addresses to which the studio would send; checked again at every message."""
        url = str(self.cleaned_data["url"])
        if problem := address_problem(url):
            raise forms.ValidationError(problem)
        return url
