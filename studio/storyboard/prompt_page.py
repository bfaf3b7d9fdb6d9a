"""What the page shows of the prompt desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from assets.models import Preset
from assets.preflight.finding import Finding
from assets.prompts.levers import board
from assets.prompts.levers.finding import found_in
from assets.prompts.marks import SHOWN, marked
from assets.prompts.text import PARTS
from jobs import rewriting
from studio.clips.models import Clip
from studio.storyboard import prompt_desk
from studio.storyboard.forms import ClipForm


def offered(form: ClipForm, findings: list[Finding]) -> dict[str, Any]:
    """What follows every change of the prompt: marks, levers that are set, open variables."""
    chosen = form.instance
    written = prompt_desk.read(form.data if form.is_bound else _saved(chosen))
    names = prompt_desk.variables_of(written)
    values = prompt_desk.values_in(form.data, chosen.variables)
    return {
        "marked": marked(chosen.prompt_text, findings),
        "prompt_more": max(0, len(chosen.prompt_text) - SHOWN),
        "levers": _levers(chosen),
        "variables": [{"name": name, "value": values.get(name, "")} for name in names],
        "shown_variables": ", ".join(names),
        "new_variables": form.data.get("shown_variables", "") != ", ".join(names),
    }


def fields(clip: Clip, form: ClipForm) -> dict[str, Any]:
    """The fields that the prompt is written in, and the presets to choose from."""
    written = prompt_desk.read(form.data if form.is_bound else _saved(form.instance))
    return {
        "is_text": written.is_text,
        "slot_fields": [form[part] for part in PARTS],
        "presets": _presets(clip, form.instance),
        "can_rewrite": rewriting.is_set_up(),
    }


def whole(clip: Clip, form: ClipForm) -> dict[str, Any]:
    """All that only a whole page needs: the fields, the board of levers."""
    return {"board": board(), "until": board().group("expression").levers, **fields(clip, form)}


def _saved(clip: Clip) -> dict[str, str]:
    view = {"prompt_view": clip.prompt_view, "text": clip.prompt_text}
    return {**clip.prompt_parts(), "slot_order": clip.slot_order, **view}


def _presets(clip: Clip, chosen: Clip) -> QuerySet[Preset]:
    """Those that are not in the archive, and the chosen one."""
    mine = Preset.objects.filter(organisation=clip.organisation)
    return mine.filter(Q(archived_at=None) | Q(pk=chosen.preset_id))


def _levers(clip: Clip) -> dict[str, Any]:
    """The levers whose phrases are in the prompt, and how movement and expression are turned."""
    found = found_in(clip.prompt_parts())
    moves = next((one for one in found if one.lever.group == "movement"), None)
    faces = next((one for one in found if one.until), None)
    return {
        "on": " ".join(one.lever.key for one in found),
        "all": [one.lever.key for one in found],
        "speed": moves.speed if moves else "",
        "purpose": moves.purpose if moves else "",
        "from": faces.lever.id if faces else "",
        "until": faces.until if faces else "",
    }
