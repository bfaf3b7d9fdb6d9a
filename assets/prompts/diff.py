"""What differs between two prompts, word by word (Chinese: character by character)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assets.prompts.text import CHINESE

_TOKEN = re.compile(rf"{CHINESE.pattern}|[^\W_]+(?:['’-][^\W_]+)*|\s+|.", re.DOTALL)
#: Comparing takes time with the square of the length; beyond this the middle is one change.
MAX_TOKENS = 3_000


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: in both (`same`), only in the old (`gone`), or only in the `new` one."""

    kind: Literal["same", "gone", "new"]
    text: str


def difference(old: str, new: str) -> list[Change]:
    """The stretches of both texts in reading order; what is gone stands before what came.

    All that is not `new` makes `old` again, all that is not `gone` makes `new`.
    """
    before, after = _words(old), _words(new)
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    found = [Change("same", "".join(before[:head])), *_between(*middle)]
    found.append(Change("same", "".join(before[len(before) - tail :])))
    return [change for change in found if change.text]


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _alike(one: list[str], other: list[str]) -> int:
    """How many tokens both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _between(before: list[str], after: list[str]) -> list[Change]:
    if max(len(before), len(after)) > MAX_TOKENS:
        return [Change("gone", "".join(before)), Change("new", "".join(after))]
    changes: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(before[a:b])))
        else:
            changes += [Change("gone", "".join(before[a:b])), Change("new", "".join(after[c:d]))]
    return changes
