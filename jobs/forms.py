"""What an admin says to settle a job."""

from __future__ import annotations

from typing import Any

from django import forms

EXISTS = "exists"
GONE = "gone"


class SettleForm(forms.Form):
    """Either the engine has the job, under this id, or it does not; and how one knows."""

    finding = forms.ChoiceField(choices=[(EXISTS, "It exists"), (GONE, "It does not exist")])
    handle = forms.CharField(
        label="The engine's id of the job",
        max_length=191,
        required=False,
        help_text="As the engine's own list or its support names it.",
    )
    evidence = forms.CharField(
        label="Where you looked",
        max_length=250,
        error_messages={"required": "Say where you looked: the next person relies on it."},
        help_text="For example: “Gateway log of 3 Nov, 14:02, request not listed.”",
    )

    def __init__(self, *args: Any, known_handle: str = "", **kwargs: Any) -> None:
        self.known_handle = known_handle
        super().__init__(*args, **kwargs)
        self.fields["handle"].initial = known_handle

    def clean(self) -> dict[str, Any]:
        """An engine's job is followed by its id, so `exists` needs one."""
        data = super().clean() or {}
        handle = (data.get("handle") or "").strip() or self.known_handle
        if data.get("finding") == EXISTS and not handle:
            self.add_error("handle", "Give the id under which the engine lists this job.")
        return data | {"handle": handle}
