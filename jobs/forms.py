"""What a person says to settle a job, or to move it in the line."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.engines.base import HANDLE_MAX_CHARACTERS
from jobs.models import Priority

EXISTS = "exists"
GONE = "gone"
NOT_BILLED = "not_billed"


class SettleForm(forms.Form):
    """What was found at the engine, and how one knows; an id only where the job is there."""

    handle = forms.CharField(
        label="The engine's id of the job",
        max_length=HANDLE_MAX_CHARACTERS,
        error_messages={"required": "Give the id under which the engine lists this job."},
        help_text="As the engine's own list or its support names it.",
    )
    evidence = forms.CharField(
        label="Where you looked",
        max_length=250,
        error_messages={"required": "Say where you looked: the next person relies on it."},
        help_text="For example: “Gateway log of 3 Nov, 14:02, request not listed.”",
    )

    def __init__(
        self, data: Any = None, *, finding: str, known_handle: str = "", **kwargs: Any
    ) -> None:
        self.finding = finding
        # Both forms are on one page, so their fields' ids differ.
        super().__init__(data, auto_id=f"{finding}_%s", **kwargs)
        self.fields["handle"].initial = known_handle
        if finding != EXISTS:
            del self.fields["handle"]


class PayAgainForm(forms.Form):
    """The price that the button named when it was pressed."""

    price = forms.DecimalField(max_digits=12, decimal_places=4, widget=forms.HiddenInput)


class PriorityForm(forms.Form):
    """Where in the organisation's line a waiting job belongs."""

    priority = forms.TypedChoiceField(
        choices=Priority.choices, coerce=lambda value: Priority(int(value))
    )
