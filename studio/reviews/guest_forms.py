"""What guests write: who they are, what they say at a frame, whether they approve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from jobs.models import Footage
from studio.reviews.drawing import NotADrawing, Shape, read_drawing
from studio.reviews.guest_room import said_to
from studio.reviews.models import Comment, ReviewLink, Verdict
from studio.reviews.saying import Place

COMMENT_CHARACTERS = 4_000
REASON_CHARACTERS = 2_000
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


class GuestWordsForm(forms.Form):
    """A guest's own comment in other words; `changes` is how it stands."""

    text = forms.CharField(max_length=COMMENT_CHARACTERS, required=False, widget=forms.Textarea)

    def __init__(
        self, *args: Any, footage: Footage, changes: Comment | None = None, **kwargs: Any
    ) -> None:
        self.footage = footage
        self.changes = changes
        if changes is not None:
            kwargs.setdefault("initial", {}).update(
                text=changes.text, frame=changes.frame, last_frame=changes.last_frame
            )
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Words, or a drawing that says it without."""
        data = super().clean() or {}
        drawn = data.get("drawing") or (self.changes and self.changes.drawing)
        if not data.get("text") and not drawn and not self.errors:
            self.add_error("text", "Say what to change, and where.")
        return data

    @property
    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        return None


class GuestCommentForm(GuestWordsForm):
    """Something said or drawn at a frame or a range of frames, about all of it, or in answer.

    `link` says which threads there are to answer.
    """

    frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    last_frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False)
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, link: ReviewLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def clean_drawing(self) -> list[Shape] | None:
        """The drawing, read strictly."""
        try:
            return read_drawing(self.cleaned_data["drawing"])
        except NotADrawing as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_parent(self) -> Comment | None:
        """The thread that is answered: one of this version that this link's guests see."""
        if not self.cleaned_data["parent"]:
            return None
        found = self._thread(self.cleaned_data["parent"])
        if found is None:
            raise forms.ValidationError(
                "The comment that you answer was taken back. Say it as a comment of its own."
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Something is said, at frames of this version; "whole" is the range of all of them."""
        data = super().clean() or {}
        if data.get("parent"):
            return data
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

    def place(self) -> Place:
        """Where a valid form says it; an answer stands where its thread stands."""
        said = self.cleaned_data
        thread = said["parent"]
        if thread is not None:
            return Place(frame=thread.frame, last_frame=thread.last_frame, answers=thread)
        return Place(frame=said["frame"], last_frame=said["last_frame"])

    @property
    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        try:
            return self._thread(UUID(str(self["parent"].value())))
        except ValueError:
            return None

    def _thread(self, pk: UUID) -> Comment | None:
        threads = said_to(self.link).filter(version=self.footage.pk, parent=None)
        return threads.filter(pk=pk).first()


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
