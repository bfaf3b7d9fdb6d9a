"""What people type on the storyboard and in the clip editor."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from assets.forms import PICTURES
from assets.models import AudioTake, Character, Look, Preset
from assets.models.prompt import PARTS
from assets.prompts.text import LENGTHS
from jobs import registry
from studio.clips.models import Clip
from studio.organisations.models import Organisation
from studio.projects.models import Project
from studio.storyboard import prompt_desk

PROMPT_PARTS = PARTS
_TOO_LONG = (
    "%s takes at most %%(limit_value)d characters, and this has %%(show_value)d: shorten it, or "
    "write the prompt as one text."
)


def _growing(example: str, rows: int = 1) -> forms.Textarea:
    # A style sheet lets it grow with its text, so that a long part is seen whole.
    return forms.Textarea(attrs={"rows": rows, "placeholder": example})


class ClipForm(forms.ModelForm[Clip]):
    """A clip's inputs, each from what this project may use, and the revision that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    #: The prompt as one text: it counts where the person writes it so (`prompt_view`).
    text = forms.CharField(label="The prompt", required=False, widget=_growing("", rows=6))
    #: Which preset the words were taken from, and its version: `<id>:<number>`.
    preset_used = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Clip
        fields = [name for name in Clip.INPUTS if name not in ("preset_number", "variables")]
        labels = {"free_text": "Anything else"}
        error_messages = {
            "title": {"required": "Give the clip a title."},
            "look": {"invalid_choice": "This look is not there any more. Choose another."},
            "take": {"invalid_choice": "This take is not in this project. Choose another."},
        }
        widgets = {
            "style": _growing("calm presenter"),
            "motion": _growing("nods, opens one hand at each main point", rows=2),
            "camera": _growing("medium shot, static camera"),
            "atmosphere": _growing("soft natural light"),
            "free_text": _growing("", rows=2),
            "slot_order": forms.HiddenInput,
            "prompt_view": forms.HiddenInput,
        }

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = project.organisation
        self.fields["look"].queryset = Look.objects.filter(  # type: ignore[attr-defined]
            character__organisation=organisation
        ).select_related("character")
        self.fields["take"].queryset = AudioTake.objects.filter(project=project, is_draft=False)  # type: ignore[attr-defined]
        self.fields["preset"].queryset = Preset.objects.filter(organisation=organisation)  # type: ignore[attr-defined]
        self.fields["engine_model"] = forms.ChoiceField(
            choices=[(model.key, model.label) for model in registry.models_for(project)],
            error_messages={"invalid_choice": "This model is not on offer. Choose another."},
        )
        for name in LENGTHS:
            # A browser would cut off without a word what is pasted; this says what is too much.
            self.fields[name].widget.attrs.pop("maxlength", None)
            self.fields[name].error_messages["max_length"] = _TOO_LONG % self.fields[name].label
        self.fields["revision"].initial = self.instance.revision
        self.fields["text"].initial = self.instance.prompt_text
        used = f"{self.instance.preset_id}:{self.instance.preset_number}"
        self.fields["preset_used"].initial = used if self.instance.preset_id else ""

    def clean(self) -> dict[str, Any]:
        """The prompt from the view it is written in, with variables filled in.

        A preset chosen over an empty prompt fills it, also in a browser without scripts.
        """
        given: dict[str, Any] = super().clean() or self.cleaned_data
        values = prompt_desk.values_in(self.data, self.instance.variables)
        written, preset = prompt_desk.read(given), given.get("preset")
        if preset and "preset" in self.changed_data and not written.text:
            written = prompt_desk.from_preset(written, preset, values)
        fields = written.filled(values).fields()
        refused = {name for name in fields if name in self.errors}
        given |= {name: text for name, text in fields.items() if name not in refused}
        for name in refused.intersection(PARTS):  # not saved, but checked: it is not blank
            setattr(self.instance, name, self.data.get(name, ""))
        given["variables"] = self.instance.variables = values
        given["preset_number"] = self.instance.preset_number = self._preset_number(given)
        return given

    def _preset_number(self, given: dict[str, Any]) -> int | None:
        """The version of the chosen preset whose words were taken, as far as the form knows."""
        preset = given.get("preset")
        if preset is None:
            return None
        used, _, number = given.get("preset_used", "").partition(":")
        if used == str(preset.pk) and number.isascii() and number.isdigit() and len(number) < 10:
            return min(int(number), int(preset.number))
        return int(preset.number)

    def chosen(self) -> dict[str, Any]:
        """The validated inputs by name."""
        return {name: self.cleaned_data[name] for name in Clip.INPUTS}

    def refused_parts(self) -> list[str]:
        """Why parts of the prompt cannot be saved as they are written, a sentence each."""
        return [str(error) for name in PARTS for error in self.errors.get(name, ())]

    def show_revision(self, revision: int) -> None:
        """Let the form, sent again, go on from `revision`."""
        data = cast(QueryDict, self.data).copy()
        data["revision"] = str(revision)
        self.data = data


class NewClipForm(forms.Form):
    """A title is enough: the inputs are chosen in the editor."""

    title = forms.CharField(
        max_length=160,
        help_text="What this clip says, in a few words.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": "Give the clip a title; it can be changed later."},
    )


class MoveForm(forms.Form):
    """Where in the running order a clip goes, from 0."""

    position = forms.IntegerField(min_value=0)


class OrderForm(forms.Form):
    """The version and the price that the button named, and why it goes out with its warnings."""

    number = forms.IntegerField(min_value=1)
    price = forms.DecimalField(max_digits=12, decimal_places=4)
    warned = forms.CharField(required=False)
    reason = forms.CharField(
        required=False,
        max_length=1_000,
        error_messages={"max_length": "Say it in at most %(limit_value)d characters."},
    )

    def clean_warned(self) -> set[str]:
        """The marks of the warnings that stood beside the button."""
        return set(self.cleaned_data["warned"].split())


class NewLookForm(forms.Form):
    """A reference picture of a character that is there already, or of a new one."""

    picture = forms.FileField(
        label="Reference picture",
        allow_empty_file=True,  # refused with a better sentence than Django's
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    character = forms.ModelChoiceField(
        Character.objects.none(), required=False, empty_label="A new character", label="Of whom"
    )
    name = forms.CharField(
        max_length=120, required=False, label="Name", help_text="For a new character."
    )

    def __init__(self, data: Any = None, files: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data, files, prefix="look")
        self.organisation = organisation
        open_ones = Character.objects.filter(organisation=organisation).open()
        self.fields["character"].queryset = open_ones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Either a character that is there, or the name of one that is not."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        name = given.get("name", "").strip()
        if given.get("character") or "character" in self.errors:
            return given
        if not name:
            self.add_error("name", ValidationError("Choose a character, or name the new one."))
        elif Character.objects.filter(organisation=self.organisation, name__iexact=name).exists():
            self.add_error("name", ValidationError(f"“{name}” is there already: choose it above."))
        return given | {"name": name}
