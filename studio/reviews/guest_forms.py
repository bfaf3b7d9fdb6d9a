"""What guests write: who they are, what they say at a frame, whether they approve."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from studio.reviews.guest_room import said_to
from studio.reviews.models import Comment, ReviewLink, Verdict
from studio.reviews.saying_forms import REASON_CHARACTERS, PlacedForm

MEANINGS = {
    Verdict.APPROVE: "As far as you are concerned, it may go out as it is.",
    Verdict.APPROVE_WITH_CHANGES: "As far as you are concerned, it may go out once the small "
    "things that you name are done.",
    Verdict.REQUEST_CHANGES: "You want to see another version.",
    Verdict.REJECT: "For you this is not the way.",
}


class DoorForm(forms.Form):
    """Asked once: who somebody is, and the passphrase if the link has one."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        help_text="It stands beside what you say, and over the picture.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        max_length=254, label="Your email", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    passphrase = forms.CharField(
        max_length=200,
        label="Passphrase",
        strip=True,
        help_text="The person who sent you the link knows it.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, link: ReviewLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not link.needs_passphrase:
            del self.fields["passphrase"]

    def clean_name(self) -> str:
        """One line of signs that are seen: it is drawn over the picture, and names a person.

        Signs that turn the direction of what follows, or show nothing, could forge another name.
        """
        typed = str(self.cleaned_data["name"])
        seen = "".join(sign if sign.isprintable() else " " for sign in typed)
        name = " ".join(seen.split())
        if not name:
            raise forms.ValidationError("Say your name in letters.")
        return name


class GuestCommentForm(PlacedForm):
    """Something that a guest says; `link` says which threads there are to answer."""

    all_of_it = "all of it"

    def __init__(self, *args: Any, link: ReviewLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def threads(self) -> QuerySet[Comment]:
        """The threads on this version that this link's guests see."""
        return said_to(self.link).filter(version=self.footage.pk, parent=None)


class GuestDecisionForm(forms.Form):
    """Whether a guest approves, why, and the hash of the video that the guest saw."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices, error_messages={"required": "Choose one of the four."}
    )
    reason = forms.CharField(max_length=REASON_CHARACTERS, required=False, widget=forms.Textarea)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Everything but a plain approval says why."""
        data = super().clean() or {}
        if data.get("verdict") and Verdict(data["verdict"]).needs_reason and not data.get("reason"):
            self.add_error("reason", "Say why: the people who make the next version work from it.")
        return data

    def choices(self) -> list[tuple[str, str, str, bool]]:
        """Value, label, meaning and whether it is chosen, for drawing."""
        chosen = self["verdict"].value()
        return [(one.value, one.label, MEANINGS[one], one.value == chosen) for one in Verdict]
