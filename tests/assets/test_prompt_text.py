"""One prompt, two views: composing, mending in either, and variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.preflight.finding import Edit
from assets.prompts.mending import apply_edits, edited_text
from assets.prompts.text import PARTS, compose, fill, is_chinese, variable_findings, variables_in
from tests.assets.prompt_words import kept, texts

parts_of_anything = st.fixed_dictionaries({name: texts(limit=80) for name in PARTS})


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


def test_the_language_of_a_prompt_is_told_by_its_words() -> None:
    assert is_chinese("主持人看着镜头, push-in")
    assert not is_chinese("nods, 中景, medium shot at eye level")
    assert not is_chinese("")
