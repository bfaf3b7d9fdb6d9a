"""A prompt as it is read: its tokens, what they are, what is denied, and every mark found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from assets.preflight.prompt.knowledge import (
    Entry,
    Need,
    alone,
    classes_of,
    cut_places,
    forms,
    knowledge,
)
from assets.preflight.prompt.marks import Mark, apart, inside, names_of, without_quoted
from assets.preflight.prompt.patterns import runs
from assets.preflight.prompt.tokens import Token, prepared, quotations, tokens
from assets.preflight.thresholds import PROMPT_DENIAL_REACH

_REACH = int(PROMPT_DENIAL_REACH.value)
_SENTENCE_ENDS = frozenset(".;!?\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, read once for all rules.

    `runs` says how far words go on, `quotes` where a quotation began, by its end.
    """

    source: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    forms: tuple[frozenset[str], ...]
    classes: tuple[dict[str, set[int]], ...]
    cut: frozenset[int]
    runs: dict[str, list[int]]
    quotes: dict[int, int]
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
    found = classes_of(row)
    for start, end in quotations(text):
        inside = [place for place, token in enumerate(row) if start <= token.start < end]
        if inside:
            found[inside[0]].setdefault("quote", set()).add(inside[-1] + 1)
    reading = Reading(
        source=source,
        tokens=row,
        words=tuple(token.word for token in row),
        forms=tuple(
            forms(token.word) if token.kind == "word" else alone(token.word) for token in row
        ),
        classes=found,
        cut=cut_places(found),
        runs=runs(row, ["halt" in names for names in found]),
        quotes={end: place for place, names in enumerate(found) for end in names.get("quote", ())},
        denied=_denied(row, found),
        marks={},
    )
    reading.marks.update(_marks(reading))
    return reading


def _keys(reading: Reading) -> list[list[str]]:
    """For each place the keys of the patterns that could start there: every inflection, class and
    row of characters."""
    return [
        [*inflected, *map(_key, names)]
        for inflected, names in zip(reading.forms, reading.classes, strict=True)
    ]


@cache
def _key(name: str) -> str:
    return name[1:] if name[0] == "=" else f"<{name}>"


def _sentences(reading: Reading) -> list[int]:
    """Where sentences begin, and the end of the text; in a quotation none ends."""
    quoted = {inside for end, place in reading.quotes.items() for inside in range(place, end)}
    ends = [
        place + 1
        for place, token in enumerate(reading.tokens)
        if token.word in _SENTENCE_ENDS and place not in quoted
    ]
    return [0, *ends, len(reading.tokens)]


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


def _marks(reading: Reading) -> dict[str, list[Mark]]:
    known = knowledge()
    scan = _Scan(reading)
    found = scan.marks(known.marks)
    silenced = scan.marks(known.silent, {name for label in found for name in names_of(label)})
    quotes = _quotes(reading)
    marks: dict[str, list[Mark]] = {}
    for label, row in found.items():
        quiet = [each for name in names_of(label) for each in silenced.get(name, [])]
        # What is quoted is somebody's words: they hush nothing outside.
        around = [each for each in quiet if not inside(each, quotes)] if quotes else quiet
        outside, anywhere = _places(around), _places(quiet)
        kept = [
            mark
            for mark in row
            if (anywhere if inside(mark, quotes) else outside).isdisjoint(
                range(mark.first, mark.last)
            )
        ]
        marks[label] = list(apart(kept))
    return without_quoted(marks, quotes) if quotes else marks


def _places(marks: Iterable[Mark]) -> set[int]:
    return {place for each in marks for place in range(each.first, each.last)}


def _quotes(reading: Reading) -> list[Mark]:
    """The quotations, marks included."""
    return [
        Mark(place, end, reading.tokens[place].start, reading.tokens[end - 1].end)
        for end, place in reading.quotes.items()
    ]


class _Scan:
    """Tries patterns at the places where they can be.

    A set of places is one number with a bit for each, so that a pattern is kept away in a few
    steps from all places that lack, near enough, what it needs behind its first word.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._places: dict[str, int] = {}
        for place, keys in enumerate(_keys(reading)):
            for key in keys:
                self._places[key] = self._places.get(key, 0) | 1 << place
        self._sentences = _sentences(reading)
        self._before: dict[Need, int] = {}
        self._at: dict[frozenset[str], int] = {}

    def marks(
        self, index: dict[str, list[Entry]], only: set[str] | None = None
    ) -> dict[str, list[Mark]]:
        """The marks of every pattern, or of those whose label is one of `only`."""
        marks: dict[str, list[Mark]] = {}
        for key in self._places.keys() & index.keys():
            for entry in index[key]:
                if only is None or entry.label in only:
                    for place in _each(self._likely(entry, self._places[key])):
                        hit = entry.pattern.find(self._reading, place)
                        if hit is not None and self._in_one_sentence(entry, place):
                            mark = _mark(self._reading, *hit, entry.label)
                            marks.setdefault(entry.label, []).append(mark)
        return marks

    def _likely(self, entry: Entry, places: int) -> int:
        """Of the places of its first word those with all that the pattern needs behind it."""
        for need in entry.needs:
            before = self._before.get(need)
            if before is None:
                before = self._before[need] = _up_to(self._of(need), need[0])
            places &= before
            if not places:
                break
        return places

    def _of(self, need: Need) -> int:
        places = self._at.get(need[1])
        if places is None:
            places = 0
            for key in need[1] & self._places.keys():
                places |= self._places[key]
            self._at[need[1]] = places
        return places

    def _in_one_sentence(self, entry: Entry, place: int) -> bool:
        """Whether the sentence of a place has all that a pattern needs: none reaches over its end,
        unless that stands in a quotation."""
        if not entry.needs:
            return True
        at = bisect_right(self._sentences, place)
        sentence = (1 << self._sentences[at]) - (1 << self._sentences[at - 1])
        return all(self._of(need) & sentence for need in entry.needs)


def _up_to(places: int, reach: int) -> int:
    """The places from which it is at most `reach` tokens to one of `places`."""
    covered = 1
    reach = min(reach, places.bit_length())
    while covered <= reach:
        step = min(covered, reach + 1 - covered)
        places |= places >> step
        covered += step
    return places


def _each(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _mark(reading: Reading, first: int, last: int, label: str) -> Mark:
    start, end = reading.tokens[first].start, reading.tokens[last - 1].end
    # A quotation's marks belong to it, although single ones are no tokens.
    if "quote" in reading.classes[first] or first <= reading.quotes.get(last, -1) < last:
        while end < len(reading.source) and reading.source[end] in "'’”\"」』»":
            end += 1
        while start and reading.source[start - 1] in "'‘“\"「『«":
            start -= 1
    return Mark(first, last, start, end, label, reading.denied[first])
