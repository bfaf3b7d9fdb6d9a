"""Good and bad recordings, measured from real files, and what is said about them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.assets.preflight.hearing import Sound, found, heard, ids, with_gap, with_noise
from tests.media.voices import CALM, ENERGETIC, PLAIN, Speaker, spoken

RATE = 44_100


@pytest.fixture(autouse=True)
def three_seconds_are_enough() -> None:
    """Not here: these tests are about the real thresholds."""


def tone(seconds: float = 12, hertz: float = 440.0) -> Sound:
    t = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * hertz * t))[np.newaxis].astype(np.float32)


def melody(seconds: float = 12) -> Sound:
    """A broken chord, four plucked notes a second."""
    length = RATE // 4
    t = np.arange(length) / RATE
    notes = [
        sum(np.sin(2 * np.pi * hertz * k * t) / k for k in (1, 2, 3)) * np.exp(-5 * t)
        for hertz in (261.6, 329.6, 392.0, 523.3, 392.0, 329.6)
    ]
    played = [notes[index % len(notes)] for index in range(round(seconds * 4))]
    return 0.2 * np.concatenate(played)[np.newaxis].astype(np.float32)


def white_noise(seconds: float = 12) -> Sound:
    chance = np.random.default_rng(3)
    return (0.1 * chance.standard_normal((1, round(seconds * RATE)))).astype(np.float32)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a"])
def test_a_good_recording_of_any_kind_is_not_spoken_of(tmp_path: Path, kind: str) -> None:
    facts = heard(tmp_path, spoken(12), kind=kind)
    assert ids(facts) == set()
    assert facts.heard == "speech"
    assert facts.seconds == pytest.approx(12, abs=0.06)


@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("pitch", [95, 220])
def test_good_voices_of_all_sorts_are_not_spoken_of(tmp_path: Path, pitch: int, seed: int) -> None:
    facts = heard(tmp_path, spoken(11, speaker=Speaker(pitch=pitch), seed=seed))
    assert ids(facts) == set()
    assert facts.pitch_hz == pytest.approx(pitch, rel=0.12)


def test_hum_under_a_voice_is_not_taken_for_its_pitch(tmp_path: Path) -> None:
    clean = spoken(12, speaker=Speaker(pitch=220))
    t = np.arange(clean.shape[1]) / RATE
    hum = 0.03 * sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3, 5))
    alone, hummed = heard(tmp_path, clean), heard(tmp_path, (clean + hum).astype(np.float32))
    assert hummed.heard == "speech"
    assert hummed.pitch_hz == pytest.approx(alone.pitch_hz, rel=0.1)
    assert hummed.pitch_spread == pytest.approx(alone.pitch_spread, abs=2)


@pytest.mark.parametrize(
    ("speaker", "energy"), [(CALM, "calm"), (PLAIN, "even"), (ENERGETIC, "energetic")]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_energy_of_a_voice_is_heard(
    tmp_path: Path, speaker: Speaker, energy: str, seed: int
) -> None:
    assert heard(tmp_path, spoken(14, speaker=speaker, seed=seed)).energy == energy


def test_syllables_are_counted_within_a_quarter(tmp_path: Path) -> None:
    for syllables in (3.0, 5.0, 7.0):
        facts = heard(tmp_path, spoken(14, speaker=Speaker(syllables=syllables)))
        assert facts.syllables_per_second == pytest.approx(syllables, rel=0.25)


def test_very_fast_speech_is_warned_about(tmp_path: Path) -> None:
    assert ids(heard(tmp_path, spoken(12, speaker=Speaker(syllables=9)))) == {"audio.fast"}


@pytest.mark.parametrize(
    ("sound", "kind"),
    [(tone(), "tone"), (tone(hertz=110), "tone"), (melody(), "music"), (white_noise(), "noise"),
     (np.zeros((1, 12 * RATE), np.float32), "silence")],
    ids=["tone", "low tone", "music", "white noise", "silence"],
)  # fmt: skip
def test_what_is_surely_no_speech_is_said_to_be_none(
    tmp_path: Path, sound: Sound, kind: str
) -> None:
    facts = heard(tmp_path, sound)
    assert facts.heard == kind
    assert ids(facts) == {"audio.no_speech"}
    assert facts.energy == ""


def test_speech_over_music_is_still_speech(tmp_path: Path) -> None:
    mixed = spoken(12) + 0.3 * melody(12)
    assert heard(tmp_path, mixed).heard == "speech"


def test_silence_around_it_makes_no_music_of_speech_and_no_speech_of_music(tmp_path: Path) -> None:
    rate = 16_000
    t = np.arange(10 * rate) / rate
    notes = np.sin(2 * np.pi * 220 * t) * (np.sin(2 * np.pi * 1.5 * t) > 0)
    voice = 0.3 * spoken(10, rate=rate) + 0.15 * notes  # with a note now and then under it
    silence = np.zeros((1, 25 * rate), np.float32)
    for sound, kind in ((voice, "speech"), (melody(10)[:, ::3], "music")):
        within = np.concatenate((silence, sound, silence), axis=1).astype(np.float32)
        assert heard(tmp_path, sound.astype(np.float32), rate).heard == kind
        assert heard(tmp_path, within, rate).heard == kind


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a"])
def test_clipping_is_found_whatever_it_was_stored_as(tmp_path: Path, kind: str) -> None:
    loud = np.clip(spoken(12) * 10, -1, 1)
    facts = heard(tmp_path, loud, kind=kind)
    assert facts.clipped_places > 20
    assert facts.clipped_from is not None
    assert facts.clipped_from < 2
    assert "audio.clipping" in ids(facts)


def test_clipping_that_was_turned_down_is_still_found(tmp_path: Path) -> None:
    loud = np.clip(spoken(12) * 6, -1, 1)
    for softer, kind in ((0.9, "wav"), (0.2, "wav"), (0.4, "mp3")):
        facts = heard(tmp_path, loud * softer, kind=kind)
        assert facts.clipped_places > 20, (softer, kind)
        assert "audio.clipping" in ids(facts)
    quiet_peaks = heard(tmp_path, np.tanh(spoken(12) * 3) * 0.4)
    assert quiet_peaks.clipped_places == 0


def test_peaks_that_touch_full_scale_are_no_clipping(tmp_path: Path) -> None:
    voice = spoken(12)
    facts = heard(tmp_path, voice / np.abs(voice).max())
    assert facts.peak_dbfs == pytest.approx(0.0, abs=0.05)
    assert ids(facts) == set()


def test_loudness_follows_the_gain_and_both_ends_are_warned_about(tmp_path: Path) -> None:
    plain = heard(tmp_path, spoken(12))
    soft = heard(tmp_path, spoken(12) / 4)
    assert plain.loudness_lufs - soft.loudness_lufs == pytest.approx(12.0, abs=0.2)
    assert ids(soft) == {"audio.quiet"}
    pressed = np.tanh(spoken(12) * 60) * 0.9
    assert "audio.loud" in ids(heard(tmp_path, pressed.astype(np.float32)))


def test_noise_is_measured_and_warned_about(tmp_path: Path) -> None:
    clean = heard(tmp_path, spoken(14))
    measured = {}
    for below in (40, 30, 15, 10):
        facts = heard(tmp_path, with_noise(spoken(14), below))
        measured[below] = facts.signal_to_noise_db
        assert ("audio.noise" in ids(facts)) == (below < 20), below
    assert clean.signal_to_noise_db > 40
    assert [measured[below] for below in (40, 30, 15, 10)] == sorted(
        measured.values(), reverse=True
    )
    # The voice is louder than its average with pauses, and hiss above 8 kHz is not counted.
    assert measured[15] == pytest.approx(22, abs=2)


def test_a_silence_is_found_where_it_is_although_the_room_is_noisy(tmp_path: Path) -> None:
    voice = spoken(12)
    pause = next(span for span in heard(tmp_path, voice).silences if span[0] > 3)
    gapped = with_gap(voice, sum(pause) / 2, 4.0)
    for sound in (gapped, with_noise(gapped, 25)):
        (finding,) = [one for one in found(heard(tmp_path, sound)) if one.id == "audio.silence"]
        assert f"{pause[1] - pause[0] + 4:.1f} s" in finding.message
        assert f"{pause[0]:.1f} s to" in finding.message


def test_two_seconds_are_short_and_a_tenth_of_a_second_is_stopped(tmp_path: Path) -> None:
    assert ids(heard(tmp_path, spoken(2))) == {"audio.short"}
    assert ids(heard(tmp_path, spoken(2)[:, RATE // 3 : RATE // 3 + RATE // 10])) == {
        "audio.length"
    }


def test_five_minutes_are_stopped_for_their_length_alone(tmp_path: Path) -> None:
    facts = heard(tmp_path, np.tile(spoken(20, rate=16_000), 15), rate=16_000)
    assert facts.seconds == pytest.approx(300, abs=0.1)
    assert ids(facts) == {"audio.length"}
    assert facts.heard == "speech"


def test_a_dead_channel_is_known_and_costs_no_loudness(tmp_path: Path) -> None:
    voice = spoken(12)
    both = heard(tmp_path, np.concatenate((voice, voice)))
    one = heard(tmp_path, np.concatenate((voice, np.zeros_like(voice))))
    assert (both.channels, both.dead_channels) == (2, 0)
    assert (one.channels, one.dead_channels) == (2, 1)
    assert one.loudness_lufs == pytest.approx(both.loudness_lufs, abs=0.2)
    assert ids(one) == set()


def test_direct_current_is_known_and_changes_nothing_else(tmp_path: Path) -> None:
    plain, shifted = heard(tmp_path, spoken(12)), heard(tmp_path, spoken(12) + 0.25)
    assert shifted.dc_offset == pytest.approx(0.25, abs=0.005)
    assert plain.dc_offset < 0.005
    assert shifted.silences == plain.silences
    assert ids(shifted) == set()
    silent = heard(tmp_path, np.full((1, 12 * RATE), 0.25, np.float32))
    assert silent.heard == "silence"


def test_a_telephone_recording_is_speech_of_a_narrow_band(tmp_path: Path) -> None:
    facts = heard(tmp_path, spoken(12, rate=8_000), rate=8_000)
    assert facts.band_hz <= 4_000
    assert ids(facts) == set()
