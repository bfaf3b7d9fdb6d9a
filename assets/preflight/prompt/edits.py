"""Changes of a prompt that leave a sentence which still reads well."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assets.preflight.finding import Edit, Slot
from assets.preflight.prompt.knowledge import knowledge
from assets.preflight.prompt.marks import Mark
from assets.preflight.prompt.reading import Reading

_BREAKS = ",，、;；:："
_STOPS = ".。!！?？…\n"
_VOWEL = re.compile(r"[aeiou]", re.IGNORECASE)


def applied(prompt: str, edits: Iterable[Edit]) -> str:
    """`prompt` after `edits`; the later places first, so that offsets stay true.

    An edit that overlaps one already made is left out.
    """
    limit = len(prompt) + 1
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        if edit.end <= limit:
            prompt = prompt[: edit.start] + edit.text + prompt[edit.end :]
            limit = edit.start
    return prompt


def phrase(reading: Reading, name: str) -> str:
    """A phrase of the knowledge files in the language of the prompt."""
    return knowledge().phrases[name + ("_zh" if reading.is_chinese else "")]


def strike(reading: Reading, first: int, last: int) -> Edit:
    """Strike tokens `first` up to `last`, with the small words and signs that would dangle.

    A prompt of which nothing would be left gets a plain motion instead.
    """
    row, classes, source = reading.tokens, reading.classes, reading.source
    closes = last == len(row) or row[last].ends_clause
    while closes and first and _is(reading, "dangling_before", first - 1):
        first -= 1
    opens = first == 0 or row[first - 1].ends_clause
    while opens and last < len(row) and "dangling_behind" in classes[last]:
        last += 1
    start = row[first].start if first < len(row) else len(source)
    end = row[last - 1].end
    while end < len(source) and source[end] in "'’”\"」』»":
        end += 1
    while start and source[start - 1] in "'‘“\"「『«":
        start -= 1
    return _tidied(reading, start, end)


def strikes(reading: Reading, marks: Iterable[Mark]) -> tuple[Edit, ...]:
    """Strike several marks; those with nothing but signs and dangling words between as one."""
    rows: list[tuple[int, int]] = []
    for mark in sorted(marks):
        between = range(rows[-1][1], mark.first) if rows else range(0)
        if rows and all(_falls(reading, place) for place in between):
            rows[-1] = (rows[-1][0], max(rows[-1][1], mark.last))
        else:
            rows.append((mark.first, mark.last))
    return tuple(strike(reading, first, last) for first, last in rows)


def _falls(reading: Reading, place: int) -> bool:
    """Whether a token is struck along with what stands before it: a sign, or a word like 地."""
    return reading.tokens[place].ends_clause or "dangling_behind" in reading.classes[place]


def _is(reading: Reading, name: str, place: int) -> bool:
    return place + 1 in reading.classes[place].get(name, ())


def _tidied(reading: Reading, start: int, end: int) -> Edit:
    """Strike `start` to `end` and leave one separator between what stays on either side."""
    source = reading.source
    left, right = source[:start].rstrip(), source[end:].lstrip()
    if not any(sign.isalnum() for sign in left + right):
        return Edit(0, len(source), phrase(reading, "motion"), slot="motion")
    start, end = len(left), len(source) - len(right)
    opening = not left or left[-1] in _STOPS
    if opening or left[-1] in _BREAKS:
        right = right.lstrip(_BREAKS + (_STOPS if opening else "") + " ")
    if not right or right[0] in _STOPS:
        start = len(left.rstrip(_BREAKS + " "))
    end = len(source) - len(right)
    joint = _joint(source, start, end, opening)
    if opening and right and source[:end].lstrip()[:1].isupper() and right[0].islower():
        return Edit(start, end + 1, joint + right[0].upper())
    return _with_article(source, Edit(start, end, joint))


def _joint(source: str, start: int, end: int, opening: bool) -> str:
    if start == 0 or end == len(source) or source[end] in _BREAKS + _STOPS:
        return ""
    if _is_han(source[start - 1]) or _is_han(source[end]):
        return " " if source[start - 1] == "," else ""
    return "\n" if opening and source[start - 1] == "\n" else " "


def _is_han(sign: str) -> bool:
    return sign > "\u2e80"


def _with_article(source: str, edit: Edit) -> Edit:
    """Make “an” and “a” right again before the word that now follows."""
    article = re.search(r"\b(an?)$", source[: edit.start], re.IGNORECASE)
    if article is None or edit.end >= len(source):
        return edit
    right = article[1][0] + ("n" if _VOWEL.match(source[edit.end]) else "")
    return Edit(article.start(1), edit.end, right + edit.text, edit.slot)


def replace(reading: Reading, start: int, end: int, text: str) -> Edit:
    """Put `text` in the place of `start` to `end`, with a capital where there was one."""
    if reading.source[start : start + 1].isupper():
        text = text[:1].upper() + text[1:]
    return Edit(start, end, text)


def append(reading: Reading, text: str, slot: Slot) -> Edit:
    """Add `text` behind the last words, before the full stop; `slot` is where it belongs."""
    source = reading.source
    kept = source.rstrip().rstrip(_STOPS + _BREAKS + " ")
    rest = source[len(kept) :].strip()
    comma = ("，" if reading.is_chinese else ", ") if kept else ""
    stop = rest if rest and rest[0] in _STOPS else ""
    return Edit(len(kept), len(source), comma + text + stop, slot)
