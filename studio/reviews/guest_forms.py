"""What guests write: who they are, what they say at a frame, whether they approve."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.models import Footage
from studio.reviews.drawing import NotADrawing, Shape, read_drawing
from studio.reviews.models import ReviewLink, Verdict

COMMENT_CHARACTERS = 4_000
REASON_CHARACTERS = 2_000
MEANINGS = {
    Verdict.APPROVE: "It may go out as it is.",
    Verdict.APPROVE_WITH_CHANGES: "It may go out once the named small things are done.",
    Verdict.REQUEST_CHANGES: "Another version is needed.",
    Verdict.REJECT: "This is not the way.",
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
        """One line: it is drawn over the picture."""
        return " ".join(str(self.cleaned_data["name"]).split())


class GuestCommentForm(forms.Form):
    """Something said or drawn at a frame or a range of frames, or said about all of it."""

    frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    last_frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False)
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(max_length=COMMENT_CHARACTERS, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, footage: Footage, **kwargs: Any) -> None:
        self.footage = footage
        super().__init__(*args, **kwargs)

    def clean_drawing(self) -> list[Shape] | None:
        """The drawing, read strictly."""
        try:
            return read_drawing(self.cleaned_data["drawing"])
        except NotADrawing as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        """Something is said, at frames of this version; "whole" is the range of all of them."""
        data = super().clean() or {}
        if not data.get("text") and not data.get("drawing") and not self.errors:
            self.add_error("text", "Say what to change, and where.")
        end = self.footage.frames - 1
        if data.get("whole"):
            return data | {"frame": 0, "last_frame": end}
        first, last = data.get("frame"), data.get("last_frame")
        if first is None:
            self.add_error(None, "Go to the frame that you mean, or speak of all of it.")
        elif max(first, last or 0) > end:
            self.add_error(None, f"This version ends at frame {end}.")
        elif last is not None and last < first:
            self.add_error(None, "A range ends after it begins.")
        return data


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
