"""Levers: what they say goes in and comes out, and fits the voice and the checks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.limits import STRICT
from assets.models import Preset
from assets.preflight.energy import ENERGIES, Energy
from assets.preflight.prompt import check_prompt
from assets.presets import SHIPPED
from assets.prompts.levers import Lever, board
from assets.prompts.levers.finding import found_in
from assets.prompts.levers.toggling import Turned, phrase, toggled
from assets.prompts.levers.voice import matched
from assets.prompts.text import SLOTS, compose

LEVERS = [lever for lever in board() if lever.group != "expression"]
ENGLISH = {"motion": "talks to the viewer", "free_text": ""}
CHINESE = {"motion": "主持人说话", "free_text": ""}
turns = st.builds(
    Turned,
    st.sampled_from([lever.key for lever in board()]),
    speed=st.sampled_from(["", *(one.id for one in board().speeds)]),
    purpose=st.sampled_from(["", *(one.id for one in board().purposes)]),
    until=st.sampled_from([one.id for one in board().group("expression").levers]),
)


def test_a_letter_that_grows_in_lower_case_moves_no_lever() -> None:
    """“İ” has two code points in lower case."""
    before = {"motion": "İİİ nods", "camera": "medium shot, İİ, slow push-in towards İzmir"}
    said = [before[found.part][found.start : found.end] for found in found_in(before)]
    assert said == ["nods", "medium shot", "slow push-in"]
    there = toggled(before, Turned("framing.medium"))
    assert there["camera"] == "İİ, slow push-in towards İzmir"


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
@pytest.mark.parametrize("parts", [ENGLISH, CHINESE], ids=["English", "Chinese"])
@pytest.mark.parametrize("into", ["", "free_text"], ids=["slots", "text"])
def test_a_lever_goes_in_and_comes_out_without_a_trace(
    lever: Lever, parts: dict[str, str], into: str
) -> None:
    there = toggled(parts, Turned(lever.key), into=into)
    slot = into or board().group(lever.group).slot
    assert (lever.zh if parts is CHINESE else lever.en) in there[slot]
    assert [one.lever for one in found_in(there)] == [lever]
    assert compose(toggled(there, Turned(lever.key), into=into)) == compose(parts)


@given(turns, st.sampled_from([ENGLISH, CHINESE]))
def test_however_it_is_turned_it_comes_out_again(turned: Turned, parts: dict[str, str]) -> None:
    there = toggled(parts, turned)
    assert compose(there) != compose(parts)
    assert compose(toggled(there, turned)) == compose(parts)


@given(st.lists(turns, max_size=8))
def test_of_a_group_that_has_one_there_is_never_more_than_one(pressed: list[Turned]) -> None:
    parts = dict(ENGLISH)
    for turned in pressed:
        parts = toggled(parts, turned)
    found = [one.lever.group for one in found_in(parts)]
    for group in board().groups:
        if group.is_one:
            assert found.count(group.id) <= 1, compose(parts).text


def test_a_lever_takes_nothing_else_out() -> None:
    parts = {"camera": "medium shot at eye level, static camera", "motion": "Nods. Waits."}
    assert toggled(parts, Turned("framing.medium"))["camera"] == "at eye level, static camera"
    assert toggled(parts, Turned("angle.eye"))["camera"] == "medium shot, static camera"
    with_it = toggled(parts, Turned("gesture.wave"))
    assert with_it["motion"] == "Nods. Waits. gives a small wave at the start"
    assert toggled(with_it, Turned("gesture.wave"))["motion"] == "Nods. Waits."


def test_words_inside_other_words_are_no_lever() -> None:
    found = found_in({"camera": "extreme close-up, medium close-up shot", "motion": "pancake"})
    assert [one.lever.id for one in found] == ["extreme_close_up", "medium_close_up"]


def test_every_lever_explains_itself_and_speaks_both_languages() -> None:
    keys = [lever.key for lever in board()]
    assert len(keys) == len(set(keys))
    for lever in board():
        assert lever.en and lever.zh
        assert lever.group == "expression" or lever.why.endswith(".")
        assert board().group(lever.group).slot in SLOTS
    sentences = [one.en for one in LEVERS] + [one.zh for one in LEVERS]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
@pytest.mark.parametrize("is_zh", [False, True], ids=["English", "Chinese"])
def test_the_checks_have_nothing_to_say_about_a_lever(lever: Lever, is_zh: bool) -> None:
    words = phrase(lever, Turned(lever.key), is_zh=is_zh)
    shot = "中景" if is_zh else "medium shot"
    text = words if board().group(lever.group).slot == "camera" else f"{words}, {shot}"
    assert check_prompt(text, STRICT) == []


@pytest.mark.parametrize("energy", ENERGIES)
@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
def test_a_preset_matched_to_a_voice_passes_the_checks_for_that_voice(
    shipped: Preset, energy: Energy
) -> None:
    parts = matched({name: getattr(shipped, name) for name in SLOTS}, energy)
    assert check_prompt(compose(parts).text, STRICT, energy=energy) == []
    assert matched(parts, energy) == parts
    assert parts["camera"] == shipped.camera


@pytest.mark.parametrize(
    ("energy", "before", "after"),
    [
        ("calm", "gestures wildly, nods", "nods, small, unhurried hand gestures"),
        (
            "energetic",
            "remains completely still",
            "lively open-handed gestures, leans in on the key words",
        ),
        ("energetic", "主持人一动不动，看着镜头", "看着镜头，双手打开做生动的手势"),
        (
            "energetic",  # what was proposed for a calm voice goes as a whole
            "small, unhurried hand gestures, tilts the head",
            "tilts the head, lively open-handed gestures",
        ),
        ("even", "nods", "nods, natural hand gestures at the main points"),
    ],
)
def test_motion_against_the_voice_goes_and_fitting_motion_comes(
    energy: Energy, before: str, after: str
) -> None:
    parts = {"motion": before, "camera": "fast push-in"}
    assert matched(parts, energy)["motion"] == after
    assert matched(parts, energy)["camera"] == "fast push-in"


@pytest.mark.parametrize(
    ("text", "energy"),
    [
        ("stomps her feet, nods", "calm"),
        ("firecracker presence, boisterous, open hands", "calm"),
        ("nods, comatose stillness", "energetic"),
        ("又蹦又跳，点头", "calm"),
    ],
)
def test_what_the_checks_find_against_the_voice_goes_too(text: str, energy: Energy) -> None:
    found = check_prompt(text, STRICT, energy=energy)
    assert "prompt.energy" in {one.id for one in found}
    after = matched({"motion": text, "camera": "medium shot"}, energy)
    left = check_prompt(compose(after).text, STRICT, energy=energy)
    assert "prompt.energy" not in {one.id for one in left}
