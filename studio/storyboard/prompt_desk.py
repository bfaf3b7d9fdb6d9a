"""The prompt desk: one motion prompt, written in parts or as one text, and what helps writing it.

Everything here works on what stands in the form and saves nothing. `prompt_views` turns each
button of the desk into one of these functions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assets.models import Preset
from assets.preflight.energy import Energy
from assets.preflight.finding import Finding
from assets.prompts.levers import voice
from assets.prompts.levers.toggling import Turned, toggled
from assets.prompts.mending import apply_edits, edited_text
from assets.prompts.splitting import split
from assets.prompts.text import (
    PARTS,
    SLOTS,
    compose,
    fill,
    one_line,
    order_of,
)  # fmt: skip
from assets.prompts.variables import VALUE_LENGTH, variables_in
from studio.clips.models import Clip, PromptView

#: The name of a variable's field in the form.
VARIABLE = "variable-"
#: More variables than anybody fills in are no variables.
MAX_VARIABLES = 40


@dataclass(frozen=True, slots=True)
class Written:
    """A prompt as it stands in the form: its parts, their order, and how the person writes it."""

    parts: dict[str, str]
    order: str = ""
    view: str = PromptView.SLOTS

    @property
    def text(self) -> str:
        """The whole prompt."""
        return compose(self.parts, self.order).text

    @property
    def is_text(self) -> bool:
        """Whether the person writes one text."""
        return self.view == PromptView.TEXT

    def as_text(self, text: str) -> Written:
        """The same prompt with another text, sorted into the parts again if it differs."""
        if one_line(text) == one_line(self.text):
            return self
        found = split(text)
        return replace(self, parts=found.parts, order=found.order)

    def with_slots(self, slots: Mapping[str, str]) -> Written:
        """The prompt that `prompt_slots` of a clip, a preset or a job describes."""
        parts = {part: slots.get(part) or "" for part in PARTS}
        return replace(self, parts=parts, order=slots.get("slot_order") or "")

    def filled(self, values: Mapping[str, str]) -> Written:
        """With the variables replaced that there are values for."""
        return replace(self, parts={name: fill(text, values) for name, text in self.parts.items()})

    def fields(self) -> dict[str, str]:
        """What the form's fields say then."""
        return {
            **self.parts, "slot_order": self.order, "prompt_view": self.view, "text": self.text,
        }  # fmt: skip


def read(given: Mapping[str, Any]) -> Written:
    """The prompt of a form's cleaned fields; a field that was refused counts as empty.

    Where one text is written, the parts follow from it; they stay as they were if it did not
    change, so that going to and fro moves nothing.
    """
    parts = {part: given.get(part) or "" for part in PARTS}
    parts |= {part: one_line(text) for part, text in parts.items() if part != "free_text"}
    view = given.get("prompt_view") or PromptView.SLOTS
    order = ",".join(name for name in order_of(given.get("slot_order") or "") if name in SLOTS)
    written = Written(parts, "" if order == ",".join(SLOTS) else order, view)
    return written.as_text(given.get("text") or "") if written.is_text else written


def values_in(data: Mapping[str, Any], kept: Mapping[str, str]) -> dict[str, str]:
    """What is filled in for variables: kept with the clip, and now typed into the form."""
    typed = {
        name.removeprefix(VARIABLE)[:40]: one_line(str(data[name]))[:VALUE_LENGTH]
        for name in list(data)
        if name.startswith(VARIABLE)
    }
    values = {**kept, **{name: text for name, text in typed.items() if text}}
    return dict(list(values.items())[-MAX_VARIABLES:])


def variables_of(written: Written) -> list[str]:
    """The variables that are still in the prompt."""
    return variables_in(written.text)[:MAX_VARIABLES]


# -- What the buttons do ------------------------------------------------------------------------


def shown_as(written: Written, view: str) -> Written:
    """The same prompt in the other view."""
    return replace(written, view=PromptView.TEXT if view == PromptView.TEXT else PromptView.SLOTS)


def turned(written: Written, lever: Turned) -> Written:
    """With a lever's phrase, or without it if it was there; KeyError for an unknown lever."""
    if written.is_text:
        text = toggled({"free_text": written.text}, lever, into="free_text")["free_text"]
        return written.as_text(text)
    return replace(written, parts=toggled(written.parts, lever))


def mended(written: Written, finding: Finding) -> Written:
    """With a finding's own edits made."""
    if written.is_text:
        return written.as_text(edited_text(written.text, finding.edits))
    return replace(written, parts=apply_edits(written.parts, finding.edits, written.order))


def from_preset(written: Written, preset: Preset, values: Mapping[str, str]) -> Written:
    """The preset's prompt with what is known filled in, in the view the person has."""
    return written.with_slots(preset.prompt_slots()).filled(values)


def energy_of(clip: Clip) -> Energy | None:
    """How lively the chosen take's voice is; None where nobody has measured it."""
    return clip.take.energy if clip.take else None


def matched(written: Written, energy: Energy) -> Written:
    """With movements that fit a voice of this energy; the same prompt if nothing is to be said."""
    if written.is_text:
        parts = voice.matched({"free_text": written.text}, energy, into="free_text")
        return written.as_text(parts["free_text"])
    return replace(written, parts=voice.matched(written.parts, energy))


def carried(written: Written) -> str:
    """A prompt as the value of the button that accepts it."""
    return json.dumps({**written.parts, "slot_order": written.order}, ensure_ascii=False)


def accepted(written: Written, carried_text: str) -> Written:
    """The prompt that a button carried; ValueError if it is none."""
    try:
        slots = json.loads(carried_text)
    except RecursionError:
        raise ValueError("no prompt") from None
    if not isinstance(slots, dict) or not all(isinstance(text, str) for text in slots.values()):
        raise ValueError("no prompt")
    return written.with_slots(slots)
