"""`manage.py preflight`: what scripts get, and by which exit code they know."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.preflight import catalogue
from tests import media
from tests.assets import pictures_of_people as people
from tests.assets.preflight.hearing import stored
from tests.media.voices import spoken

GOOD = "Friendly presenter nods, medium shot, static camera, soft natural light"


def preflight(*arguments: str) -> list[Any]:
    """What each line of the answer says."""
    out = io.StringIO()
    call_command("preflight", *arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def ids(checked: Any) -> list[str]:
    return [finding["id"] for finding in checked["findings"]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`typed("...")`: what stands in standard input."""

    def stand(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return stand


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    picture = people.encoded(people.portrait(), "JPEG", quality=92)
    return media.written(tmp_path, "portrait.jpg", picture)


def test_each_line_of_a_file_is_a_prompt_and_each_answer_a_line(tmp_path: Path) -> None:
    bad = "nods, red dress, medium shot"
    file = media.written(tmp_path, "prompts.txt", f"{GOOD}\r\n\n{bad}\n".encode())
    good, blank, dressed = preflight("prompt", str(file))
    assert (good["input"], ids(good)) == (GOOD, [])
    assert (blank["input"], ids(blank)) == ("", ["prompt.blank"])
    (found,) = dressed["findings"]
    assert set(found) == {"id", "level", "span", "message", "fix"}
    assert (found["id"], found["level"]) == ("prompt.appearance", "warn")
    start, end = found["span"]
    assert bad[start:end] == "red dress"
    assert found["message"]
    assert found["fix"]


def test_a_variable_stops_in_the_shell_as_it_does_in_a_clip(typed: Any) -> None:
    typed("Friendly presenter holds {product} up, medium shot, static camera\n")
    (checked,) = preflight("prompt")
    assert ids(checked) == ["prompt.variable"]


def test_prompts_come_from_standard_input_as_well(typed: Any) -> None:
    typed(f"{GOOD}\n人物点头,中景,固定镜头")
    assert [checked["input"] for checked in preflight("prompt")] == [GOOD, "人物点头,中景,固定镜头"]
    typed(GOOD)
    assert [ids(checked) for checked in preflight("prompt", "-")] == [[]]


def test_without_any_line_there_is_no_answer(typed: Any) -> None:
    typed("")
    assert preflight("prompt") == []


def test_a_prompt_is_held_against_the_energy_of_the_voice_and_the_style_of_the_look(
    typed: Any,
) -> None:
    prompt = "photorealistic, gestures wildly, medium shot, static camera"
    found = []
    for more in ((), ("--energy", "calm"), ("--energy", "energetic"), ("--style", "anime")):
        typed(prompt)
        found += [ids(*preflight("prompt", *more))]
    assert found == [[], ["prompt.energy"], [], ["prompt.style"]]


def test_a_good_portrait_and_a_good_take_have_facts_and_no_findings(
    tmp_path: Path, portrait: Path
) -> None:
    (looked,) = preflight("image", str(portrait))
    assert (looked["input"], ids(looked)) == (str(portrait), [])
    assert (looked["facts"]["width"], len(looked["facts"]["seen"]["faces"])) == (1080, 1)
    take = stored(tmp_path, spoken(12), kind="mp3")
    (heard,) = preflight("audio", str(take))
    assert ids(heard) == []
    assert heard["facts"]["heard"]["heard"] == "speech"
    assert heard["facts"]["duration_seconds"] == pytest.approx(12, abs=0.1)


def test_a_mascot_is_not_asked_for_a_face(tmp_path: Path) -> None:
    fox = media.written(tmp_path, "fox.png", people.encoded(people.drawn_fox()))
    assert ids(*preflight("image", str(fox))) == ["image.no_face"]
    assert ids(*preflight("image", str(fox), "--mascot")) == []


@pytest.mark.parametrize("what", ["image", "audio"])
def test_a_file_that_cannot_be_read_is_one_stop_among_good_ones(
    tmp_path: Path, portrait: Path, what: str
) -> None:
    letter = media.written(tmp_path, "letter.jpg", b"Dear all, " * 400)
    empty = media.written(tmp_path, "empty.mp3", b"")
    good = portrait if what == "image" else stored(tmp_path, spoken(12))
    bad, nothing, fine = preflight(what, str(letter), str(empty), str(good))
    for checked in (bad, nothing):
        (found,) = checked["findings"]
        assert (found["id"], found["level"]) == (f"{what}.type", "stop")
        assert found["message"]
        assert found["fix"]
        assert checked["facts"] is None
    assert ids(fine) == []


def test_every_id_that_is_said_is_explained_in_the_catalogue(tmp_path: Path, typed: Any) -> None:
    typed("woman in a red dress moves around\n\n" + "nods, " * 600)
    noise = media.written(tmp_path, "take.wav", media.make_wav(1))
    small = media.written(tmp_path, "small.png", media.make_png(200, 900))
    said = [*preflight("prompt"), *preflight("audio", str(noise)), *preflight("image", str(small))]
    found = {one for checked in said for one in ids(checked)}
    assert {"prompt.limit", "audio.length", "image.ratio"} <= found <= set(catalogue.by_id())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("image", "nowhere.jpg"), "no file “nowhere.jpg”"),
        (("audio", "nowhere.mp3"), "no file “nowhere.mp3”"),
        (("prompt", "nowhere.txt"), "no file “nowhere.txt”"),
        (("image",), "at least one file"),
        (("prompt", "--engine", "nobody"), "“nobody”. Known are: fal, gateway, kling, sandbox"),
    ],
)
def test_what_is_not_there_ends_it_with_exit_code_2(
    arguments: tuple[str, ...], words: str, typed: Any
) -> None:
    typed(GOOD)
    with pytest.raises(CommandError, match=words) as problem:
        preflight(*arguments)
    assert problem.value.returncode == 2


