"""Prompts that nobody should send: they cost no time and break nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.limits import STRICT
from assets.preflight.energy import ENERGIES
from assets.preflight.prompt import applied, check_prompt
from assets.preflight.prompt.knowledge import knowledge
from assets.preflight.prompt.patterns import PatternError, pattern


def ids(prompt: str) -> list[str]:
    return [finding.id for finding in check_prompt(prompt, STRICT)]


@pytest.mark.parametrize(
    "piece", ["x", "她说", "'", "<", '"a ', "red ", "not ", "says 'a' ", "\u202e", "。", "and, "]
)
def test_a_hundred_thousand_characters_cost_no_more_than_the_limit(piece: str) -> None:
    huge = (piece * 100_000)[:100_000]
    at_limit = huge[: STRICT.prompt_max_characters]
    check_prompt(at_limit, STRICT, energy="calm")
    assert _fastest(huge) < 4 * _fastest(at_limit) + 0.05


def _fastest(prompt: str) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        check_prompt(prompt, STRICT, energy="calm")
        times.append(time.process_time() - start)
    return min(times)


def test_what_stands_behind_the_limit_is_counted_and_not_read() -> None:
    faultless = "Nods, medium shot, static camera. "
    huge = faultless + " " * 2_500 + "wearing a red dress" * 5_000
    (finding,) = check_prompt(huge, STRICT)
    assert finding.id == "prompt.limit"
    assert finding.span == (2_500, len(huge))


def test_only_emoji_says_nothing_about_the_camera() -> None:
    assert ids("😀👋🎬") == ["prompt.no_camera"]
    assert ids("🎬 medium shot 👋") == []


def test_arabic_is_not_judged_by_words_it_cannot_have() -> None:
    assert ids("امرأة تبتسم للكاميرا، لقطة متوسطة") == []


def test_a_right_to_left_mark_hides_no_fault() -> None:
    assert "prompt.appearance" in ids("\u202ewearing a red dress\u202c, medium shot")


def test_mixed_languages_are_both_read() -> None:
    found = ids("穿红色裙子的 woman says “hello”, 中景")
    assert {"prompt.appearance", "prompt.speech"} <= set(found)
    assert "prompt.no_camera" not in found


def test_html_is_read_for_what_it_encloses() -> None:
    assert ids("<b>Nods</b>, <i>medium shot</i>, <p class='red dress'>static camera</p>") == []
    assert "prompt.appearance" in ids("<b>wearing a red dress</b>, medium shot")
    assert ids("<script>alert(1)</script> nods, medium shot, static camera") == []


def test_full_width_signs_are_read_like_others() -> None:
    assert "prompt.speech" in ids("他说：“欢迎”，中景")
    assert "prompt.appearance" in ids("ｗｅａｒｉｎｇ ａ ｒｅｄ ｄｒｅｓｓ， medium shot")


PIECES = (
    *("wearing", "red", "dress", "says", "'hi'", "and", "with", "no", "static", "camera", ","),
    *("tracking", "shot", ".", "walks", "sits", "穿", "红色", "裙子", "的", "说", "“你好”", "，"),
    *("镜头", "cut", "to", "two", "people", "anime", "wildly", "İ", "ß", "\u202e", "😀"),
)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=200),
    st.sampled_from([None, *ENERGIES]),
)
def test_no_prompt_makes_a_check_raise_and_every_edit_can_be_made(
    prompt: str, energy: str | None
) -> None:
    for finding in check_prompt(prompt, STRICT, energy=energy):  # type: ignore[arg-type]
        for edit in finding.edits:
            assert 0 <= edit.start <= edit.end <= len(prompt)
        if finding.span is not None:
            assert 0 <= finding.span[0] < finding.span[1] <= len(prompt)
        if finding.edits:
            assert applied(prompt, finding.edits) != prompt


def test_the_knowledge_is_read_once_and_whole() -> None:
    known = knowledge()
    assert known is knowledge()
    labels = {entry.label for row in known.marks.values() for entry in row}
    hushed = {entry.label for row in known.silent.values() for entry in row}
    groups = {label.partition(".")[0] for label in labels}
    assert hushed <= labels | groups, "a silence that silences nothing"
    for clash in known.clashes:
        assert {*clash.first, *clash.second, *clash.unless} <= labels
        assert not {*clash.first} & {*clash.second}
    assert {name for name in known.phrases if not name.endswith("_zh")} == {
        name.removesuffix("_zh") for name in known.phrases
    }
    assert len(known.simplified) > 150


@pytest.mark.parametrize("source", ["_ dress", "!no", "", "$ nods"])
def test_a_pattern_that_could_start_anywhere_is_refused(source: str) -> None:
    with pytest.raises(PatternError):
        pattern(source)
