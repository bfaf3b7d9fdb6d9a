"""Differences between two prompts, and marks in one."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given

from assets.preflight.finding import Finding
from assets.prompts.diff import MAX_TOKENS, difference
from assets.prompts.marks import SHOWN, marked
from tests.assets.prompt_words import texts


@given(texts(limit=120), texts(limit=120))
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    changes = difference(old, new)
    assert "".join(one.text for one in changes if one.kind != "new") == old
    assert "".join(one.text for one in changes if one.kind != "gone") == new


def test_a_difference_is_told_in_words_and_in_chinese_characters() -> None:
    said = [(one.kind, one.text) for one in difference("nods slowly, 中景", "nods twice, 近景")]
    assert said == [
        ("same", "nods "), ("gone", "slowly"), ("new", "twice"), ("same", ", "),
        ("gone", "中"), ("new", "近"), ("same", "景"),
    ]  # fmt: skip


def test_very_long_texts_are_compared_at_once() -> None:
    old, new = "a b " * MAX_TOKENS + "end", "c d " * MAX_TOKENS + "end"
    assert [one.kind for one in difference(old, new)] == ["gone", "new", "same"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("a " * 1_400, "b " * 1_400), ("a " * 1_400, "a b " * 700), ("的" * 2_900, "的一" * 1_450)],
    ids=["only spaces in common", "one word again and again", "one character again and again"],
)
def test_no_two_prompts_keep_the_page_waiting_for_their_difference(old: str, new: str) -> None:
    begun = time.process_time()
    changes = difference(old, new)
    assert time.process_time() - begun < 5, "it took minutes"
    assert "".join(one.text for one in changes if one.kind != "new") == old


def test_a_long_prompt_is_still_compared_word_by_word() -> None:
    words = [f"word{at % 150}" for at in range(600)]
    changed = ["first", *words[1:300], "middle", *words[301:-1], "last"]
    said = difference(" ".join(words), " ".join(changed))
    assert [one.text for one in said if one.kind == "new"] == ["first", "middle", "last"]


def finding(level: Any, span: tuple[int, int] | None) -> Finding:
    return Finding(id=f"prompt.{level}", level=level, owner="prompt", message=level, fix="",
                   span=span)  # fmt: skip


def test_where_findings_overlap_the_gravest_one_marks() -> None:
    found = [finding("note", (0, 6)), finding("stop", (3, 99)), finding("warn", None)]
    assert [(one.text, one.level) for one in marked("abcdef", found)] == [
        ("abc", "note"),
        ("def", "stop"),
    ]
    assert "".join(one.text for one in marked("x" * 100_000, found)) == "x" * SHOWN
