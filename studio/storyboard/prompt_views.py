"""The buttons of the prompt desk.

Each is a POST of the whole clip form to `clips/<id>/prompt/<action>/`. It answers with the same
form, its prompt changed, and saves nothing: with htmx the part of the page that holds the prompt,
without scripts the whole page.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from assets import measuring
from assets.limits import InputLimits
from assets.preflight.finding import Edit, Finding
from assets.prompts.diff import difference
from assets.prompts.levers import voice
from assets.prompts.levers.toggling import Turned
from jobs import registry, rewriting
from studio.clips.checks import prompt_findings
from studio.clips.models import Clip
from studio.organisations.access import MemberRequest
from studio.storyboard import editor, prompt_desk, prompt_page
from studio.storyboard.clip_views import changeable, source_of
from studio.storyboard.forms import ClipForm
from studio.storyboard.prompt_desk import Written
from studio.storyboard.prompt_history import history_of

type Answer = tuple[Written, dict[str, Any]]
type Action = Callable[[QueryDict, Clip, Written], Answer]


@require_POST
@login_required
def prompt_action(request: MemberRequest, pk: UUID, action: str) -> HttpResponse:
    """What a button of the desk does to the prompt in the form; writes nothing."""
    if action not in ACTIONS:
        raise Http404
    clip = changeable(request, pk)
    form = ClipForm(request.POST, instance=copy.copy(clip), project=clip.project)
    form.is_valid()  # what is valid is on the instance; the rest shows as missing
    values = prompt_desk.values_in(request.POST, clip.variables)
    before = prompt_desk.read(request.POST).filled(values)
    after, panel = ACTIONS[action](request.POST, form.instance, before)
    data = _changed(request.POST, after, panel)
    form = ClipForm(data, instance=copy.copy(clip), project=clip.project)
    form.is_valid()
    source = source_of(request, clip)
    if request.htmx:
        context = editor.offer(request, clip, form, source) | prompt_page.fields(clip, form)
        context |= {"oob": True, "panel": panel, "new_variables": True}
        return render(request, "storyboard/prompt_desk.html#answer", context)
    context = editor.page(request, clip, form, source) | {"panel": panel, "action": action}
    return render(request, "storyboard/clip.html", context)


def _changed(data: QueryDict, after: Written, panel: dict[str, Any]) -> QueryDict:
    """What was sent, with the prompt as it is now."""
    changed = data.copy()
    for name, text in after.fields().items():
        changed[name] = text
    if used := panel.pop("preset_used", ""):
        changed["preset_used"] = used
    return changed


def _view(data: QueryDict, clip: Clip, written: Written) -> Answer:
    return prompt_desk.shown_as(written, data.get("to", "")), {}


def _lever(data: QueryDict, clip: Clip, written: Written) -> Answer:
    lever = Turned(
        data.get("lever", ""),
        speed=data.get("lever_speed", ""),
        purpose=data.get("lever_purpose", ""),
        until=data.get("lever_until", ""),
    )
    if lever.lever == "expression":  # its first half comes from a list of choices
        lever = Turned(f"expression.{data.get('lever_from', '')}", until=lever.until)
    try:
        return prompt_desk.turned(written, lever), {}
    except KeyError:
        return written, {"sentence": "There is no such lever any more. Load the page again."}


def _fix(data: QueryDict, clip: Clip, written: Written) -> Answer:
    """Make the edits of the finding that the button named, if it is still there."""
    wanted = data.get("fix", "")
    findings = _findings(written, clip)
    found = next((one for one in findings if one.edits and _name(one) == wanted), None)
    if found is None:
        return written, {"sentence": "The prompt has changed since; look at the findings again."}
    return prompt_desk.mended(written, found), {}


def _preset(data: QueryDict, clip: Clip, written: Written) -> Answer:
    preset = clip.preset
    if preset is None:
        return written, {}
    values = prompt_desk.values_in(data, clip.variables)
    used = {"preset_used": f"{preset.pk}:{preset.number}"}
    return prompt_desk.from_preset(written, preset, values), used


def _same(data: QueryDict, clip: Clip, written: Written) -> Answer:
    """Nothing but what every action does: variables that have a value are filled in."""
    return written, {}


def _voice(data: QueryDict, clip: Clip, written: Written) -> Answer:
    """Propose motion for the take's energy."""
    if clip.take is None:
        return written, {"sentence": _NO_TAKE}
    try:
        measuring.measured(None, clip.take)
    except measuring.Unreadable as problem:
        return written, {"sentence": str(problem)}
    energy = prompt_desk.energy_of(clip)
    if energy is None:
        return written, {"sentence": _NO_VOICE}
    proposal = prompt_desk.matched(written, energy)
    if proposal.text == written.text:
        return written, {"sentence": f"The motion fits already. {voice.says_of(energy)}"}
    return written, _proposed(written, proposal, clip, voice.says_of(energy))


