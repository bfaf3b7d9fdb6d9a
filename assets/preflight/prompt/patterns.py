"""Patterns over the tokens of a prompt: what the knowledge files are written in.

A pattern is a row of steps with spaces between:

    word          the word in any inflection; Chinese: its characters one after another
    =word         exactly this form
    <name>        any phrase of the class `name`
    _             any one word or character, never a sign
    ~             the same, but no word of the class `halt`, such as “and”
    a|<b>         either
    !a            not followed by a; !a|b: by neither; a|!b: a, or no b
    step? step* step+ step*7     optional, up to four, one to four, up to seven times
    ^ $           start and end of a clause
    [ ... ]       what is marked, when the rest is only context

Places are followed as sets, so that a match costs steps times places and never explodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from assets.preflight.prompt.tokens import HAN, Token

REPEATS = 4
_STEP = re.compile(r"(?P<body>.*?[^?*+])(?P<how>\?|[*+]\d*)?$")
_HAN_ROW = re.compile(rf"[{HAN}]{{2,}}")


class Readable(Protocol):
    """What a pattern runs over: tokens, their inflections and the classes that start there."""

    @property
    def tokens(self) -> tuple[Token, ...]: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def forms(self) -> tuple[frozenset[str], ...]: ...
    @property
    def classes(self) -> tuple[dict[str, set[int]], ...]: ...


class PatternError(ValueError):
    """A pattern in a knowledge file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: any of `atoms`, at least `least` and at most `most` times; or none of them.

    The atoms are sorted by kind once, so that a place is looked at in a few set operations.
    """

    atoms: tuple[str, ...]
    least: int = 1
    most: int = 1
    forbidden: bool = False
    words: frozenset[str] = field(init=False)
    exact: frozenset[str] = field(init=False)
    rows: dict[str, list[tuple[str, ...]]] = field(init=False)
    classes: tuple[str, ...] = field(init=False)
    signs: tuple[str, ...] = field(init=False)
    needs: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        rows: dict[str, list[tuple[str, ...]]] = {}
        kinds: dict[str, list[str]] = {"words": [], "exact": [], "classes": [], "signs": []}
        for atom in self.atoms:
            if _HAN_ROW.match(atom):
                rows.setdefault(atom[0], []).append(tuple(atom))
            elif atom in {"$", "^", "_", "~"} or (atom[0] == "!" and len(atom) > 1):
                kinds["signs"].append(atom)
            elif atom[0] in "=<" and len(atom) > 1:
                kinds["exact" if atom[0] == "=" else "classes"].append(atom.strip("=<>"))
            else:
                kinds["words"].append(atom)
        object.__setattr__(self, "rows", rows)
        for name, found in kinds.items():
            kept = tuple(found) if name in {"classes", "signs"} else frozenset(found)
            object.__setattr__(self, name, kept)
        free = self.forbidden or not self.least or self.signs
        object.__setattr__(self, "needs", frozenset() if free else frozenset(map(_key, self.atoms)))

    def after(self, text: Readable, places: set[int]) -> set[int]:
        """The places reached from `places` by this step."""
        if self.forbidden:
            return {place for place in places if not self._once(text, {place})}
        reached = set(places) if not self.least else set()
        front = places
        for _ in range(self.most):
            front = self._once(text, front)
            if not front:
                break
            reached |= front
        return reached

    def _once(self, text: Readable, places: set[int]) -> set[int]:
        found: set[int] = set()
        total = len(text.tokens)
        for place in places:
            for sign in self.signs:
                found |= _beyond(sign, text, place)
            if place == total:
                continue
            word = text.words[place]
            if word in self.exact or not self.words.isdisjoint(text.forms[place]):
                found.add(place + 1)
            for row in self.rows.get(word, ()):
                if text.words[place : place + len(row)] == row:
                    found.add(place + len(row))
            for name in self.classes:
                found |= text.classes[place].get(name, _NOWHERE)
        return found


_NOWHERE: frozenset[int] = frozenset()


def _key(atom: str) -> str:
    """What a prompt must hold for `atom`: a word, a class (``<name>``), two characters."""
    return atom[:2] if _HAN_ROW.match(atom) else atom.removeprefix("=") or atom


@dataclass(frozen=True, slots=True)
class Pattern:
    """Steps before, in and behind the part that is marked; `source` is how it was written."""

    source: str
    before: tuple[Step, ...]
    marked: tuple[Step, ...]
    behind: tuple[Step, ...]
    needs: tuple[frozenset[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        steps = (*self.before, *self.marked, *self.behind)
        object.__setattr__(self, "needs", tuple(step.needs for step in steps if step.needs))

    def may_be_in(self, present: frozenset[str]) -> bool:
        """Whether a sentence with these words has one for every step that must have one."""
        return not any(need.isdisjoint(present) for need in self.needs)

    @property
    def keys(self) -> tuple[str, ...]:
        """What must stand at the first place: words, classes (``<name>``), two characters."""
        atoms: list[str] = []
        for step in (*self.before, *self.marked):
            atoms += [_key(each) for each in step.atoms]
            if step.forbidden:
                return ("!",)
            if step.least and step.atoms != ("^",):
                break
        return tuple(each for each in atoms if each != "^")

    def find(self, text: Readable, place: int) -> tuple[int, int] | None:
        """The longest match from `place`: first and one past the last marked token."""
        best: tuple[int, int] | None = None
        for start in _through(self.before, text, {place}):
            ends = _through(self.marked, text, {start})
            if self.behind:
                ends = {end for end in ends if _through(self.behind, text, {end})}
            longest = max(ends, default=start)
            if longest > start and (best is None or longest - start > best[1] - best[0]):
                best = (start, longest)
        return best


def pattern(source: str) -> Pattern:
    """Read one pattern. Raises `PatternError` when it could start anywhere."""
    head, bracket, rest = source.partition("[")
    core, _, tail = rest.partition("]") if bracket else (source, "", "")
    read = Pattern(source, *(tuple(_steps(part)) for part in (head if bracket else "", core, tail)))
    if not read.marked or not read.keys or any(key in "_~$" or key[0] == "!" for key in read.keys):
        raise PatternError(f"“{source}” must start with a word or a class.")
    return read


def _steps(part: str) -> Iterable[Step]:
    for piece in part.split():
        found = _STEP.match(piece)
        if found is None:
            raise PatternError(f"“{piece}” is no step.")
        body, how = found["body"], found["how"] or ""
        if not all(body.removeprefix("!").split("|")):
            raise PatternError(f"“{part.strip()}” has an empty alternative.")
        forbidden = body.startswith("!")
        least = 0 if how[:1] in {"?", "*"} else 1
        most = 1 if how in {"", "?"} else int(how[1:] or REPEATS)
        yield Step(tuple(body.removeprefix("!").split("|")), least, most, forbidden)


def _through(steps: tuple[Step, ...], text: Readable, places: set[int]) -> set[int]:
    for step in steps:
        places = step.after(text, places)
        if not places:
            break
    return places


def _beyond(sign: str, text: Readable, place: int) -> set[int]:
    """Where a step that is no word ends when it starts at `place`; empty when it does not."""
    ends = place == len(text.tokens)
    if sign[0] == "!":
        return set() if Step((sign[1:],)).after(text, {place}) else {place}
    if sign == "$":
        return {place} if ends or text.tokens[place].ends_clause else set()
    if sign == "^":
        return {place} if place == 0 or text.tokens[place - 1].ends_clause else set()
    if ends or not text.tokens[place].is_word:
        return set()
    return set() if sign == "~" and "halt" in text.classes[place] else {place + 1}