@pytest.mark.parametrize(
    ("engine", "found"), [("kling", ["image.type"]), ("gateway", ["image.type"]), ("fal", [])]
)
def test_the_limits_are_those_of_the_engine_that_is_named(
    tmp_path: Path, engine: str, found: list[str]
) -> None:
    webp = media.written(tmp_path, "a.webp", people.encoded(people.portrait(), "WEBP", quality=95))
    assert ids(*preflight("image", str(webp), "--engine", engine)) == found


@pytest.mark.parametrize(
    ("level", "prompt", "fails"),
    [
        ("stop", "", True),
        ("stop", "nods", False),
        ("warn", "nods", True),
        ("warn", "", True),
        ("warn", GOOD, False),
        ("note", "nods", True),
        ("note", GOOD, False),
    ],
)
def test_a_script_says_from_which_level_on_it_fails(
    typed: Any, capsys: Any, level: str, prompt: str, fails: bool
) -> None:
    typed(f"{prompt}\n")
    code = 0
    try:
        call_command("preflight", "prompt", "--json", "--fail-on", level)
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == int(fails)
    assert json.loads(capsys.readouterr().out)["input"] == prompt, "it is checked all the same"


def test_a_reader_that_goes_away_is_told_apart_from_a_finding(typed: Any) -> None:
    typed(f"{GOOD}\n{GOOD}\n")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out, pytest.raises(SystemExit) as end:
        call_command("preflight", "prompt", "--json", "--fail-on", "stop", stdout=out)
    assert end.value.code == 141


def test_for_people_it_says_the_same_in_lines(typed: Any) -> None:
    typed(f"{GOOD}\nnods\n")
    out = io.StringIO()
    call_command("preflight", "prompt", stdout=out)
    good, nothing, bad, finding, fix = out.getvalue().splitlines()
    assert (good, nothing.strip(), bad) == (GOOD, "Nothing to mend.", "nods")
    assert finding.strip().startswith("warn  prompt.no_camera: ")
    assert "medium shot, static camera" in fix
