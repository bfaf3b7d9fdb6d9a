"""A prompt as it is read: its tokens, what they are, what is denied, and every mark found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from assets.preflight.prompt.knowledge import Knowledge, classes_from, forms, knowledge
from assets.preflight.prompt.patterns import Pattern
from assets.preflight.prompt.tokens import Token, prepared, quotations, tokens
from assets.preflight.thresholds import PROMPT_DENIAL_REACH

_REACH = int(PROMPT_DENIAL_REACH.value)
_SENTENCE_ENDS = frozenset(".;!?\n")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place that a pattern found: tokens `first` up to `last`, code points `start` to `end`."""

    first: int
    last: int
    start: int
    end: int
    label: str = ""
    denied: bool = False

    def touches(self, other: Mark) -> bool:
        """Whether both share a token."""
        return self.first < other.last and other.first < self.last


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, read once for all rules."""

    source: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    forms: tuple[frozenset[str], ...]
    classes: tuple[dict[str, set[int]], ...]
    present: tuple[frozenset[str], ...]
    denied: tuple[bool, ...]
    marks: dict[str, list[Mark]]

    def found(self, *labels: str) -> list[Mark]:
        """The marks of these labels that are not denied, in the order of the text."""
        return sorted(
            mark for label in labels for mark in self.marks.get(label, []) if not mark.denied
        )

    def starting(self, prefix: str) -> list[Mark]:
        """The marks not denied of all labels that start with `prefix`."""
        return self.found(*(label for label in self.marks if label.startswith(prefix)))

    def quoted(self, mark: Mark) -> str:
        """The words of a mark as the person wrote them, shortened when they are many."""
        words = " ".join(self.source[mark.start : mark.end].split())
        return words if len(words) <= 60 else words[:57].rstrip() + "…"

    def has(self, name: str, first: int, last: int) -> bool:
        """Whether a phrase of the class `name` starts between two tokens."""
        return any(name in self.classes[place] for place in range(max(0, first), last))

    def clause(self, mark: Mark) -> tuple[int, int]:
        """The tokens of the clause around a mark, signs at its ends excluded."""
        first, last = mark.first, mark.last
        while first > 0 and not self.tokens[first - 1].ends_clause:
            first -= 1
        while last < len(self.tokens) and not self.tokens[last].ends_clause:
            last += 1
        return first, last

    @property
    def is_chinese(self) -> bool:
        """Whether there are more Chinese characters than words of another script."""
        han = sum(token.kind == "han" for token in self.tokens)
        return han > sum(token.kind == "word" for token in self.tokens)


def read(source: str) -> Reading:
    """Read a prompt. The cost grows with its length, not faster."""
    known = knowledge()
    text = prepared(source, known.simplified)
    row = tokens(text)
    found = tuple(classes_from(row, place) for place in range(len(row)))
    for start, end in quotations(text):
        inside = [place for place, token in enumerate(row) if start <= token.start < end]
        if inside:
            found[inside[0]].setdefault("quote", set()).add(inside[-1] + 1)
    inflected = tuple(
        forms(token.word) if token.kind == "word" else frozenset({token.word}) for token in row
    )
    reading = Reading(
        source=source,
        tokens=row,
        words=tuple(token.word for token in row),
        forms=inflected,
        classes=found,
        present=_present(row, inflected, found),
        denied=_denied(row, found),
        marks={},
    )
    reading.marks.update(_marks(reading, known))
    return reading


def _present(
    row: tuple[Token, ...],
    inflected: tuple[frozenset[str], ...],
    found: tuple[dict[str, set[int]], ...],
) -> tuple[frozenset[str], ...]:
    """For each place every word, inflection, class and pair of characters of its sentence.

    No pattern reaches over the end of a sentence, unless the end stands in a quotation.
    """
    quoted = {
        inside
        for place, names in enumerate(found)
        for inside in range(place, max(names.get("quote", ()), default=place))
    }
    ends = [
        place + 1
        for place, token in enumerate(row)
        if token.word in _SENTENCE_ENDS and place not in quoted
    ]
    present: list[frozenset[str]] = []
    for first, last in pairwise([0, *ends, len(row)]):
        words = {word for forms_ in inflected[first:last] for word in forms_}
        words.update(f"<{name}>" for names in found[first:last] for name in names)
        words.update(one.word + other.word for one, other in pairwise(row[first:last]))
        present += [frozenset(words)] * (last - first)
    return tuple(present)


def _denied(row: tuple[Token, ...], found: tuple[dict[str, set[int]], ...]) -> tuple[bool, ...]:
    """Which tokens stand behind a “no”, “without” or 不 of their own clause."""
    denied = [False] * len(row)
    harmless: set[int] = set()
    for place, names in enumerate(found):
        for end in names.get("no_denial", ()):
            harmless.update(range(place, end))
        if "denial" not in names or place in harmless:
            continue
        for later in range(max(names["denial"]), min(len(row), place + 1 + _REACH)):
            if row[later].ends_clause or "denial_end" in found[later]:
                break
            denied[later] = True
    return tuple(denied)


def _marks(reading: Reading, known: Knowledge) -> dict[str, list[Mark]]:
    found = _scan(reading, known.marks)
    silenced = _scan(reading, known.silent, {name for label in found for name in _names(label)})
    marks: dict[str, list[Mark]] = {}
    for label, row in found.items():
        quiet = [each for name in _names(label) for each in silenced.get(name, [])]
        hushed = {place for each in quiet for place in range(each.first, each.last)}
        kept = [mark for mark in row if hushed.isdisjoint(range(mark.first, mark.last))]
        marks[label] = list(_apart(kept))
    return marks


def _names(label: str) -> set[str]:
    """A label and its group: what a silence may be called that hushes it."""
    return {label, re.split(r"[.-]", label)[0]}


def _scan(
    reading: Reading, index: dict[str, list[tuple[str, Pattern]]], only: set[str] | None = None
) -> dict[str, list[Mark]]:
    """The marks of every pattern, or of those whose label is one of `only`.

    Most patterns are told apart from the prompt by the words that it lacks, before any is tried.
    """
    marks: dict[str, list[Mark]] = {}
    likely: dict[str, list[tuple[str, Pattern]]] = {}
    here: frozenset[str] = frozenset()
    for place, keys in enumerate(_keys(reading)):
        if reading.present[place] is not here:
            here, likely = reading.present[place], {}
        for key in keys:
            if key not in likely:
                likely[key] = [
                    (label, pattern)
                    for label, pattern in index.get(key, ())
                    if (only is None or label in only) and pattern.may_be_in(here)
                ]
            for label, pattern in likely[key]:
                hit = pattern.find(reading, place)
                if hit is not None:
                    marks.setdefault(label, []).append(_mark(reading, *hit, label))
    return marks


def _keys(reading: Reading) -> Iterable[set[str]]:
    """For each place the keys of the patterns that could start there."""
    row = reading.tokens
    for place, token in enumerate(row):
        keys = {*reading.forms[place], *(f"<{name}>" for name in reading.classes[place])}
        if token.kind == "han" and place + 1 < len(row):
            keys.add(token.word + row[place + 1].word)
        yield keys


def _mark(reading: Reading, first: int, last: int, label: str) -> Mark:
    start, end = reading.tokens[first].start, reading.tokens[last - 1].end
    # A quotation's marks belong to it, although single ones are no tokens.
    if "quote" in reading.classes[first] or any(
        last in reading.classes[place].get("quote", ()) for place in range(first, last)
    ):
        while end < len(reading.source) and reading.source[end] in "'’”\"」』»":
            end += 1
        while start and reading.source[start - 1] in "'‘“\"「『«":
            start -= 1
    return Mark(first, last, start, end, label, reading.denied[first])


def _apart(marks: Iterable[Mark]) -> Iterable[Mark]:
    """Of marks that share a token, the one that starts first; of those, the longest."""
    end = -1
    for mark in sorted(marks, key=lambda each: (each.first, -each.last)):
        if mark.first >= end:
            end = mark.last
            yield mark
