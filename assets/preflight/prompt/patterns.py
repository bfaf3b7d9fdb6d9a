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

Places are followed as sets, so that a match costs steps times places and never explodes. Steps that
are written alike are one step, and where it leads from a place is found once in each reading.
Words and classes start and end at the borders of whole Chinese words (the class 整词): 数 is not
found in 数学, nor 说 in 解说员; only `_` and `~` count single characters there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assets.preflight.prompt.tokens import HAN, Token

REPEATS = 4
#: The steps that any word is, as far as a row of words goes.
RUNS = ("_", "~")
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
    @property
    def cut(self) -> frozenset[int]: ...
    @property
    def runs(self) -> Mapping[str, Sequence[int]]: ...


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
    absent: tuple[Step, ...] = field(init=False)
    needs: frozenset[str] = field(init=False)
    wild: str = field(init=False)

    def __post_init__(self) -> None:
        rows: dict[str, list[tuple[str, ...]]] = {}
        absent: list[Step] = []
        kinds: dict[str, list[str]] = {"words": [], "exact": [], "classes": [], "signs": []}
        for atom in self.atoms:
            if _HAN_ROW.match(atom):
                rows.setdefault(atom[0], []).append(tuple(atom))
            elif atom in {"$", "^", "_", "~"}:
                kinds["signs"].append(atom)
            elif atom[0] == "!" and len(atom) > 1:
                absent.append(Step((atom[1:],)))
            elif atom[0] in "=<" and len(atom) > 1:
                kinds["exact" if atom[0] == "=" else "classes"].append(atom.strip("=<>"))
            else:
                kinds["words"].append(atom)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "absent", tuple(absent))
        for name, found in kinds.items():
            kept = tuple(found) if name in {"classes", "signs"} else frozenset(found)
            object.__setattr__(self, name, kept)
        wild = len(self.atoms) == 1 and self.atoms[0] in RUNS and not self.forbidden
        object.__setattr__(self, "wild", self.atoms[0] if wild else "")
        free = self.forbidden or not self.least or self.signs or absent
        object.__setattr__(self, "needs", frozenset() if free else frozenset(map(_key, self.atoms)))

    def most_tokens(self, longest: Mapping[str, int]) -> int:
        """How many tokens the step takes at most."""
        if self.forbidden:
            return 0
        rows = (len(row) for same in self.rows.values() for row in same)
        return self.most * max(1, *rows, *(longest[name] for name in self.classes), 1)

    def after(self, text: Readable, place: int) -> set[int]:
        """The places reached from `place` by this step."""
        if self.wild:
            last = min(place + self.most, text.runs[self.wild][place])
            return set(range(place + self.least, last + 1))
        reached = self._once(text, place)
        if self.forbidden:
            return set() if reached else {place}
        if self.most > 1 and reached:
            front = reached
            for _ in range(self.most - 1):
                front = {end for each in front for end in self._once(text, each)}
                if not front:
                    break
                reached = reached | front
        if not self.least:
            reached.add(place)
        return reached

    def _once(self, text: Readable, place: int) -> set[int]:
        found: set[int] = set()
        for sign in self.signs:
            found |= _beyond(sign, text, place)
        for other in self.absent:
            if not other.after(text, place):
                found.add(place)
        if place == len(text.words) or place in text.cut:
            return found
        ends = self._worded(text, place)
        found |= ends - text.cut if text.cut else ends
        here = text.classes[place]
        for name in self.classes:
            if name in here:
                found |= here[name]
        return found

    def _worded(self, text: Readable, place: int) -> set[int]:
        """Where a word or a row of characters that starts at `place` ends."""
        word = text.words[place]
        ends: set[int] = set()
        if word in self.exact or not self.words.isdisjoint(text.forms[place]):
            ends.add(place + 1)
        if word in self.rows:
            for row in self.rows[word]:
                if text.words[place : place + len(row)] == row:
                    ends.add(place + len(row))
        return ends


def _key(atom: str) -> str:
    """What a prompt must hold for `atom`: a word, a class (``<name>``), a row of characters."""
    return atom.removeprefix("=") or atom


@dataclass(frozen=True, slots=True)
class Pattern:
    """Steps before, in and behind the part that is marked; `source` is how it was written."""

    source: str
    before: tuple[Step, ...]
    marked: tuple[Step, ...]
    behind: tuple[Step, ...]
    single: bool = field(init=False)

    def __post_init__(self) -> None:
        alone = not self.before and not self.behind and len(self.marked) == 1
        object.__setattr__(self, "single", alone)

    @property
    def rows(self) -> Iterable[str]:
        """Its rows of Chinese characters."""
        for each in (*self.before, *self.marked, *self.behind):
            for same in each.rows.values():
                yield from map("".join, same)

    def needs_within(self, longest: Mapping[str, int]) -> Iterable[tuple[int, frozenset[str]]]:
        """Every need with how many tokens behind the first place it starts at most.

        `longest` has the tokens of the longest phrase of each class.
        """
        reach = 0
        for each in (*self.before, *self.marked, *self.behind):
            if each.needs:
                yield reach, each.needs
            reach += each.most_tokens(longest)

    @property
    def keys(self) -> tuple[str, ...]:
        """What must stand at the first place: words, classes (``<name>``), rows of characters."""
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
        if self.single:
            end = max(self.marked[0].after(text, place), default=place)
            return (place, end) if end > place else None
        if not self.before:
            return self._marked(text, place, 0)
        best: tuple[int, int] | None = None
        for start in sorted(_through(self.before, text, place)):
            best = self._marked(text, start, best[1] - best[0] if best else 0) or best
        return best

    def _marked(self, text: Readable, start: int, longer_than: int) -> tuple[int, int] | None:
        for end in sorted(_through(self.marked, text, start), reverse=True):
            if end - start <= longer_than:
                break
            if not self.behind or _through(self.behind, text, end):
                return start, end
        return None


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


def _through(steps: tuple[Step, ...], text: Readable, place: int) -> set[int]:
    places = steps[0].after(text, place) if steps else {place}
    for step in steps[1:]:
        if not places:
            break
        if len(places) == 1:  # as nearly always: then nothing has to be put together
            places = step.after(text, places.pop())
        else:
            places = {end for start in places for end in step.after(text, start)}
    return places


def runs(row: Sequence[Token], halts: Sequence[bool]) -> dict[str, list[int]]:
    """For each place, and the end, how far the words from there go: ``_``; ``~``: up to a halt."""
    words = [len(row)] * (len(row) + 1)
    unhalted = [*words]
    for place in reversed(range(len(row))):
        if row[place].is_word:
            words[place] = words[place + 1]
            unhalted[place] = place if halts[place] else unhalted[place + 1]
        else:
            words[place] = unhalted[place] = place
    return dict(zip(RUNS, (words, unhalted), strict=True))


def _beyond(sign: str, text: Readable, place: int) -> set[int]:
    """Where a step that is no word ends when it starts at `place`; empty when it does not."""
    ends = place == len(text.tokens)
    if sign == "$":
        return {place} if ends or text.tokens[place].ends_clause else set()
    if sign == "^":
        return {place} if place == 0 or text.tokens[place - 1].ends_clause else set()
    if ends or not text.tokens[place].is_word:
        return set()
    return set() if sign == "~" and "halt" in text.classes[place] else {place + 1}
