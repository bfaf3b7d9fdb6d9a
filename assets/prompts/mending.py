"""Edits of findings, whose offsets are those of the whole prompt, made where it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assets.preflight.finding import Edit
from assets.prompts.text import PARTS, Composed, compose, joint

type Cut = tuple[int, int, str]


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits applied, which must not overlap; offsets are those of `text`."""
    return _cut(text, [(edit.start, edit.end, edit.text) for edit in edits])


def apply_edits(parts: Mapping[str, str], edits: Sequence[Edit], order: str = "") -> dict[str, str]:
    """The parts after edits of their composed text.

    What is struck is struck in each part it lies in; what stands for it goes where the struck
    words began. An insertion that names a slot is added to that slot.
    """
    composed = compose(parts, order)
    after = {slot: parts.get(slot, "") for slot in PARTS}
    cuts: dict[str, list[Cut]] = defaultdict(list)
    for edit in edits:
        for slot, cut in () if _is_added(edit) else _cuts(composed, edit):
            cuts[slot].append(cut)
    for slot, its_cuts in cuts.items():
        after[slot] = _cut(after[slot], its_cuts)
    for edit in filter(_is_added, edits):
        after[edit.slot] = _added(after[edit.slot].strip(), edit.text.strip(" ,，、.。"), edit.slot)
    return after


def _is_added(edit: Edit) -> bool:
    return edit.start == edit.end and edit.slot != ""


def _added(before: str, text: str, slot: str) -> str:
    return before + joint(slot, before, slot, text) + text if before else text


def _cuts(composed: Composed, edit: Edit) -> Iterator[tuple[str, Cut]]:
    """What an edit of the whole is in each of the parts that it touches."""
    for piece in composed.pieces:
        start, end = max(edit.start, piece.start), min(edit.end, piece.end)
        if start < end:
            shift = piece.offset - piece.start
            yield piece.slot, (start + shift, end + shift, "")
    if edit.text:
        slot, offset = composed.place(edit.start) or (edit.slot or "free_text", 0)
        yield slot, (offset, offset, edit.text)


def _cut(text: str, cuts: Iterable[Cut]) -> str:
    for start, end, instead in sorted(cuts, key=lambda cut: cut[:2], reverse=True):
        text = text[:start] + instead + text[end:]
    return tidy(text)


def tidy(text: str) -> str:
    """Without what striking words leaves behind: double spaces, lonely and doubled commas."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;，。；])", r"\1", text)
    text = re.sub(r"([,，、])(?:\s*[,，、])+", r"\1", text)
    text = re.sub(r"[,，、]\s*([.;。；])", r"\1", text)
    return text.strip(" ,，、")
