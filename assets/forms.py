"""Forms about what goes in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from assets.intake import add_take
from assets.models import AudioTake, Character, Preset, TakeSource
from assets.probing import Refused
from studio.organisations.models import Organisation, User
from studio.projects.models import Project

PICTURES = "image/jpeg,image/png,image/webp"
SOUNDS = "audio/*,.mp3,.wav,.m4a,.aac,.ogg,.webm"


class _NamedOnce(forms.ModelForm):  # type: ignore[type-arg]
    """A thing whose name an organisation uses once."""

    noun: ClassVar[str]

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_name(self) -> str:
        """A name that no other of the organisation has, archived ones included."""
        name: str = self.cleaned_data["name"].strip()
        others = (
            type(self.instance)
            .objects.filter(organisation=self.organisation, name__iexact=name)
            .exclude(pk=self.instance.pk)
        )
        if other := others.first():
            where = " in the archive: reopen it, or choose" if other.archived_at else ": choose"
            raise ValidationError(f"There is a {self.noun} “{other}”{where} another name.")
        return name


class CharacterForm(_NamedOnce):
    """Who or what it is; the pictures are looks."""

    noun = "character"

    class Meta:
        model = Character
        fields = ("name", "kind", "notes")
        help_texts: ClassVar = {
            "kind": "A mascot or drawing is not checked for a human face.",
            "notes": "For colleagues: who it is, where the pictures come from, what to avoid.",
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "kind": forms.RadioSelect,
            "notes": forms.Textarea(attrs={"rows": 4}),
        }


class LookForm(forms.Form):
    """One reference picture. What it really is, `assets.intake` finds out."""

    picture = forms.FileField(
        label="Reference picture",
        error_messages={"required": "Choose a picture first: a JPEG, PNG or WebP."},
        allow_empty_file=True,  # refused with a better sentence than Django's
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )


class NewCharacterForm(CharacterForm):
    """A character and, at once, its first look."""

    picture = forms.FileField(
        label="First look",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )


class TakeForm(forms.ModelForm):  # type: ignore[type-arg]
    """One recording with its title and, if known, what is said."""

    file = forms.FileField(
        label="Recording",
        error_messages={"required": "Choose a recording, or record one here."},
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": SOUNDS}),
    )
    source = forms.ChoiceField(
        choices=[choice for choice in TakeSource.choices if choice[0] != TakeSource.SYNTHESIS],
        required=False,
        widget=forms.HiddenInput,
        initial=TakeSource.UPLOAD,
    )

    class Meta:
        model = AudioTake
        fields = ("title", "script")
        labels: ClassVar = {"script": "What is said"}
        help_texts: ClassVar = {"title": "Empty: the name of the file."}
        widgets: ClassVar = {"script": forms.Textarea(attrs={"rows": 4})}

    field_order = ("file", "title", "script", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False

    def clean_source(self) -> TakeSource:
        """Uploaded, unless the recorder says otherwise."""
        return TakeSource(self.cleaned_data["source"] or TakeSource.UPLOAD)

    def clean(self) -> dict[str, Any]:
        """A take without a title is called as its file."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("title") and (file := cleaned.get("file")):
            cleaned["title"] = PurePosixPath(file.name).stem[:160] or "Take"
        return cleaned

    def bring_in(self, project: Project, *, by: User) -> AudioTake | None:
        """The take of this valid form; None, with the sentence in the form, if it is refused."""
        given = self.cleaned_data
        try:
            return add_take(
                project=project,
                title=given["title"],
                file=given["file"],
                script=given["script"],
                source=given["source"],
                by=by,
            )
        except Refused as refusal:
            self.add_error("file", refusal.sentence)
            return None


class PresetForm(_NamedOnce):
    """A reusable motion prompt in its four slots and free text."""

    noun = "preset"
    #: The version the person saw when the page was opened.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = Preset
        fields = ("name", "purpose", "style", "motion", "camera", "atmosphere", "free_text")
        labels: ClassVar = {"free_text": "Anything else"}  # as the prompt desk calls it
        help_texts: ClassVar = {
            "purpose": "When colleagues should choose it.",
            "style": "The manner, not the art style: “calm presenter”.",
            "motion": "Body, gestures, head, gaze: one to three movements. A word in braces, such "
            "as {product}, is asked for when the preset is chosen.",
            "camera": "Shot, angle and movement: “medium shot, slow push-in”.",
            "atmosphere": "Light and mood: “soft natural light”.",
            "free_text": "Anything the four parts have no place for.",
        }
        widgets: ClassVar = {
            "motion": forms.Textarea(attrs={"rows": 2}),
            "free_text": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.number

    def rewrite(self, *, by: User) -> int:
        """Save name, purpose and words of a preset that is there; the number of its version.

        Raises PresetChanged, and writes nothing, if somebody else was first.
        """
        slots = self.instance.prompt_slots()
        seen = self.cleaned_data["seen"] or self.instance.number
        with transaction.atomic():
            self.instance.rewrite(slots, by=by, seen_number=seen)
            self.instance.save(update_fields=["name", "purpose"])
        return int(self.instance.number)

    def changed_meanwhile(self, preset: Preset) -> None:
        """Say that somebody else was first; sent again, the form goes on from there."""
        self.add_error(
            None,
            f"{preset.changed_by} made version {preset.number} while you were editing. What you "
            "wrote is still here and not saved; save again to make it the next version.",
        )
        data = cast(QueryDict, self.data).copy()
        data["seen"] = str(preset.number)
        self.data = data

    def clean(self) -> dict[str, Any]:
        """At least one part must say something."""
        cleaned = super().clean() or self.cleaned_data
        parts = ("style", "motion", "camera", "atmosphere", "free_text")
        if not self.errors and not any(cleaned.get(part, "").strip() for part in parts):
            self.add_error("motion", "Say how the character moves, or fill another part.")
        return cleaned
