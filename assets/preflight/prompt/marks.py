"""Marks: the places that patterns found, and which of them a quotation takes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

# What puts a quotation into a mouth or on a sign, and what a bare one is.
_TELLING = frozenset({"speech", "quoted", "unreachable", "sign"})
_LOOSE = "speech-loose"


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


def inside(mark: Mark, quotes: list[Mark]) -> bool:
    """Whether a mark lies wholly in one of the quotations."""
    return any(each.first <= mark.first and mark.last <= each.last for each in quotes)


def without_quoted(marks: dict[str, list[Mark]], quotes: list[Mark]) -> dict[str, list[Mark]]:
    """`marks` without those inside a quotation that is said or written: it directs nothing."""
    told = [
        mark
        for label, row in marks.items()
        if not names_of(label).isdisjoint(_TELLING)
        for mark in row
        if not inside(mark, quotes)
    ]
    shut = [each for each in quotes if any(each.touches(mark) for mark in told)]
    return {
        label: [mark for mark in row if label == _LOOSE or not inside(mark, shut)]
        for label, row in marks.items()
    }


@cache
def names_of(label: str) -> frozenset[str]:
    """A label and its group: what a silence may be called that hushes it."""
    return frozenset({label, re.split(r"[.-]", label)[0]})


def apart(marks: Iterable[Mark]) -> Iterable[Mark]:
    """Of marks that share a token, the one that starts first; of those, the longest."""
    end = -1
    for mark in sorted(marks, key=lambda each: (each.first, -each.last)):
        if mark.first >= end:
            end = mark.last
            yield mark
