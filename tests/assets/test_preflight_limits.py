"""The hard limits of an engine, as findings."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.limits import STRICT
from assets.preflight.audio import AudioFacts, check_audio
from assets.preflight.finding import Finding
from assets.preflight.image import ImageFacts, check_image
from assets.preflight.prompt import check_prompt
from tests.assets.preflight.findings import only

LOOK = ImageFacts(content_type="image/jpeg", size_bytes=800_000, width=1080, height=1350)
TAKE = AudioFacts(content_type="audio/mpeg", size_bytes=300_000, duration_seconds=18.5)
PROMPT = "Talks to the viewer with small gestures, medium shot, static camera, soft light."


def only_stop(findings: list[Finding]) -> Finding:
    finding = only(findings)
    assert finding.level == "stop"
    assert finding.id.startswith(finding.owner + ".")
    return finding


def test_good_inputs_are_met_with_silence() -> None:
    assert check_image(LOOK, STRICT) == []
    assert check_audio(TAKE, STRICT) == []
    assert check_prompt(PROMPT, STRICT) == []


def test_a_webp_image_is_stopped_with_what_the_engine_takes() -> None:
    finding = only_stop(check_image(replace(LOOK, content_type="image/webp"), STRICT))
    assert finding.id == "image.type"
    assert finding.message == "The image is WebP; this engine takes JPEG or PNG."


def test_an_engine_that_takes_webp_says_nothing_about_it() -> None:
    wider = replace(STRICT, image_types=STRICT.image_types | {"image/webp"})
    assert check_image(replace(LOOK, content_type="image/webp"), wider) == []


def test_an_image_one_byte_over_the_limit_is_stopped() -> None:
    assert check_image(replace(LOOK, size_bytes=10_000_000), STRICT) == []
    finding = only_stop(check_image(replace(LOOK, size_bytes=12_340_000), STRICT))
    assert finding.id == "image.bytes"
    assert "12.34 MB" in finding.message
    assert "at most 10 MB" in finding.message
    assert only_stop(check_image(replace(LOOK, size_bytes=10_000_001), STRICT)).id == "image.bytes"


def test_an_image_under_300_px_on_one_side_is_stopped() -> None:
    assert check_image(replace(LOOK, width=300, height=300), STRICT) == []
    finding = only_stop(check_image(replace(LOOK, width=299, height=400), STRICT))
    assert finding.id == "image.size"
    assert "299 × 400 px" in finding.message
    assert "300 px" in finding.message


@pytest.mark.parametrize(("width", "height"), [(2501, 1000), (1000, 2501)])
def test_an_image_longer_than_one_to_two_and_a_half_is_stopped(width: int, height: int) -> None:
    finding = only_stop(check_image(replace(LOOK, width=width, height=height), STRICT))
    assert finding.id == "image.ratio"
    assert "1:2.5" in finding.message
    assert "2,500 px" in finding.fix


def test_an_image_of_exactly_the_ratio_passes() -> None:
    assert check_image(replace(LOOK, width=2500, height=1000), STRICT) == []


def test_several_faults_are_all_told_at_once() -> None:
    facts = ImageFacts(content_type="image/gif", size_bytes=11_000_000, width=900, height=90)
    assert [finding.id for finding in check_image(facts, STRICT)] == [
        "image.type",
        "image.bytes",
        "image.size",
        "image.ratio",
    ]


def test_an_ogg_send_copy_is_stopped() -> None:
    finding = only_stop(check_audio(replace(TAKE, content_type="audio/ogg"), STRICT))
    assert finding.id == "audio.type"
    assert "AAC, M4A, MP3 or WAV" in finding.message


def test_audio_over_five_megabytes_is_stopped() -> None:
    assert check_audio(replace(TAKE, size_bytes=5_000_000), STRICT) == []
    finding = only_stop(check_audio(replace(TAKE, size_bytes=5_600_000), STRICT))
    assert finding.id == "audio.bytes"
    assert "5.6 MB" in finding.message
    assert "5 MB" in finding.message


@pytest.mark.parametrize(
    ("seconds", "measured", "limit"),
    [(0.5, "0.5 s", "2 s"), (1.99, "1.99 s", "2 s"), (1200.0, "1,200 s", "60 s")],
)
def test_audio_outside_the_length_limits_is_stopped(
    seconds: float, measured: str, limit: str
) -> None:
    finding = only_stop(check_audio(replace(TAKE, duration_seconds=seconds), STRICT))
    assert finding.id == "audio.length"
    assert f"is {measured} long" in finding.message
    assert f"{limit}." in finding.message


@pytest.mark.parametrize("seconds", [2.0, 60.0])
def test_audio_of_exactly_a_limit_passes(seconds: float) -> None:
    found = check_audio(replace(TAKE, duration_seconds=seconds), STRICT)
    assert [finding for finding in found if finding.level == "stop"] == []


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t\u3000", "\u200b\ufeff"])
def test_a_prompt_that_shows_nothing_is_blank(prompt: str) -> None:
    finding = only_stop(check_prompt(prompt, STRICT))
    assert finding.id == "prompt.blank"
    assert "static camera" in finding.fix


@pytest.mark.parametrize("prompt", [".", "挥手", "👋"])
def test_a_single_sign_is_not_blank(prompt: str) -> None:
    assert [finding.id for finding in check_prompt(prompt, STRICT)] == ["prompt.no_camera"]


def test_a_prompt_over_the_limit_shows_what_is_too_much() -> None:
    stops = [each for each in check_prompt("字" * 2500, STRICT) if each.level == "stop"]
    assert stops == []
    finding = only_stop(
        [each for each in check_prompt("字" * 2507, STRICT) if each.level == "stop"]
    )
    assert finding.id == "prompt.limit"
    assert "2,507 characters" in finding.message
    assert "2,500" in finding.message
    assert "7 characters" in finding.fix
    assert finding.span == (2500, 2507)


@given(
    st.text(),
    st.integers(min_value=0),
    st.integers(min_value=0),
    st.integers(min_value=0),
    st.floats(min_value=0, allow_nan=False, allow_infinity=False),
)
def test_no_facts_make_a_check_raise(
    text: str, width: int, height: int, size_bytes: int, seconds: float
) -> None:
    image = ImageFacts(content_type=text, size_bytes=size_bytes, width=width, height=height)
    audio = AudioFacts(content_type=text, size_bytes=size_bytes, duration_seconds=seconds)
    findings = [
        *check_image(image, STRICT),
        *check_audio(audio, STRICT),
        *check_prompt(text, STRICT),
    ]
    assert all(finding.id.startswith(finding.owner + ".") for finding in findings)
