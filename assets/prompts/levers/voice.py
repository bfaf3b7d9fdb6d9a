"""Motion that fits a voice, from what `voice.json` knows about each energy."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assets.limits import STRICT
from assets.preflight import prompt
from assets.preflight.energy import ENERGIES, Energy
from assets.prompts.levers.toggling import added
from assets.prompts.mending import tidy
from assets.prompts.splitting import slot_of
from assets.prompts.text import CHINESE, PARTS, clauses, is_chinese

_DATA = Path(__file__).parent / "voice.json"


def matched(parts: Mapping[str, str], energy: Energy, *, into: str = "") -> dict[str, str]:
    """The parts with movements that fit the energy: clauses against it go, fitting ones come.

    Camera and light stay as they are. into: the part that gets the new words, where that is not
    the motion (one free text). The same parts come back if nothing is to be said.
    """
    part = into or "motion"
    after = {name: parts.get(name, "") for name in PARTS}
    says = _data()[energy]["zh" if is_chinese("".join(after.values())) else "en"]
    for name in ("style", "motion", "free_text"):
        after[name] = _without_clauses(after[name], energy)
    # Two movements that fit are enough where nothing was said; one more where something stays.
    has_none = not any(words in after[part] for words in says)
    for words in says[: 1 if after[part].strip() else 2] if has_none else []:
        after[part] = added(after[part], words)
    return after


def says_of(energy: Energy) -> str:
    """One sentence for the person: what this voice asks for."""
    return str(_data()[energy]["says"])


def _without_clauses(text: str, energy: Energy) -> str:
    """The text without the clauses that name a movement against the energy; camera ones stay.

    What the checks find against it goes too, so that nothing is left for them to find.
    """
    unfit = [*_found(text, energy), *(one.span() for one in _against(energy).finditer(text))]
    unfit += [
        (start, end)
        for start, end in _proposals(text)
        if any(first < end and start < last for first, last in unfit)
    ]
    struck = [
        (start, end)
        for start, end in clauses(text)
        if any(first < end and start < last for first, last in unfit)
        and not _is_camera(text[start:end])
    ]
    if not struck:
        return text
    for start, end in reversed(struck):
        text = text[:start] + text[end:]
    return re.sub(r"^[\s,.;，。；]+", "", tidy(re.sub(r"([.;。；])(?:\s*[.;。；])+", r"\1", text)))


def _found(text: str, energy: Energy) -> list[tuple[int, int]]:
    found = prompt.check_prompt(text, STRICT, energy=energy)
    return [one.span for one in found if one.id == "prompt.energy" and one.span]


def _proposals(text: str) -> list[tuple[int, int]]:
    """Where words stand that were proposed for some voice: with a comma inside they are one."""
    every = (words for known in ENERGIES for side in ("en", "zh") for words in _data()[known][side])
    return [one.span() for words in every for one in re.finditer(re.escape(words), text)]


def _is_camera(clause: str) -> bool:
    return slot_of(clause) in ("camera", "atmosphere")


@cache
def _against(energy: Energy) -> re.Pattern[str]:
    words = sorted(_data()[energy]["against"], key=len, reverse=True)
    latin = "|".join(re.escape(one) for one in words if not CHINESE.match(one))
    chinese = "|".join(re.escape(one) for one in words if CHINESE.match(one))
    return re.compile(rf"(?<!\w)(?:{latin})(?!\w)|{chinese}", re.IGNORECASE)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return data
