"""What anybody writes about footage, member or guest: words, a drawing, and at which frames."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from jobs.models import Footage
from studio.reviews.drawing import NotADrawing, Shape, read_drawing
from studio.reviews.models import Comment
from studio.reviews.saying import Place

COMMENT_CHARACTERS = 4_000
REASON_CHARACTERS = 2_000


class SayingForm(forms.Form):
    """What is said, wherever it is said; `changes` is the comment that already stands."""

    #: What of a comment that already stands is filled in.
    KEPT: ClassVar[tuple[str, ...]] = ("text",)

    text = forms.CharField(
        max_length=COMMENT_CHARACTERS, required=False, label="Comment", widget=forms.Textarea
    )

    def __init__(
        self, *args: Any, footage: Footage, changes: Comment | None = None, **kwargs: Any
    ) -> None:
        self.footage = footage
        self.changes = changes
        if changes is not None:
            kept = {name: getattr(changes, name) for name in self.KEPT}
            kwargs.setdefault("initial", {}).update(kept)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Words, or a drawing that says it without."""
        data = super().clean() or {}
        drawn = data.get("drawing") or (self.changes and self.changes.drawing)
        if not data.get("text") and not drawn and not self.errors:
            self.add_error("text", "Say what to change, and where.")
        return data

    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        return None


class PlacedForm(SayingForm):
    """Something said at a frame, a range of frames, about all of the footage, or in answer."""

    frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    last_frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False, label="About all of it")
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def all_of_it(self) -> str:
        """What the whole footage is called."""
        return f"the whole {self.footage.noun}"

    def threads(self) -> QuerySet[Comment]:
        """What can be answered here: threads on this very footage that the person sees."""
        raise NotImplementedError

    def clean_drawing(self) -> list[Shape] | None:
        """The drawing, read strictly."""
        try:
            return read_drawing(self.cleaned_data["drawing"])
        except NotADrawing as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_parent(self) -> Comment | None:
        """The thread that is answered."""
        if not self.cleaned_data["parent"]:
            return None
        found = self.threads().filter(pk=self.cleaned_data["parent"]).first()
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
            self.add_error(None, f"Go to the frame that you mean, or speak of {self.all_of_it}.")
        elif max(first, last or 0) > end:
            self.add_error(None, f"This {self.footage.noun} ends at frame {end}.")
        elif last is not None and last < first:
            self.add_error(None, "A range ends after it begins.")
        return data

    def place(self) -> Place:
        """Where a valid form says it; an answer stands where its thread stands."""
        said = self.cleaned_data
        if said["parent"] is not None:
            return Place(frame=said["parent"].frame, answers=said["parent"])
        return Place(frame=said["frame"], last_frame=said["last_frame"])

    def thread(self) -> Comment | None:
        """The comment that is answered, for drawing."""
        try:
            asked = UUID(str(self["parent"].value()))
        except ValueError:
            return None
        return self.threads().filter(pk=asked).first()