def _rewrite(data: QueryDict, clip: Clip, written: Written) -> Answer:
    """Ask the language model, if there is one."""
    if not rewriting.is_set_up():
        raise Http404
    if not written.text.strip():
        return written, {"sentence": "Write a few words first; then they can be rewritten."}
    limit = _limits(clip).prompt_max_characters
    if len(written.text) > limit:
        return written, {"sentence": f"Only a prompt of at most {limit:,} characters is rewritten."}
    problems = [finding.message for finding in _findings(written, clip)]
    try:
        text = rewriting.rewritten(written.text, problems=problems, limit=limit)
    except rewriting.NotRewritten as refusal:
        return written, {"sentence": str(refusal)}
    proposal = written.as_text(text)
    if proposal.text == written.text:
        return written, {"sentence": "The language model would leave the prompt as it is."}
    return written, _proposed(written, proposal, clip, "The language model proposes:")


def _use(data: QueryDict, clip: Clip, written: Written) -> Answer:
    """Take the prompt that a proposal or a row of the history carries."""
    try:
        return prompt_desk.accepted(written, data.get("proposal", "")), {}
    except ValueError:
        return written, {"sentence": "The proposal did not arrive whole. Ask for it again."}


def _history(data: QueryDict, clip: Clip, written: Written) -> Answer:
    older, newer = data.get("older", ""), data.get("newer", "")
    past = history_of(clip, now=written.text, older=older, newer=newer)
    rows = [
        {"row": row, "carried": prompt_desk.carried(written.with_slots(row.slots))}
        for row in past.rows
    ]
    return written, {"history": past, "rows": rows}


def _proposed(before: Written, after: Written, clip: Clip, sentence: str) -> dict[str, Any]:
    """What the panel shows of a proposal: the difference, what the checks say, and the way in."""
    return {
        "sentence": sentence,
        "changes": difference(before.text, after.text),
        "findings": _findings(after, clip),
        "carried": prompt_desk.carried(after),
    }


def _limits(clip: Clip) -> InputLimits:
    return registry.engine_for(clip.project).capabilities.limits


def _findings(written: Written, clip: Clip) -> list[Finding]:
    return prompt_findings(written.text, clip.look, clip.take, _limits(clip))


def _name(finding: Finding) -> str:
    """How the button of a finding names it: its id and the characters it would change first."""
    edit = finding.edits[0] if finding.edits else Edit(0, 0, "")
    return f"{finding.id}:{edit.start}:{edit.end}"


_NO_TAKE = "Choose an audio take first: the motion is matched to its voice."
_NO_VOICE = "No voice was found in this take, so there is nothing to match the motion to."

ACTIONS: dict[str, Action] = {
    "view": _view,
    "lever": _lever,
    "fix": _fix,
    "preset": _preset,
    "fill": _same,
    "voice": _voice,
    "rewrite": _rewrite,
    "use": _use,
    "history": _history,
    "close": _same,
}
