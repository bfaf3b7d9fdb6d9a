"""What people write in the review room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from jobs.models import Footage
from studio.reviews.drawing import NotADrawing, Shape, read_drawing
from studio.reviews.models import Category, Comment, Point, Verdict
from studio.reviews.saying import Place, Words

COMMENT_CHARACTERS = 4_000
REASON_CHARACTERS = 2_000

MEANINGS = {
    Verdict.APPROVE: "It may go out as it is.",
    Verdict.APPROVE_WITH_CHANGES: "It may go out once the named small things are done.",
    Verdict.REQUEST_CHANGES: "Make another version.",
    Verdict.REJECT: "This is not the way: think again.",
}


#: What a comment may name as the input that can cure it, for choosing.
CURES = [("", "Which input cures it?"), *Category.choices]


class SortForm(forms.Form):
    """Which input can cure what somebody else has said."""

    category = forms.ChoiceField(choices=CURES, required=False)


class WordsForm(forms.Form):
    """What is said, wherever it is said; `changes` is the comment that already stands."""

    text = forms.CharField(
        max_length=COMMENT_CHARACTERS, required=False, label="Comment", widget=forms.Textarea
    )
    category = forms.ChoiceField(
        choices=CURES,
        required=False,
        label="Input that can cure it",
    )
    point = forms.ChoiceField(
        choices=[("", "Which point?"), *Point.choices],
        required=False,
        label="Point of the checklist",
    )
    is_shared = forms.BooleanField(required=False, label="Guests see it")

    def __init__(
        self, *args: Any, footage: Footage, changes: Comment | None = None, **kwargs: Any
    ) -> None:
        self.footage = footage
        self.changes = changes
        if changes is not None:
            kwargs.setdefault("initial", {}).update(
                text=changes.text, category=changes.category, point=changes.point,
                is_shared=changes.is_shared, frame=changes.frame, last_frame=changes.last_frame,
            )  # fmt: skip
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Words, or a drawing that says it without."""
        data = super().clean() or {}
        drawn = data.get("drawing") or (self.changes and self.changes.drawing)
        if not data.get("text") and not drawn and not self.errors:
            self.add_error("text", "Say what to change, and where.")
        return data

    def words(self) -> Words:
        """What a valid form says."""
        names = ("text", "category", "point", "is_shared")
        return Words(**{name: self.cleaned_data[name] for name in names})

    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        return None


class CommentForm(WordsForm):
    """Something said at a frame, a range of frames, or about the whole footage."""

    frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    last_frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False, label="About all of it")
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_drawing(self) -> list[Shape] | None:
        """The drawing, read strictly."""
        try:
            return read_drawing(self.cleaned_data["drawing"])
        except NotADrawing as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_parent(self) -> Comment | None:
        """The thread that is answered; it must stand on this very footage."""
        if not self.cleaned_data["parent"]:
            return None
        threads = Comment.objects.shown().threads().on(self.footage)
        found = threads.filter(pk=self.cleaned_data["parent"]).first()
        if found is None:
            raise forms.ValidationError(
                "The comment that you answer was taken back. Say it as a comment of its own."
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Frames lie within the footage; "whole" is the range of all of them."""
        data = super().clean() or {}
        if data.get("parent"):
            return data
        end = self.footage.frames - 1
        if data.get("whole"):
            return data | {"frame": 0, "last_frame": end}
        first, last = data.get("frame"), data.get("last_frame")
        if first is None:
            self.add_error(
                None, f"Go to the frame that you mean, or speak of the whole {self.footage.noun}."
            )
        elif max(first, last or 0) > end:
            self.add_error(None, f"This {self.footage.noun} ends at frame {end}.")
        elif last is not None and last < first:
            self.add_error(None, "A range ends after it begins.")
        return data

    def place(self) -> Place:
        """Where a valid form says it."""
        said = self.cleaned_data
        if said["parent"] is not None:
            return Place(frame=said["parent"].frame, answers=said["parent"])
        return Place(frame=said["frame"], last_frame=said["last_frame"])

    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        asked = self["parent"].value()
        try:
            key = UUID(str(asked)) if asked else None
        except ValueError:
            key = None
        shown = Comment.objects.shown().threads().on(self.footage).select_related("author")
        return shown.filter(pk=key).first() if key else None


class DecisionForm(forms.Form):
    """A verdict, its reason, and what the person saw: video, stage, and number of the rule."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices, error_messages={"required": "Choose a decision."}
    )
    reason = forms.CharField(max_length=REASON_CHARACTERS, required=False, widget=forms.Textarea)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stage = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rule = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def choices(self) -> list[tuple[str, str, str, bool]]:
        """Value, label, meaning and whether it is chosen, for drawing."""
        chosen = self["verdict"].value() or Verdict.REQUEST_CHANGES
        return [(one.value, one.label, MEANINGS[one], one == chosen) for one in Verdict]
