"""One prompt, two views: composing, sorting into slots, and mending in either."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.preflight.finding import Edit, Finding
from assets.presets import SHIPPED
from assets.prompts.diff import MAX_TOKENS, difference
from assets.prompts.marks import SHOWN, marked
from assets.prompts.mending import apply_edits, edited_text
from assets.prompts.splitting import split
from assets.prompts.text import (
    LENGTHS,
    PARTS,
    SLOTS,
    compose,
    fill,
    is_chinese,
    one_line,
    variable_findings,
    variables_in,
)
from tests.assets.prompt_words import texts

parts_of_anything = st.fixed_dictionaries({name: texts(limit=80) for name in PARTS})


def kept(parts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in parts.items() if text}


# -- Composing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"motion": "She nods.", "camera": "Slow push-in."}, "She nods. Slow push-in."),
        ({"style": "沉稳的主持人", "motion": "点头", "camera": "中景"}, "沉稳的主持人点头，中景"),
        ({"camera": "medium shot", "free_text": ", then nods"}, "medium shot, then nods"),
        ({"motion": "点头", "free_text": "看着镜头"}, "点头。看着镜头"),
        ({"motion": " , ", "camera": "close-up"}, "close-up"),
    ],
)
def test_parts_are_joined_as_their_language_is_written(parts: dict[str, str], text: str) -> None:
    assert compose(parts).text == text


def test_slots_stand_in_the_order_a_person_wrote_them() -> None:
    parts = {"motion": "nods", "camera": "close-up", "free_text": "Quietly."}
    assert compose(parts, "camera,motion").text == "close-up, nods. Quietly."
    assert compose(parts, "nonsense,camera,camera").text == "close-up, nods. Quietly."


@given(parts_of_anything)
def test_every_character_of_the_whole_is_known_by_its_place_in_a_part(
    parts: dict[str, str],
) -> None:
    composed = compose(parts)
    for piece in composed.pieces:
        there = parts[piece.slot][piece.offset : piece.offset + piece.end - piece.start]
        assert composed.text[piece.start : piece.end] == there


# -- Sorting a text into slots -----------------------------------------------------------------


@given(texts())
@settings(max_examples=400)
def test_sorting_a_text_into_slots_loses_and_moves_nothing(text: str) -> None:
    found = split(text)
    assert compose(found.parts, found.order).text == one_line(text)
    assert all(len(found.parts[slot]) <= LENGTHS[slot] for slot in SLOTS)
    assert split(text) == found


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
def test_the_text_of_a_shipped_preset_is_sorted_into_the_slots_it_came_from(shipped: Any) -> None:
    slots = {name: getattr(shipped, name) for name in SLOTS}
    found = split(compose(slots).text)
    for name in ("camera", "atmosphere"):
        assert found.parts[name] == slots[name]
    together = f"{slots['style']} {slots['motion']}"
    assert one_line(f"{found.parts['style']} {found.parts['motion']}") == together
    assert found.order == "" and not found.parts["free_text"]


@pytest.mark.parametrize(
    ("text", "parts", "order"),
    [
        (
            "Medium shot, a man nods and smiles, soft light",
            {
                "camera": "Medium shot",
                "motion": "a man nods and smiles",
                "atmosphere": "soft light",
            },
            "camera,motion,atmosphere",
        ),
        (
            "She nods. The camera slowly pushes in. Soft light.",
            {
                "motion": "She nods.",
                "camera": "The camera slowly pushes in.",
                "atmosphere": "Soft light.",
            },
            "",
        ),
        (
            "沉稳的主持人看着镜头，轻轻点头，中景，固定镜头，柔和的自然光",
            {
                "style": "沉稳的主持人",
                "motion": "看着镜头，轻轻点头",
                "camera": "中景，固定镜头",
                "atmosphere": "柔和的自然光",
            },
            "",
        ),
        (
            "smiles, medium shot, then nods, warm light",
            {"motion": "smiles", "camera": "medium shot", "free_text": ", then nods, warm light"},
            "",
        ),
        (
            "looks into the camera, close-up",
            {"motion": "looks into the camera", "camera": "close-up"},
            "",
        ),
    ],
)
def test_clauses_go_to_the_slot_that_their_words_name(
    text: str, parts: dict[str, str], order: str
) -> None:
    found = split(text)
    assert (kept(found.parts), found.order) == (parts, order)


@pytest.mark.parametrize(
    "text",
    ["👩‍🏫👍🏽", "مرحبا، لقطة متوسطة", "<script>alert(1)</script>", ",,, ,", "", "a" * 100_000,
     "nods, " * 20_000],
)  # fmt: skip
def test_a_text_that_is_no_prompt_comes_back_whole(text: str) -> None:
    found = split(text)
    assert compose(found.parts, found.order).text == one_line(text)


# -- Mending -----------------------------------------------------------------------------------


def cut(text: str, words: str, instead: str = "") -> Edit:
    start = text.index(words)
    return Edit(start, start + len(words), instead)


def test_words_are_struck_in_the_slot_they_came_from() -> None:
    parts = {"motion": "woman wearing a red dress nods", "camera": "close-up"}
    text = compose(parts).text
    after = apply_edits(parts, [cut(text, "wearing a red dress ")])
    assert kept(after) == {"motion": "woman nods", "camera": "close-up"}


def test_striking_over_a_joint_strikes_in_both_slots_and_keeps_one_comma() -> None:
    parts = {"motion": "nods wildly", "camera": "nice shot, close-up"}
    text = compose(parts).text
    after = apply_edits(parts, [cut(text, "wildly, nice shot, ")])
    assert compose(after).text == "nods, close-up"


def test_an_insertion_goes_into_the_slot_it_names() -> None:
    parts = {"motion": "nods", "atmosphere": "soft light"}
    end = len(compose(parts).text)
    after = apply_edits(parts, [Edit(end, end, ", medium shot, static camera", "camera")])
    assert compose(after).text == "nods, medium shot, static camera, soft light"
    again = apply_edits(after, [Edit(0, 0, "at eye level", "camera")])
    assert again["camera"] == "medium shot, static camera, at eye level"


def test_words_are_replaced_where_they_stood() -> None:
    parts = {"motion": "nods, gestures wildly", "camera": "close-up"}
    after = apply_edits(parts, [cut(compose(parts).text, "gestures wildly", "small gestures")])
    assert after["motion"] == "nods, small gestures"


def test_the_one_text_is_mended_in_place() -> None:
    text = "nods, nice shot, close-up"
    assert edited_text(text, [cut(text, "nice shot, ")]) == "nods, close-up"


@given(parts_of_anything, st.data())
def test_mending_in_slots_strikes_the_same_words_as_mending_the_text(
    parts: dict[str, str], data: st.DataObject
) -> None:
    text = compose(parts).text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edit = [Edit(start, end, "")]
    letters = "".join(one for one in text[:start] + text[end:] if one.isalnum())
    assert (
        "".join(one for one in compose(apply_edits(parts, edit)).text if one.isalnum()) == letters
    )


# -- Variables ---------------------------------------------------------------------------------


def test_variables_are_found_filled_and_otherwise_left_alone() -> None:
    text = "points at {product}, greets {first name}, {product} {} {1} {a{b}"
    assert variables_in(text) == ["product", "first name", "b"]
    filled = fill(text, {"product": "Lamp {x}", "first name": " "})
    assert filled.startswith("points at Lamp {x}, greets {first name}, Lamp {x}")


def test_a_variable_that_is_not_filled_in_stops_at_its_place() -> None:
    found = variable_findings("holds {product} up, {產品}")
    assert [(one.id, one.level, one.span) for one in found] == [
        ("prompt.variable", "stop", (6, 15)),
        ("prompt.variable", "stop", (20, 24)),
    ]
    assert "{product} is still to be filled in" in found[0].message
    assert variable_findings("holds the lamp up {}") == []


def test_so_many_variables_stop_without_filling_the_page() -> None:
    found = variable_findings("{a} " * 10_000)
    assert 0 < len(found) <= 40
    assert {one.level for one in found} == {"stop"}


def test_a_text_of_nothing_but_marks_is_sorted_in_no_time() -> None:
    begun = time.process_time()
    for marks in (".", "?!", ",;"):
        found = split(marks * 50_000)
        assert compose(found.parts, found.order).text == one_line(marks * 50_000)
    assert time.process_time() - begun < 5, "it took a minute"


# -- Differences and marks ---------------------------------------------------------------------


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


def test_the_language_of_a_prompt_is_told_by_its_words() -> None:
    assert is_chinese("主持人看着镜头, push-in")
    assert not is_chinese("nods, 中景, medium shot at eye level")
    assert not is_chinese("")
