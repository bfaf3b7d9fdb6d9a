"""What the prompt checks know: words, phrases and pairs, read once from the files beside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from assets.preflight.prompt.patterns import Pattern, PatternError, pattern
from assets.preflight.prompt.tokens import Token, prepared, tokens

FOLDER = Path(__file__).resolve().parent.parent / "knowledge"
_CLASS = re.compile(r"<([\w-]+)>")


@dataclass(slots=True)
class Node:
    """A place in the tree of all phrases: what may follow, and the classes that end here."""

    following: dict[str, Node] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides of marks that exclude each other, and what makes both possible after all."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the files say, compiled.

    `tree` finds the classes of a phrase; `marks` and `silent` give the patterns of a label by the
    word or class they start with; `phrases` are the words that fixes put into a prompt.
    """

    tree: Node
    marks: dict[str, list[tuple[str, Pattern]]]
    silent: dict[str, list[tuple[str, Pattern]]]
    suffixes: tuple[tuple[str, str], ...]
    irregular: dict[str, str]
    simplified: dict[int, int]
    clashes: tuple[Clash, ...]
    phrases: dict[str, str]
    names: dict[str, str]


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All knowledge files, compiled at first use. Raises `PatternError` for a faulty file."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    language = _joined(files, "language")
    simplified = str.maketrans(language["traditional"], language["simplified"])
    classes = _joined(files, "classes")
    tree = Node()
    for name, phrases in classes.items():
        for phrase in _phrases(phrases, classes):
            _plant(tree, prepared(phrase, simplified), name)
    return Knowledge(
        tree=tree,
        marks=_index(_joined(files, "marks"), classes),
        silent=_index(_joined(files, "silent"), classes),
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


def _phrases(listed: str, classes: dict[str, str]) -> Iterator[str]:
    """The phrases of a class; ``<name>`` among them stands for all of another class."""
    for phrase in re.split(r"[,\n]+", listed):
        whole = _CLASS.fullmatch(phrase.strip())
        if whole:
            yield from _phrases(classes[whole[1]], classes)
        else:
            yield phrase.strip()


def _plant(tree: Node, phrase: str, name: str) -> None:
    exact = phrase.startswith("=")
    row = tokens(phrase.removeprefix("="))
    if not row:
        return
    node = tree
    for token in row:
        node = node.following.setdefault(("=" if exact else "") + token.word, Node())
    node.classes.add(name)


def _index(
    labelled: dict[str, list[str]], classes: dict[str, str]
) -> dict[str, list[tuple[str, Pattern]]]:
    index: dict[str, list[tuple[str, Pattern]]] = {}
    for label, sources in labelled.items():
        for source in sources:
            unknown = [name for name in _CLASS.findall(source) if name not in {*classes, "quote"}]
            if unknown:
                raise PatternError(f"“{source}” names a class that no file has: {unknown[0]}.")
            read = pattern(source)
            for key in dict.fromkeys(read.keys):
                index.setdefault(key, []).append((label, read))
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


def classes_from(row: tuple[Token, ...], place: int) -> dict[str, set[int]]:
    """The classes whose phrases start at `place`, each with the places where they end."""
    found: dict[str, set[int]] = {}
    front = [knowledge().tree]
    for end in range(place, len(row)):
        token = row[end]
        names = forms(token.word) if token.kind == "word" else (token.word,)
        keys = (*names, "=" + token.word)
        front = [node.following[key] for node in front for key in keys if key in node.following]
        if not front:
            break
        for node in front:
            for name in node.classes:
                found.setdefault(name, set()).add(end + 1)
    return found
