"""Forms about people and their organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from studio.organisations.models import Invitation, Organisation, Role, User

# What each role may do, for the forms that give one.
ROLE_WORDS = {
    Role.VIEWER: "Viewer: browses and watches",
    Role.CREATOR: "Creator: makes and generates clips",
    Role.APPROVER: "Approver: also decides on versions",
    Role.ADMIN: "Admin: also manages people and settles money",
}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a person is called; the address is the login name and stays."""

    class Meta:
        model = User
        fields = ("name",)
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class OwnPasswordForm(PasswordChangeForm):
    """A new password, confirmed by the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].help_text = ""


class AnyonesPasswordResetForm(PasswordResetForm):
    """Also for people who never had a password: they were made by an operator or a command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Email address"  # as on the page for signing in

    def get_users(self, email: str) -> Iterable[User]:
        """Active people of this address, with a password or not."""
        return User.objects.filter(email__iexact=email, is_active=True)


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation is called; its address (slug) stays, so that links keep working."""

    class Meta:
        model = Organisation
        fields = ("name",)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)


class InviteForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(
        label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        choices=[(role.value, words) for role, words in ROLE_WORDS.items()], initial=Role.CREATOR
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_email(self) -> str:
        """In lower case; a member needs no invitation."""
        email: str = self.cleaned_data["email"].lower()
        if self.organisation.members.filter(user__email__iexact=email).exists():
            raise ValidationError(f"{email} is a member already. Change the role in the list.")
        return email


class JoinForm(forms.Form):
    """An account for somebody who was invited: a name and a password."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        help_text="As colleagues see it beside comments and decisions.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        label="Password",
        help_text="At least 10 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """The password may not resemble the name or the address; the address must be free."""
        cleaned = super().clean() or self.cleaned_data
        person = User(email=self.invitation.email, name=cleaned.get("name", ""))
        if password := cleaned.get("password"):
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        if User.objects.filter(email__iexact=self.invitation.email).exists():
            raise ValidationError(
                f"{self.invitation.email} has an account here already. Sign in with it first, "
                "then open this link again."
            )
        return cleaned

    def make_person(self) -> User:
        """The account, with the address of the invitation."""
        return User.objects.create_user(
            self.invitation.email, self.cleaned_data["name"], self.cleaned_data["password"]
        )
