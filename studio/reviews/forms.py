"""What people write in the review room."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.models import Footage
from studio.reviews.models import Verdict

COMMENT_CHARACTERS = 4_000
REASON_CHARACTERS = 2_000

MEANINGS = {
    Verdict.APPROVE: "It may go out as it is.",
    Verdict.APPROVE_WITH_CHANGES: "It may go out once the named small things are done.",
    Verdict.REQUEST_CHANGES: "Make another version.",
    Verdict.REJECT: "This is not the way: think again.",
}


class CommentForm(forms.Form):
    """Something said at a frame, a range of frames, or about the whole footage."""

    frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    last_frame = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False, label="About all of it")
    text = forms.CharField(
        max_length=COMMENT_CHARACTERS,
        label="Comment",
        error_messages={"required": "Say what to change, and where."},
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, footage: Footage, **kwargs: Any) -> None:
        self.footage = footage
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Frames lie within the footage; "whole" is the range of all of them."""
        data = super().clean() or {}
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


class DecisionForm(forms.Form):
    """A verdict, its reason, and the hash of the video that the person saw."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices, error_messages={"required": "Choose a decision."}
    )
    reason = forms.CharField(max_length=REASON_CHARACTERS, required=False, widget=forms.Textarea)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def choices(self) -> list[tuple[str, str, str, bool]]:
        """Value, label, meaning and whether it is chosen, for drawing."""
        chosen = self["verdict"].value() or Verdict.REQUEST_CHANGES
        return [(one.value, one.label, MEANINGS[one], one == chosen) for one in Verdict]
