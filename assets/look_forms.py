"""What a person says of a look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.looking.framing import Framing
from assets.models import ArtStyle, Look

SIDES = ("left", "top", "width", "height")


class MascotForm(forms.Form):
    """Whether the look is a mascot: `1` or `0`."""

    is_mascot = forms.TypedChoiceField(
        choices=[("1", "A mascot or drawing"), ("0", "A person")], coerce=lambda value: value == "1"
    )


class ArtStyleForm(forms.Form):
    """How the look is drawn; empty where nobody knows."""

    art_style = forms.ChoiceField(choices=[("", "Not said"), *ArtStyle.choices], required=False)


class CropForm(forms.Form):
    """A part of a look, in its pixels."""

    left = forms.IntegerField(min_value=0, label="From the left")
    top = forms.IntegerField(min_value=0, label="From the top")
    width = forms.IntegerField(min_value=1)
    height = forms.IntegerField(min_value=1)

    def __init__(self, data: Any = None, *, look: Look, framing: Framing | None = None) -> None:
        sides = {side: getattr(framing, side) for side in SIDES} if framing else {}
        super().__init__(data, initial=sides)
        self.look = look
        largest = {"left": look.width, "top": look.height, "width": look.width}
        for side in SIDES:
            self.fields[side].widget.attrs |= {
                "max": largest.get(side, look.height),
                "inputmode": "numeric",
            }

    def clean(self) -> dict[str, Any]:
        """A part that engines take, and not the whole."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        framing = Framing(**{side: given[side] for side in SIDES})
        if refusal := framing.refusal(self.look.width, self.look.height):
            raise ValidationError(refusal)
        if (framing.width, framing.height) == (self.look.width, self.look.height):
            raise ValidationError("This is the whole picture: there is nothing to cut off.")
        return given

    def framing(self) -> Framing | None:
        """The part that is chosen; None where what was typed is no part of the picture."""
        if not self.is_bound:
            return Framing(**{side: int(self.initial[side]) for side in SIDES})
        if not self.is_valid():
            return None
        return Framing(**{side: self.cleaned_data[side] for side in SIDES})
