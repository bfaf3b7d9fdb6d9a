"""What the prompt checks know: words, phrases and pairs, read once from the files beside."""

from __future__ import annotations

import gc
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from assets.preflight.prompt.patterns import Pattern, PatternError, pattern
from assets.preflight.prompt.tokens import Token, prepared, tokens

FOLDER = Path(__file__).resolve().parent.parent / "knowledge"
_CLASS = re.compile(r"<([\w-]+)>")
_ENDLESS = 10_000
#: The class of Chinese words in which no shorter word is looked for.
WHOLE = "整词"
_compiling = Lock()


@dataclass(slots=True)
class Node:
    """A place in the tree of all phrases: what may follow, and what ends here: classes, and rows of
    characters of patterns, which are their own name behind a ``=``."""

    following: dict[str, Node] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides of marks that exclude each other, and what makes both possible after all."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    unless: tuple[str, ...]


type Need = tuple[int, frozenset[str]]
"""Words and classes, of which one has to start at most so many tokens behind a place."""


class Entry(NamedTuple):
    """A pattern with its label, and what it needs behind its first word."""

    label: str
    pattern: Pattern
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the files say, compiled.

    `tree` finds the classes of a phrase; `marks` and `silent` give the patterns of a label by the
    word or class they start with; `words` are all in the tree; `phrases` are the words that fixes
    put into a prompt.
    """

    tree: Node
    words: frozenset[str]
    marks: dict[str, list[Entry]]
    silent: dict[str, list[Entry]]
    suffixes: tuple[tuple[str, str], ...]
    irregular: dict[str, str]
    simplified: dict[int, int]
    clashes: tuple[Clash, ...]
    phrases: dict[str, str]
    names: dict[str, str]


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All knowledge files, compiled at first use. Raises `PatternError` for a faulty file."""
    with _compiling:  # Whoever comes meanwhile waits: two at once would take twice as long.
        made = _compiled()
        gc.freeze()  # It stays as long as the process, so no collection of garbage need walk it.
        return made


@lru_cache(maxsize=1)
def _compiled() -> Knowledge:
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    language = _joined(files, "language")
    simplified = str.maketrans(language["traditional"], language["simplified"])
    classes = _joined(files, "classes")
    planted = {
        name: [_row(prepared(phrase, simplified)) for phrase in _own_phrases(listed)]
        for name, listed in classes.items()
    }
    tree = Node()
    longest = dict.fromkeys(classes, 0) | {"quote": _ENDLESS}
    for name in classes:
        for each in _with_others(name, classes):
            for row in planted[each]:
                _plant(tree, row, name)
                longest[name] = max(longest[name], len(row))
    marks = _index(_joined(files, "marks"), longest)
    silent = _index(_joined(files, "silent"), longest)
    entries = chain(*marks.values(), *silent.values())
    for characters in {row for entry in entries for row in entry.pattern.rows}:
        _plant(tree, tuple(characters), "=" + characters)
    return Knowledge(
        tree=tree,
        words=frozenset(_words(tree)),
        marks=marks,
        silent=silent,
        suffixes=tuple((ending, stem) for ending, stem in language["suffixes"]),
        irregular=language["irregular"],
        simplified=simplified,
        clashes=tuple(
            Clash(tuple(each["first"]), tuple(each["second"]), tuple(each.get("unless", ())))
            for file in files
            for each in file.get("clashes", [])
        ),
        phrases=_joined(files, "phrases"),
        names=_joined(files, "names"),
    )


def _joined(files: list[dict[str, Any]], table: str) -> dict[str, Any]:
    """One table out of all files: lists of patterns add up, any other name stands in one only."""
    joined: dict[str, Any] = {}
    for file in files:
        for name, value in file.get(table, {}).items():
            if isinstance(value, list) and table in {"marks", "silent"}:
                joined.setdefault(name, []).extend(value)
            elif name in joined:
                raise PatternError(f"“{name}” stands twice in the tables “{table}”.")
            else:
                joined[name] = value
    return joined


def _own_phrases(listed: str) -> Iterator[str]:
    """The phrases of a class, without those of the classes it names."""
    each = (phrase.strip() for phrase in re.split(r"[,\n]+", listed))
    return (phrase for phrase in each if phrase and not _CLASS.fullmatch(phrase))


