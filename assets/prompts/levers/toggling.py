"""Putting a lever's phrase into a prompt, and taking exactly it out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.prompts.levers import Group, Lever, Words, board
from assets.prompts.levers.finding import Found, found_in
from assets.prompts.text import PARTS, is_chinese, joint


@dataclass(frozen=True, slots=True)
class Turned:
    """A lever as a person turned it: for a movement with speed and purpose, for a change of
    expression with the second expression. Ids, or empty."""

    lever: str
    speed: str = ""
    purpose: str = ""
    until: str = ""


def toggled(parts: Mapping[str, str], turned: Turned, *, into: str = "") -> dict[str, str]:
    """The parts with the lever's phrase added, or without it if that very phrase was there.

    into: the part that gets it, where that is not the slot of the lever's group (one free text).
    A lever of a group of which only one can be set takes the place of the one that is there.
    Raises KeyError for a lever that does not exist.
    """
    lever = {one.key: one for one in board()}[turned.lever]
    group = board().group(lever.group)
    words = phrase(lever, turned, is_zh=is_chinese("".join(parts.values())))
    after = {part: parts.get(part, "") for part in PARTS}
    there = [one for one in found_in(after) if _gives_way(one, lever, group)]
    is_same = any(_is_that(one, lever, turned) for one in there)
    place = (there[0].part, there[0].start) if there and not is_same else None
    for one in reversed(there):
        text = after[one.part]
        if place == (one.part, one.start):
            after[one.part] = text[: one.start] + words + text[one.end :]
        else:
            after[one.part] = _without(text, one.start, one.end)
    if not there:
        part = into or group.slot
        after[part] = added(after[part], words)
    return after


def phrase(lever: Lever, turned: Turned, *, is_zh: bool) -> str:
    """What the lever says in English or Chinese, turned like this."""
    words = lever.zh if is_zh else lever.en
    if lever.group == "expression":
        until = next(
            (one for one in board().group("expression").levers if one.id == turned.until), lever
        )
        second = until.zh if is_zh else until.en
        return (
            f"表情从{words}转为{second}" if is_zh else f"expression shifts from {words} to {second}"
        )
    if lever.group != "movement" or lever.is_still:
        return words
    speed = _said(board().speeds, turned.speed, is_zh=is_zh)
    purpose = _said(board().purposes, turned.purpose, is_zh=is_zh)
    if is_zh:
        return f"镜头{speed}{words.removeprefix('镜头')}{'以' if purpose else ''}{purpose}"
    return " ".join(part for part in (speed, words, purpose) if part)


def _said(words: tuple[Words, ...], id_: str, *, is_zh: bool) -> str:
    chosen = next((one for one in words if one.id == id_), None)
    return "" if chosen is None else chosen.zh if is_zh else chosen.en


def _gives_way(found: Found, lever: Lever, group: Group) -> bool:
    return found.lever.key == lever.key or (group.is_one and found.lever.group == group.id)


def _is_that(found: Found, lever: Lever, turned: Turned) -> bool:
    """Whether what is there is what the person turned to: then it is taken out."""
    if found.lever.key != lever.key:
        return False
    if lever.group == "expression":
        return found.until == turned.until
    if lever.group != "movement" or lever.is_still:
        return True
    return (found.speed, found.purpose) == (turned.speed, turned.purpose)


def added(text: str, words: str) -> str:
    """A part's text and, as one more clause of it, the words."""
    before = text.rstrip(" ,，、")
    return before + joint("", before, "", words) + words if before else words


def _without(text: str, start: int, end: int) -> str:
    """The text without what is from start to end, and without the comma that belonged to it."""
    before, behind = text[:start].rstrip(" "), text[end:]
    if before.endswith((",", "，", "、")):
        return before.rstrip(" ,，、") + behind
    if not before:
        return behind.lstrip(" ,，、")
    if before[-1] in ".!?;。！？；":
        behind = behind.lstrip(" ,，、")
        return before + (" " if behind and before[-1] in ".!?;" else "") + behind
    return before + behind
