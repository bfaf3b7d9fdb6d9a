"""Both sides of what excludes what, and what the checks say of sentences made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from assets.limits import STRICT
from assets.preflight.prompt import check_prompt

#: By name: the ways to say one side and those to say the other, each parted by ``|``.
type Sides = dict[str, tuple[str, str]]
type Sentences = Callable[[str, str], tuple[str, str]]


def told(prompt: str) -> bool:
    """Whether the checks say that something in it excludes something else."""
    return "prompt.contradiction" in {finding.id for finding in check_prompt(prompt, STRICT)}


def ways(sides: Sides, name: str) -> tuple[list[str], list[str]]:
    """The ways to say either side."""
    one, other = sides[name]
    return one.split("|"), other.split("|")


def missed(sides: Sides, name: str, sentences: Sentences) -> list[str]:
    """Of the sentences made of every way of one side with every way of the other, the silent."""
    return [prompt for prompt in _made(product(*ways(sides, name)), sentences) if not told(prompt)]


def false_alarms(sides: Sides, name: str, sentences: Sentences) -> list[str]:
    """Of the sentences made of one way of either side each, those that are told of."""
    pairs = zip(*ways(sides, name), strict=False)
    return [prompt for prompt in _made(pairs, sentences) if told(prompt)]


def _made(pairs: Iterable[tuple[str, ...]], sentences: Sentences) -> Iterable[str]:
    return (prompt for one, other in pairs for prompt in sentences(one, other))
