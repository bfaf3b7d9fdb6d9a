"""The levers of the prompt desk: ready-made phrases for camera, body and light.

What they say stands in `levers.json`, in English and Chinese. `toggling` puts them into a prompt
and takes them out again; this module only knows the words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

_DATA = Path(__file__).parent / "levers.json"

Kind = Literal["plain", "movement", "expression"]


@dataclass(frozen=True, slots=True)
class Words:
    """A speed or a purpose of a camera movement, and how each language says it."""

    id: str
    label: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Lever:
    """One phrase. `is_still`: a movement that has no speed. `also`: other words for the same."""

    id: str
    group: str
    label: str
    why: str
    en: str
    zh: str
    also: tuple[str, ...] = ()
    is_still: bool = False

    @property
    def key(self) -> str:
        """The lever's name everywhere: `framing.medium`."""
        return f"{self.group}.{self.id}"

    @property
    def sentence(self) -> str:
        """What it adds, as a page shows it before anybody knows the prompt's language."""
        return self.en


@dataclass(frozen=True, slots=True)
class Group:
    """Levers that turn the same thing. Where `is_one`, choosing one replaces the other."""

    id: str
    label: str
    slot: str
    is_one: bool
    kind: Kind
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All levers, and what camera movements combine with."""

    groups: tuple[Group, ...]
    speeds: tuple[Words, ...]
    purposes: tuple[Words, ...]

    def __iter__(self) -> Iterator[Lever]:
        """Every lever of every group."""
        return (lever for group in self.groups for lever in group.levers)

    def group(self, id_: str) -> Group:
        """The group of this id; KeyError if there is none."""
        return {group.id: group for group in self.groups}[id_]


@cache
def board() -> Board:
    """The levers as they are shipped."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return Board(
        groups=tuple(_group(group) for group in data["groups"]),
        speeds=tuple(Words(**words) for words in data["speeds"]),
        purposes=tuple(Words(**words) for words in data["purposes"]),
    )


def _group(given: dict[str, Any]) -> Group:
    levers = tuple(
        Lever(
            id=one["id"],
            group=given["id"],
            label=one["label"],
            why=one["why"],
            en=one["en"],
            zh=one["zh"],
            also=tuple(one.get("also", ())),
            is_still=one.get("still", False),
        )
        for one in given["levers"]
    )
    kind: Kind = given.get("kind", "plain")
    return Group(given["id"], given["label"], given["slot"], given["one"], kind, levers)
