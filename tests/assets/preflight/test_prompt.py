"""What the checks of a motion prompt say, and that their fixes cure it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from assets.limits import STRICT
from assets.models.character import ArtStyle
from assets.preflight.energy import ENERGIES
from assets.preflight.finding import Finding
from assets.preflight.prompt import CHECKS, applied, check_prompt
from assets.presets import SHIPPED

HERE = Path(__file__).parent
SEED: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (HERE / "seed_examples.toml").read_text("utf-8")
)
SLOTS = ", medium shot, static camera"
#: What a text must not hold where something was struck from it.
UNCLEAN = ("  ", ",,", ", ,", " ,", "，，", "，,")


def facts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("energy", "art_style") if row.get(name)}


def ids(prompt: str, **known: Any) -> set[str]:
    return {finding.id for finding in check_prompt(prompt, STRICT, **known)}


def found(prompt: str, name: str, **known: Any) -> Finding:
    findings = check_prompt(prompt, STRICT, **known)
    (finding,) = [each for each in findings if each.id == f"prompt.{name}"]
    return finding


def cured(prompt: str, **known: Any) -> str:
    """The prompt after one offered fix after the other, as a person would click them."""
    for _ in range(25):
        fixable = [each for each in check_prompt(prompt, STRICT, **known) if each.edits]
        if not fixable:
            break
        prompt = applied(prompt, fixable[0].edits)
    return prompt


@pytest.mark.parametrize("row", SEED["good"], ids=lambda row: row["text"][:40])
def test_a_good_example_of_the_guides_is_met_with_silence(row: dict[str, Any]) -> None:
    allowed = set() if row.get("camera", True) else {"prompt.no_camera"}
    assert ids(row["text"]) == allowed


@pytest.mark.parametrize("row", SEED["bad"], ids=lambda row: row["text"][:40])
def test_a_bad_example_of_the_guides_is_caught_by_name(row: dict[str, Any]) -> None:
    assert row["id"] in ids(row["text"], **facts(row))


@pytest.mark.parametrize("preset", SHIPPED, ids=lambda preset: preset.name)
def test_a_shipped_preset_is_met_with_silence(preset: Any) -> None:
    text = f"{preset.style} {preset.motion}, {preset.camera}, {preset.atmosphere}"
    assert ids(text, art_style="photo") == set()


def labelled() -> list[dict[str, Any]]:
    """The sentences the rules were tuned on, as far as they carry a fault."""
    lines = (HERE / "prompt_corpus.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["split"] == "tune" and row["ids"]] + SEED["bad"]


LABELLED = labelled()
#: Some thousand sentences, so many to a test.
SHARE = 100


@pytest.mark.parametrize("begin", range(0, len(LABELLED), SHARE))
def test_the_offered_fixes_leave_prompts_that_raise_no_warning(begin: int) -> None:
    wrong = {}
    for row in LABELLED[begin : begin + SHARE]:
        known = facts(row)
        text = cured(row["text"], **known)
        left = [one.id for one in check_prompt(text, STRICT, **known) if one.level != "note"]
        is_clean = text == text.strip() and not any(pair in text for pair in UNCLEAN)
        if left or not is_clean:
            wrong[row["text"]] = (text, left)
    assert wrong == {}


def test_every_finding_is_of_a_check_that_the_page_explains() -> None:
    explained = {check.id: check for check in CHECKS}
    assert len(explained) == len(CHECKS) == 13
    for row in [*LABELLED, {"text": ""}, {"text": "x" * 3000}]:
        for finding in check_prompt(row["text"], STRICT, **facts(row)):
            assert finding.level == explained[finding.id].level
            assert finding.message.endswith((".", "…”")) and finding.fix.endswith(".")


def test_a_span_marks_the_words_that_the_message_quotes() -> None:
    prompt = "Medium shot, static camera, man with a grey beard nods"
    finding = found(prompt, "appearance")
    assert finding.span is not None
    assert prompt[slice(*finding.span)] == "with a grey beard"
    assert "“with a grey beard”" in finding.message


def test_a_person_stays_in_the_sentence_when_looks_are_struck() -> None:
    prompt = "An elderly woman in a blue suit talks to the camera, medium shot"
    assert cured(prompt) == "A woman talks to the camera, medium shot"


def test_a_motion_that_touches_hair_or_glasses_is_no_description() -> None:
    for motion in ("adjusts her glasses", "touches her hair", "straightens his tie"):
        assert ids(motion + SLOTS) == set()


def test_how_somebody_speaks_is_no_speech() -> None:
    assert ids("speaks calmly to the camera" + SLOTS) == set()
    assert found("She says “welcome” and smiles" + SLOTS, "speech").edits
    assert cured("Says 'hi' and walks to the window" + SLOTS) == "Walks to the window" + SLOTS
    assert ids("She says “welcome” and juggles" + SLOTS) == {"prompt.speech", "prompt.unreachable"}


def test_looking_into_the_lens_is_no_word_about_the_camera() -> None:
    finding = found("Looks into the camera and nods.", "no_camera")
    assert finding.edits[0].slot == "camera"
    text = applied("Looks into the camera and nods.", finding.edits)
    assert text == "Looks into the camera and nods, medium shot, static camera."
    assert applied("看着镜头微笑", found("看着镜头微笑", "no_camera").edits) == (
        "看着镜头微笑，中景，固定镜头"
    )


def test_a_contradiction_shows_both_sides_and_strikes_the_second() -> None:
    prompt = "static camera, nods, tracking shot"
    finding = found(prompt, "contradiction")
    assert "“static camera” and “tracking shot”" in finding.message
    assert applied(prompt, finding.edits) == "static camera, nods"


@pytest.mark.parametrize(
    "prompt",
    [
        "medium shot, slow push-in to a close-up, nods",
        "sits at the desk, then stands up and walks to the window, wide shot",
        "from a serious expression to a warm smile, close-up, static camera",
        "no camera movement, medium shot, small hand gestures",
        "中景推进到特写，表情由严肃转为微笑",
    ],
)
def test_what_leads_from_one_to_the_other_is_no_contradiction(prompt: str) -> None:
    assert ids(prompt) == set()


def test_movements_put_one_after_another_do_not_crowd() -> None:
    together = "walks, waves, nods, laughs, claps and turns around, wide shot"
    in_turn = "walks and waves, then nods and laughs, then claps and turns around, wide shot"
    assert "prompt.crowded" in ids(together)
    assert "prompt.crowded" not in ids(in_turn)
    assert cured(together) == "walks, waves, nods, wide shot"


def test_the_voice_decides_whether_a_movement_is_too_lively() -> None:
    wild = "gestures wildly" + SLOTS
    assert "prompt.energy" in ids(wild, energy="calm")
    assert cured(wild, energy="calm").startswith("uses subtle hand gestures")
    assert all("prompt.energy" not in ids(wild, energy=each) for each in ("even", "energetic"))
    still = "stands motionless" + SLOTS
    assert [each for each in ENERGIES if "prompt.energy" in ids(still, energy=each)] == [
        "energetic"
    ]


def test_a_static_camera_is_no_motionless_body() -> None:
    assert ids("lively gestures, medium shot, camera remains still", energy="energetic") == set()


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("anime style", ArtStyle.ANIME),
        ("cartoon style", ArtStyle.CARTOON),
        ("watercolor look", ArtStyle.PAINTING),
        ("3D render", ArtStyle.RENDER),
    ],
)
def test_an_art_style_is_no_fault_in_its_own_look_only(words: str, own: ArtStyle) -> None:
    prompt = words + ", nods" + SLOTS
    assert "prompt.style" not in ids(prompt, art_style=own.value)
    for other in {"", *ArtStyle.values} - {own.value}:
        assert "prompt.style" in ids(prompt, art_style=other)
        assert cured(prompt, art_style=other) == "nods" + SLOTS


def test_a_photograph_of_a_prompt_is_a_fault_only_in_a_drawn_look() -> None:
    for drawn in ("anime", "cartoon", "painting", "render"):
        assert "prompt.style" in ids("photorealistic, nods" + SLOTS, art_style=drawn)
    for unknown in ("", "photo", "other"):
        assert ids("photorealistic, nods" + SLOTS, art_style=unknown) == set()


def test_what_is_denied_is_not_asked_for() -> None:
    assert ids("nods, no text, no subtitles, no cuts" + SLOTS) == set()
    assert ids("点头，中景，固定镜头，没有字幕，没有转场") == set()


def test_traditional_characters_are_read_like_simplified_ones() -> None:
    assert ids("穿著紅色連衣裙的女人點頭，中景，固定鏡頭") == {"prompt.appearance"}


def test_a_prompt_of_which_nothing_would_be_left_gets_a_plain_motion() -> None:
    assert cured("says 'hello everyone'") == "talks to the viewer" + SLOTS


def test_a_long_prompt_is_noted_in_words_or_in_characters() -> None:
    assert "61 words" in found(" ".join(["nods"] * 61), "long").message
    assert "prompt.long" not in ids(" ".join(["nods"] * 60))
    assert "100 Chinese characters" in found("点头" * 50, "long").message
