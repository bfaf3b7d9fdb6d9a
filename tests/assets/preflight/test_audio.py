"""What the checks of a take say, from facts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assets.limits import STRICT
from assets.listening.facts import TakeFacts
from assets.models import AudioTake
from assets.preflight.audio import CHECKS, AudioFacts, check_audio
from assets.preflight.finding import Finding
from tests.assets.preflight.hearing import found, ids

GOOD = TakeFacts(
    seconds=18.0,
    peak_dbfs=-3.0,
    true_peak_dbtp=-2.8,
    loudness_lufs=-18.0,
    voice_dbfs=-17.0,
    noise_dbfs=-62.0,
    room_heard=True,
    silences=((0.0, 0.4), (7.1, 7.9), (17.6, 18.0)),
    heard="speech",
    syllables_per_second=4.6,
    energy="even",
)


@pytest.fixture(autouse=True)
def three_seconds_are_enough() -> None:
    """Not here: these tests are about the real thresholds."""


def only(facts: TakeFacts, rate: Decimal | None = None) -> Finding:
    """The one finding there is."""
    (finding,) = found(facts, rate)
    return finding


def test_a_good_take_is_not_spoken_of() -> None:
    assert found(GOOD) == []


def test_a_take_that_nobody_measured_is_checked_for_the_hard_limits_only() -> None:
    assert check_audio(AudioFacts("audio/mpeg", 100_000, 18.0), STRICT) == []
    stopped = check_audio(AudioFacts("audio/ogg", 6_000_000, 1.0), STRICT)
    assert [one.id for one in stopped] == ["audio.type", "audio.bytes", "audio.length"]
    assert {one.level for one in stopped} == {"stop"}


@pytest.mark.parametrize(
    ("change", "id_", "remedy"),
    [
        ({"clipped_places": 3, "clipped_from": 1.5}, "audio.clipping", ""),
        ({"loudness_lufs": -30.5}, "audio.quiet", "loudness"),
        ({"loudness_lufs": -10.5}, "audio.loud", "loudness"),
        ({"noise_dbfs": -36.0}, "audio.noise", ""),
        ({"syllables_per_second": 7.4}, "audio.fast", ""),
        ({"silences": ((4.0, 6.1),)}, "audio.silence", "trim"),
        ({"silences": ((0.0, 1.6),)}, "audio.silence", "trim"),
        ({"heard": "music"}, "audio.no_speech", ""),
    ],
)
def test_each_flaw_is_warned_about_by_its_own_check(
    change: dict[str, object], id_: str, remedy: str
) -> None:
    finding = only(replace(GOOD, **change))  # type: ignore[arg-type]
    assert (finding.id, finding.level, finding.owner) == (id_, "warn", "audio")
    assert finding.remedy == remedy
    assert finding.fix


@pytest.mark.parametrize(
    "change",
    [
        {"clipped_places": 2},
        {"loudness_lufs": -30.0},
        {"loudness_lufs": -11.0},
        {"noise_dbfs": -42.0},
        {"noise_dbfs": -36.0, "room_heard": False},
        {"syllables_per_second": 6.8},
        {"silences": ((4.0, 6.0),)},
        {"silences": ((16.5, 18.0),)},
        {"heard": "unclear"},
    ],
)
def test_what_only_touches_a_threshold_is_not_spoken_of(change: dict[str, object]) -> None:
    assert found(replace(GOOD, **change)) == []  # type: ignore[arg-type]


def test_a_silence_says_how_many_seconds_it_takes_and_what_they_cost() -> None:
    facts = replace(GOOD, silences=((3.0, 8.0), (14.0, 18.0)))
    finding = only(facts, Decimal("0.112"))
    assert "2 long silences, 9.0 s together, which cost $1.01" in finding.message
    assert "the longest is at 3.0 s to 8.0 s" in finding.message
    # 0.4 s of the pause and 0.2 s of the end stay.
    assert finding.fix == "Trim the silences: that takes out 8.4 s and saves $0.94."


def test_without_a_rate_no_money_is_named() -> None:
    finding = only(replace(GOOD, silences=((3.0, 8.0),)))
    assert "a long silence of 5.0 s; the longest" in finding.message
    assert "$" not in finding.message + finding.fix


def test_a_take_over_the_limit_is_trimmed_where_that_is_enough_and_else_cut() -> None:
    trimmed = replace(GOOD, seconds=63.0, silences=((10.0, 20.0),))
    assert found(trimmed)[0].id == "audio.length"
    assert found(trimmed)[0].remedy == "trim"
    assert only(replace(GOOD, seconds=63.0)).remedy == "ends"


def test_a_silent_take_is_said_to_be_silent_and_nothing_else() -> None:
    facts = TakeFacts(seconds=12.0, loudness_lufs=-70.0, heard="silence", silences=((0.0, 12.0),))
    assert only(facts).message.endswith("It is silent.")


def test_nine_seconds_are_short_and_ten_are_not() -> None:
    assert ids(replace(GOOD, seconds=9.9, silences=())) == {"audio.short"}
    assert ids(replace(GOOD, seconds=10.0, silences=())) == set()


def test_every_check_says_why_how_it_is_measured_and_where_it_comes_from() -> None:
    assert [one.id.removeprefix("audio.") for one in CHECKS] == [
        "type", "bytes", "length", "short", "clipping", "quiet", "loud", "noise", "silence",
        "fast", "no_speech",
    ]  # fmt: skip
    assert all(one.why and one.measured and one.source and one.title for one in CHECKS)
    assert [one.level for one in CHECKS] == ["stop"] * 3 + ["warn"] * 8


def test_facts_come_back_from_their_json() -> None:
    facts = replace(GOOD, clipped_places=4, clipped_from=0.25, channels=2, dead_channels=1)
    assert TakeFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("stored", [None, {}, {"seconds": "18"}, {"version": 1}])
def test_what_is_no_facts_gives_none(stored: dict[str, object] | None) -> None:
    assert TakeFacts.from_json(stored) is None


def test_a_take_knows_one_energy_and_only_a_known_one() -> None:
    assert AudioTake(facts=GOOD.to_json()).energy == "even"
    for unknown in ({}, {"energy": ""}, {"energy": "wild"}):
        assert AudioTake(facts=unknown).energy is None


def test_facts_of_another_version_are_read_and_known_to_be_outdated() -> None:
    facts = TakeFacts.from_json({"seconds": 3, "version": 0, "heard": "whale", "mood": "blue"})
    assert facts is not None
    assert (facts.heard, facts.energy, facts.is_current) == ("unclear", "", False)
