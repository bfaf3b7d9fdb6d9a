"""Sorting one text into the slots of a motion prompt, without losing or moving a word."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assets.prompts.text import CHINESE, LENGTHS, PARTS, SLOTS, clauses, compose, joint, one_line

_WORDS = Path(__file__).parent / "levers" / "words.json"
_CLOSING = re.compile(r"[;.!?]+(?=\s|$)|[。；！？]+")
#: A style is a short opening such as "A calm, patient teacher".
_STYLE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Split:
    """The parts by name, and their order where it is not the usual one (else empty)."""

    parts: dict[str, str]
    order: str


@dataclass(slots=True)
class _Run:
    """Neighbouring clauses that belong to one slot: `start` to `end` of the text."""

    slot: str
    start: int
    end: int


def split(text: str) -> Split:
    """The parts of `text`, by the vocabulary in `levers/words.json`.

    Deterministic and free of loss: `compose(split.parts, split.order).text` is `text` up to white
    space. What comes back to a slot that was left, or does not fit into it, is anything else.
    """
    line = one_line(text)
    runs = _runs(line)
    parts = dict.fromkeys(PARTS, "")
    behind = len(line.rstrip(",，、 "))
    order: list[str] = []
    for index, run in enumerate(runs):
        if run.slot in order or run.end - run.start > LENGTHS[run.slot]:
            behind = runs[index - 1].end if index else 0
            break
        parts[run.slot] = line[run.start : run.end]
        order.append(run.slot)
    parts["free_text"] = line[behind:].strip()
    usual = [slot for slot in SLOTS if slot in order]
    found = Split(parts, "" if order == usual else ",".join(order))
    if compose(found.parts, found.order).text == line:
        return found
    return Split(dict.fromkeys(SLOTS, "") | {"free_text": line}, "")


def _runs(line: str) -> list[_Run]:
    """The clauses, sorted and joined; a joint that composing would not make joins them too."""
    runs: list[_Run] = []
    for slot, start, end in _sorted_clauses(line):
        stop = end + len(_closing(line, end))
        last = runs[-1] if runs else None
        if last and (slot in ("", last.slot) or not _is_joint(line, last, slot, start, end)):
            last.end = stop
        else:
            runs.append(_Run(slot or "motion", start, stop))
    if runs:
        runs[-1].end = len(line.rstrip(",，、 "))
    return runs


def _is_joint(line: str, last: _Run, slot: str, start: int, end: int) -> bool:
    made = joint(last.slot, line[last.start : last.end], slot, line[start:end])
    return made == line[last.end : start]


def _closing(line: str, at: int) -> str:
    """The marks that close the clause that ends `at`, but not a comma: composing makes that."""
    found = _CLOSING.match(line, at)
    return found[0] if found else ""


def _sorted_clauses(line: str) -> list[tuple[str, int, int]]:
    found = _known(line)
    if not found:
        return []
    _, start, end = found[0]
    if persona := _persona(line[start:end]):
        at = start + len(persona)
        rest = line[at:end]
        behind = at + len(rest) - len(rest.lstrip())
        # A style that is a clause of its own keeps its comma: none is made before the motion.
        keeps = at + (1 if not rest and line[at : at + 1] in ",，" else 0)
        opening = [("style", start, keeps)]
        return opening + ([(slot_of(rest) or "motion", behind, end)] if rest else []) + found[1:]
    return found


def _known(line: str) -> list[tuple[str, int, int]]:
    """The clauses, each with the slot its words tell; a lone adjective goes with what follows."""
    found: list[tuple[str, int, int]] = []
    for start, end in reversed(clauses(line)):
        slot = slot_of(line[start:end])
        is_lone = not slot and " " not in line[start:end] and not CHINESE.search(line[start:end])
        found.append((found[-1][0] if is_lone and found else slot, start, end))
    return found[::-1]


def _persona(clause: str) -> str:
    """The opening words that name a manner ("Composed presenter"); empty if there are none."""
    persona, _, _ = _vocabulary()
    found = persona.match(clause)
    if not found:
        return ""
    words = found["manner"] or found["manner_zh"] or ""
    is_plain = not slot_of(words) and len(words.split()) <= _STYLE_WORDS
    return found[0] if is_plain else ""


def slot_of(clause: str) -> str:
    """The slot most of the known words of a clause belong to; empty if none is known."""
    _, phrases, slots = _vocabulary()
    counts = dict.fromkeys(("camera", "atmosphere", "motion", "style"), 0)
    for found in phrases.finditer(clause.lower()):
        words = found[0]
        counts[slots[words]] += len(words) if CHINESE.match(words) else 2 * len(words.split())
    best = max(counts, key=lambda slot: counts[slot])
    return best if counts[best] else ""


@cache
def _vocabulary() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """The pattern of a manner, the pattern of all phrases, and the slot of each phrase."""
    data = json.loads(_WORDS.read_text(encoding="utf-8"))
    slots = {phrase: slot for slot in SLOTS for phrase in data[slot]}
    longest = sorted(slots, key=len, reverse=True)
    chinese = "|".join(re.escape(one) for one in longest if CHINESE.match(one))
    latin = "|".join(re.escape(one) for one in longest if not CHINESE.match(one))
    people = "|".join(sorted(data["people"], key=len, reverse=True))
    people_zh = "|".join(sorted(data["people_zh"], key=len, reverse=True))
    persona = re.compile(
        rf"(?:(?:an?|the)\s+)?(?P<manner>(?:[\w'-]+\s+){{0,4}}?)(?:{people})\b|"
        rf"(?P<manner_zh>\w{{0,10}}?)(?:{people_zh})",
        re.IGNORECASE,
    )
    return persona, re.compile(rf"(?<!\w)(?:{latin})(?!\w)|{chinese}"), slots
