"""One motion prompt, two views: its parts, and the one text that an engine gets.

Pure functions over strings. `compose` makes the text and remembers where each part went, so that
`prompt_mending` can take changes of the text back to the parts; `prompt_splitting` sorts a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assets.prompts.variables import CHECK, CHECKS, fill, variable_findings, variables_in

__all__ = [
    "CHECK", "CHECKS", "LENGTHS", "PARTS", "SLOTS", "Composed", "Piece", "clauses", "compose",
    "fill", "is_chinese", "joint", "one_line", "order_of", "variable_findings", "variables_in",
]  # fmt: skip

#: The four slots in the order that engines expect, and the part for anything else.
SLOTS = ("style", "motion", "camera", "atmosphere")
PARTS = (*SLOTS, "free_text")
#: The most characters of a slot; anything else is not limited here.
LENGTHS = {"style": 300, "motion": 600, "camera": 300, "atmosphere": 300}

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
#: After these no comma is added; the wide ones take no space either.
_ENDS, _WIDE_ENDS = ",.!?;:…", "，、。！？；："
#: A part that begins with one of these brings its own joint.
_BEGINS = ",;.!?:，、。！？；："


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of the whole are those from `offset` on of the part `slot`."""

    slot: str
    start: int
    end: int
    offset: int


@dataclass(frozen=True, slots=True)
class Composed:
    """The whole prompt, and where its parts are in it (code points)."""

    text: str
    pieces: tuple[Piece, ...]

    def place(self, offset: int) -> tuple[str, int] | None:
        """The part and the offset in it behind `offset`; of a joint, the end of the part before."""
        best: tuple[str, int] | None = None
        for piece in self.pieces:
            if piece.start <= offset:
                best = piece.slot, piece.offset + min(offset, piece.end) - piece.start
        if best is None and self.pieces:
            return self.pieces[0].slot, self.pieces[0].offset
        return best


def one_line(text: str) -> str:
    """The text with each run of white space as one space, and none around it."""
    return " ".join(text.split())


def is_chinese(text: str) -> bool:
    """Whether a prompt is written in Chinese rather than in a Latin script, by its words."""
    return len(CHINESE.findall(text)) > 2 * len(_LATIN.findall(text))


def order_of(order: str) -> tuple[str, ...]:
    """The parts in the order they are written: those that `order` names, then the usual one.

    `order` is names of slots with commas; what is no slot or stands there twice is left out. The
    part for anything else comes last.
    """
    named = [name for name in dict.fromkeys(order.split(",")) if name in SLOTS]
    return (*named, *(name for name in SLOTS if name not in named), "free_text")


def compose(parts: Mapping[str, str], order: str = "") -> Composed:
    """The whole prompt: `[style] [motion], [camera], [atmosphere]. [anything else]`.

    Chinese parts are joined as Chinese is written. A part that ends a sentence, or brings its own
    comma, gets no second one.
    """
    kept = [(slot, *_kept(slot, parts.get(slot, ""))) for slot in order_of(order)]
    kept = [(slot, offset, text) for slot, offset, text in kept if text]
    if kept and kept[-1][0] != "free_text":
        slot, offset, text = kept.pop()
        text = text.rstrip(" ,，、")
        kept += [(slot, offset, text)] if text else []
    whole, pieces, before = "", [], None
    for slot, offset, text in kept:
        whole += joint(before[0], before[1], slot, text) if before else ""
        pieces.append(Piece(slot, len(whole), len(whole) + len(text), offset))
        whole += text
        before = slot, text
    return Composed(whole, tuple(pieces))


def _kept(slot: str, written: str) -> tuple[int, str]:
    """Where what is used of a part begins in it, and what that is."""
    front = written.lstrip() if slot == "free_text" else written.lstrip(" \t\r\n,，、")
    return len(written) - len(front), front.rstrip()


def joint(slot: str, text: str, next_slot: str, following: str) -> str:
    """What stands between two parts of a prompt that follow each other."""
    wide = bool(CHINESE.match(_edge(reversed(text))) and CHINESE.match(_edge(following)))
    if text[-1:] in _WIDE_ENDS or following[:1] in _BEGINS:
        return ""
    if text[-1:] in _ENDS:
        return " "
    if (slot, next_slot) == ("style", "motion"):
        return "" if wide else " "
    if next_slot == "free_text":
        return "。" if wide else ". "
    return "，" if wide else ", "


def _edge(characters: Iterable[str]) -> str:
    """The first letter or digit among `characters`; empty if there is none."""
    return next((one for one in characters if one.isalnum()), "")


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of `text` begin and end, without the commas and stops between them."""
    breaks = [0, *(at for found in _BREAK.finditer(text) for at in found.span()), len(text)]
    return [(a, b) for a, b in list(pairwise(breaks))[::2] if a < b]


#: Looked for only where a row of marks begins: 100,000 of them in a row would take a minute.
_BREAK = re.compile(r"(?<![,;.!?])[,;.!?]+\s+|[，。；！？]+\s*")
