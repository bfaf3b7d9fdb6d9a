"""A text is sorted into slots: nothing is lost, and clauses go where their words belong."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings

from assets.presets import SHIPPED
from assets.prompts.splitting import split
from assets.prompts.text import LENGTHS, SLOTS, compose, one_line
from tests.assets.prompt_words import kept, texts


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


def test_a_text_of_nothing_but_marks_is_sorted_in_no_time() -> None:
    begun = time.process_time()
    for marks in (".", "?!", ",;"):
        found = split(marks * 50_000)
        assert compose(found.parts, found.order).text == one_line(marks * 50_000)
    assert time.process_time() - begun < 5, "it took a minute"
