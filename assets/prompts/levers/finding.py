"""Which levers a prompt has in it, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from assets.prompts.levers import Lever, Words, board
from assets.prompts.text import CHINESE, PARTS


@dataclass(frozen=True, slots=True)
class Found:
    """A lever's phrase: characters `start` to `end` of a part.

    `speed` and `purpose` are ids (or empty) of a camera movement; `until` is the second expression
    of a change of expression, whose first one is the lever.
    """

    lever: Lever
    part: str
    start: int
    end: int
    speed: str = ""
    purpose: str = ""
    until: str = ""


def found_in(parts: Mapping[str, str]) -> list[Found]:
    """All phrases of levers in the parts, in their order; longer phrases win over shorter ones."""
    return [
        _read(match, part)
        for part in PARTS
        for match in _pattern().finditer(_lower(parts.get(part, "")))
    ]


def _lower(text: str) -> str:
    """The text in lower case, each character where it was: “İ” would become two."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


def _read(match: re.Match[str], part: str) -> Found:
    said = {name: words for name, words in match.groupdict().items() if words}
    start, end = match.span()
    if first := said.get("from") or said.get("from_zh"):
        until = _expressions()[said.get("to") or said["to_zh"]].id
        return Found(_expressions()[first], part, start, end, until=until)
    phrase = said.get("move") or said.get("plain") or said.get("plain_zh")
    # Chinese puts the speed inside the phrase: 镜头 + 缓慢 + 推近.
    lever = _by_phrase()[phrase or f"镜头{said['move_zh']}"]
    return Found(
        lever,
        part,
        start,
        end,
        speed=_id(board().speeds, said.get("speed") or said.get("speed_zh")),
        purpose=_id(board().purposes, said.get("purpose") or said.get("purpose_zh")),
    )


def _id(words: Iterable[Words], said: str | None) -> str:
    return next((one.id for one in words if said in (one.en, one.zh)), "")


@cache
def _expressions() -> dict[str, Lever]:
    levers = board().group("expression").levers
    return {words: lever for lever in levers for words in (lever.en, lever.zh)}


@cache
def _by_phrase() -> dict[str, Lever]:
    """Every phrase of every lever, changes of expression apart; in lower case."""
    return {
        phrase.lower(): lever
        for lever in board()
        if lever.group != "expression"
        for phrase in (lever.en, lever.zh, *lever.also)
    }


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(set(phrases), key=len, reverse=True))


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all; Python takes the first alternative, so the longest stand first."""
    phrases = _by_phrase()
    moving = [one for one, lever in phrases.items() if _moves(lever)]
    moves = _either(one for one in moving if not CHINESE.match(one))
    moves_zh = _either(one.removeprefix("镜头") for one in moving if one.startswith("镜头"))
    plain = _either(one for one in phrases if one not in moving and not CHINESE.match(one))
    plain_zh = _either(
        one for one in phrases if CHINESE.match(one) and not (one in moving and one[:2] == "镜头")
    )
    faces = _either(one for one in _expressions() if not CHINESE.match(one))
    faces_zh = _either(one for one in _expressions() if CHINESE.match(one))
    speeds, purposes = board().speeds, board().purposes
    return re.compile(
        rf"(?<!\w)(?:"
        rf"expression shifts from (?P<from>{faces}) to (?P<to>{faces})"
        rf"|(?:(?P<speed>{_either(one.en for one in speeds)}) )?(?P<move>{moves})"
        rf"(?: (?P<purpose>{_either(one.en for one in purposes)}))?"
        rf"|(?P<plain>{plain}))(?!\w)"
        rf"|表情从(?P<from_zh>{faces_zh})转为(?P<to_zh>{faces_zh})"
        rf"|镜头(?P<speed_zh>{_either(one.zh for one in speeds)})?(?P<move_zh>{moves_zh})"
        rf"(?:以(?P<purpose_zh>{_either(one.zh for one in purposes)}))?"
        rf"|(?P<plain_zh>{plain_zh})"
    )


def _moves(lever: Lever) -> bool:
    return lever.group == "movement" and not lever.is_still