def _with_others(name: str, classes: dict[str, str]) -> set[str]:
    """A class and all whose phrases it takes in: ``<name>`` among its own stands for them."""
    found = {name}
    for phrase in re.split(r"[,\n]+", classes[name]):
        whole = _CLASS.fullmatch(phrase.strip())
        if whole:
            found |= _with_others(whole[1], classes)
    return found


def _row(phrase: str) -> tuple[str, ...]:
    """The words of a phrase as the tree has them: behind ``=`` none is taken for an inflection."""
    exact = "=" if phrase.startswith("=") else ""
    return tuple(exact + token.word for token in tokens(phrase.removeprefix("=")))


def _plant(tree: Node, row: tuple[str, ...], name: str) -> None:
    """Put a phrase into the tree."""
    node = tree
    for word in row:
        node = node.following.setdefault(word, Node())
    if row:
        node.classes.add(name)


def _words(tree: Node) -> Iterator[str]:
    """Every word at any place of the tree."""
    for word, below in tree.following.items():
        yield word
        yield from _words(below)


def _index(labelled: dict[str, list[str]], longest: dict[str, int]) -> dict[str, list[Entry]]:
    index: dict[str, list[Entry]] = {}
    alike: dict[Need, Need] = {}
    for label, sources in labelled.items():
        for source in sources:
            unknown = [name for name in _CLASS.findall(source) if name not in longest]
            if unknown:
                raise PatternError(f"“{source}” names a class that no file has: {unknown[0]}.")
            read = pattern(source)
            # What it starts with, it is looked up by.
            needs = (each for each in read.needs_within(longest) if each[0])
            entry = Entry(label, read, tuple(alike.setdefault(each, each) for each in needs))
            for key in dict.fromkeys(read.keys):
                index.setdefault(key, []).append(entry)
    return index


@lru_cache(maxsize=8192)
def forms(word: str) -> frozenset[str]:
    """`word` and every word it may be an inflection of: walks and walking give walk."""
    known = knowledge()
    found = {word}
    if word in known.irregular:
        found.add(known.irregular[word])
    for ending, stem in known.suffixes:
        root = word.removesuffix(ending)
        if root == word or len(root) < 2:
            continue
        found.add(root + stem)
        if not stem and len(root) > 2 and root[-1] == root[-2]:
            found.add(root[:-1])
    return frozenset(found)


@lru_cache(maxsize=8192)
def alone(word: str) -> frozenset[str]:
    """What has no inflections: a number, a sign, a Chinese character."""
    return frozenset({word})


def classes_of(row: tuple[Token, ...]) -> tuple[dict[str, set[int]], ...]:
    """For each place the classes whose phrases start there, with the places where they end.

    A phrase that starts or ends within a whole Chinese word is only a part of it, and left out.
    """
    ways = [_ways(token.word, token.kind) for token in row]
    found = tuple(_classes_from(ways, place) for place in range(len(row)))
    cut = cut_places(found)
    return tuple(_uncut(names, place, cut) for place, names in enumerate(found)) if cut else found


def cut_places(found: tuple[dict[str, set[int]], ...]) -> frozenset[int]:
    """The places within a whole Chinese word: nothing else may start or end there."""
    return frozenset(
        within
        for place, names in enumerate(found)
        for within in range(place + 1, max(names.get(WHOLE, ()), default=place))
    )


def _uncut(names: dict[str, set[int]], place: int, cut: frozenset[int]) -> dict[str, set[int]]:
    if place in cut:
        return {}
    if all(map(cut.isdisjoint, names.values())):
        return names
    kept = {name: ends - cut for name, ends in names.items()}
    return {name: ends for name, ends in kept.items() if ends}


@lru_cache(maxsize=8192)
def _ways(word: str, kind: str) -> tuple[str, ...]:
    """What of the tree the word of a token may be: any of its forms, or itself exactly."""
    names = forms(word) if kind == "word" else (word,)
    known = knowledge().words
    return tuple(name for name in (*names, "=" + word) if name in known)


def _classes_from(ways: list[tuple[str, ...]], place: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    if not ways[place]:
        return found
    front = [knowledge().tree]
    for end in range(place, len(ways)):
        keys = ways[end]
        front = [node.following[key] for node in front for key in keys if key in node.following]
        if not front:
            break
        for node in front:
            for name in node.classes:
                found.setdefault(name, set()).add(end + 1)
    return found
