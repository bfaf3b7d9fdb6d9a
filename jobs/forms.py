"""What an admin says to settle a job."""

from __future__ import annotations

from typing import Any

from django import forms

EXISTS = "exists"
GONE = "gone"


class SettleForm(forms.Form):
    """Either the engine has the job, under this id, or it does not; and how one knows."""

    handle = forms.CharField(
        label="The engine's id of the job",
        max_length=191,
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
        if finding == GONE:
            del self.fields["handle"]
