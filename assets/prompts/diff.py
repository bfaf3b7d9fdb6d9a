"""What differs between two prompts, word by word (Chinese: character by character)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assets.prompts.text import CHINESE

#: White space stands with the word before it: alone, it would be what any two texts have in common.
_TOKEN = re.compile(rf"(?:{CHINESE.pattern}|[^\W_]+(?:['’-][^\W_]+)*|\S)\s*|\s+")
#: Comparing takes time with the square of the length; beyond this the middle is one change.
MAX_TOKENS = 3_000
#: Or where the same words come again and again: pairs of equal tokens, times the shorter length.
_MAX_WORK = 20_000_000


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
    return _joined(found)


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _alike(one: list[str], other: list[str]) -> int:
    """How many tokens both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _between(before: list[str], after: list[str]) -> list[Change]:
    one, other = [token.rstrip() for token in before], [token.rstrip() for token in after]
    if max(len(one), len(other)) > MAX_TOKENS or _work(one, other) > _MAX_WORK:
        return [Change("gone", "".join(before)), Change("new", "".join(after))]
    changes: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            for old, new in zip(before[a:b], after[c:d], strict=True):
                changes += _equal(old, new)
        else:
            changes += _instead("".join(before[a:b]), "".join(after[c:d]))
    return changes


def _instead(old: str, new: str) -> list[Change]:
    """What stands in the place of something else; white space behind both is of both."""
    space = old[len(old.rstrip()) :]
    if not (old and new and space and new[len(new.rstrip()) :] == space):
        return [Change("gone", old), Change("new", new)]
    return [
        Change("gone", old.rstrip()), Change("new", new.rstrip()), Change("same", space),
    ]  # fmt: skip


def _work(one: list[str], other: list[str]) -> int:
    counted = Counter(one)
    return min(len(one), len(other)) * sum(counted[token] for token in other)


def _equal(old: str, new: str) -> list[Change]:
    """A word of both, whose white space may differ."""
    if old == new:
        return [Change("same", old)]
    word = old.rstrip()
    return [
        Change("same", word), Change("gone", old[len(word) :]), Change("new", new[len(word) :]),
    ]  # fmt: skip


def _joined(changes: list[Change]) -> list[Change]:
    """Without empty ones, and neighbours of one kind as one."""
    joined: list[Change] = []
    for change in changes:
        if joined and change.kind == joined[-1].kind:
            joined[-1] = Change(change.kind, joined[-1].text + change.text)
        elif change.text:
            joined.append(change)
    return joined
