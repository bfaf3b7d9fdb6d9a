"""What people write in the review room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from studio.reviews.models import Category, Comment, Point, Verdict
from studio.reviews.saying import Words
from studio.reviews.saying_forms import REASON_CHARACTERS, PlacedForm, SayingForm

MEANINGS = {
    Verdict.APPROVE: "It may go out as it is.",
    Verdict.APPROVE_WITH_CHANGES: "It may go out once the named small things are done.",
    Verdict.REQUEST_CHANGES: "Make another version.",
    Verdict.REJECT: "This is not the way: think again.",
}

ACTS = {
    Verdict.APPROVE: "Approve {}",
    Verdict.APPROVE_WITH_CHANGES: "Approve {} with changes",
    Verdict.REQUEST_CHANGES: "Request changes to {}",
    Verdict.REJECT: "Reject {}",
}


#: What a comment may name as the input that can cure it, for choosing.
CURES = [("", "Which input cures it?"), *Category.choices]


class SortForm(forms.Form):
    """Which input can cure what somebody else has said."""

    category = forms.ChoiceField(choices=CURES, required=False)


class WordsForm(SayingForm):
    """What a member says: also which input can cure it, which point it is, and who sees it."""

    KEPT = ("text", "category", "point", "is_shared")

    category = forms.ChoiceField(choices=CURES, required=False, label="Input that can cure it")
    point = forms.ChoiceField(
        choices=[("", "Which point?"), *Point.choices],
        required=False,
        label="Point of the checklist",
    )
    is_shared = forms.BooleanField(required=False, label="Guests see it")

    def words(self) -> Words:
        """What a valid form says."""
        return Words(**{name: self.cleaned_data[name] for name in self.KEPT})


class CommentForm(WordsForm, PlacedForm):
    """Something that a member says at a frame, a range of frames, or about the whole footage."""

    def threads(self) -> QuerySet[Comment]:
        """The threads on this very footage."""
        shown = Comment.objects.shown().threads().on(self.footage)
        return shown.select_related("author")


class DecisionForm(forms.Form):
    """A verdict, its reason, and what the person saw: video, stage, and number of the rule.

    `version_number` is only for its words.
    """

    verdict = forms.ChoiceField(
        choices=Verdict.choices, error_messages={"required": "Choose a decision."}
    )
    reason = forms.CharField(max_length=REASON_CHARACTERS, required=False, widget=forms.Textarea)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stage = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rule = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version_number: int, **kwargs: Any) -> None:
        self.version_number = version_number
        super().__init__(*args, **kwargs)

    def acts(self) -> list[tuple[str, str]]:
        """Each verdict's value with what its button says: `Request changes to v3`."""
        name = f"v{self.version_number}"
        return [(one.value, ACTS[one].format(name)) for one in Verdict]

    def choices(self) -> list[tuple[str, str, str, bool]]:
        """Value, label, meaning and whether it is chosen, for drawing."""
        asked = self["verdict"].value()
        chosen = asked if asked in Verdict.values else Verdict.REQUEST_CHANGES
        return [(one.value, one.label, MEANINGS[one], one == chosen) for one in Verdict]
