"""Treatments: what they cut, how they sound, and what is known of a take."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assets import sound
from assets.listening.facts import TakeFacts
from assets.measuring import take_facts
from assets.models import AudioTake
from assets.treating.drafts import treat
from assets.treating.mending import FADE_SECONDS, parts_of
from assets.treating.treatment import Treatment, kept_parts, seconds_left
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.assets.preflight.hearing import Sound
from tests.assets.treated import LOUD, RATE, TRIM, brought_in, known
from tests.media.voices import spoken

# What is cut


def test_a_trim_leaves_natural_pauses_and_takes_the_rest() -> None:
    facts = TakeFacts(seconds=20.0, silences=((0.0, 1.0), (5.0, 5.8), (9.0, 13.0), (18.5, 20.0)))
    parts = kept_parts(TRIM, facts)
    assert parts == [(0.8, pytest.approx(9.24)), (pytest.approx(12.84), 18.7)]
    assert seconds_left(TRIM, facts) == pytest.approx(20 - 0.8 - 3.6 - 1.3)


def test_head_and_tail_are_cut_from_what_the_trim_leaves() -> None:
    facts = TakeFacts(seconds=20.0, silences=((0.0, 2.0), (9.0, 13.0)))
    treatment = Treatment(trim_over=1.0, head=3.0, tail=1.0)
    assert kept_parts(treatment, facts) == [(3.0, pytest.approx(9.24)), (pytest.approx(12.84), 19)]
    assert kept_parts(Treatment(head=12.0, tail=9.0), facts) == []


def test_a_silent_take_is_not_trimmed_away() -> None:
    facts = TakeFacts(seconds=8.0, silences=((0.0, 8.0),), heard="silence")
    assert kept_parts(TRIM, facts) == [(0.0, 8.0)]


def test_a_treatment_comes_back_from_its_json() -> None:
    treatment = Treatment(trim_over=0.6, head=0.5, tail=1.25, loudness=True)
    assert Treatment.from_json(treatment.to_json()) == treatment
    assert treatment.words == "trimmed, cut, normalised"


# How it sounds


def in_pieces(samples: Sound, length: int = 1_152) -> Any:
    return (samples[:, at : at + length] for at in range(0, samples.shape[1], length))


@pytest.mark.parametrize("length", [100, 1_152, 50_000])
def test_joined_parts_keep_their_length_and_have_no_click(length: int) -> None:
    tone = np.sin(2 * np.pi * 220 * np.arange(10 * RATE) / RATE)[np.newaxis].astype(np.float32)
    parts = [(0.0, 3.0), (4.0, 6.5), (7.0003, 9.0003)]
    joined = np.concatenate(list(parts_of(in_pieces(tone, length), RATE, parts)), axis=1)
    assert joined.shape == (1, round(7.5 * RATE))
    steepest = np.abs(np.diff(tone)).max()
    assert np.abs(np.diff(joined)).max() < 1.1 * steepest
    fade = round(FADE_SECONDS * RATE)
    assert np.array_equal(joined[:, : 3 * RATE - fade], tone[:, : 3 * RATE - fade])


def test_a_steady_level_stays_steady_across_a_join() -> None:
    steady = np.ones((1, 5 * RATE), np.float32)
    joined = np.concatenate(list(parts_of(in_pieces(steady), RATE, [(0, 2), (3, 5)])), axis=1)
    inside = joined[:, : -round(FADE_SECONDS * RATE)]
    assert inside.min() == pytest.approx(1.0, abs=1e-3)
    assert inside.max() == pytest.approx(1.0, abs=1e-3)


@pytest.mark.django_db
def test_a_trimmed_take_has_lost_its_silence_and_nothing_else(
    gapped: AudioTake, teammate: User
) -> None:
    before, draft = known(gapped), treat(gapped, TRIM, by=teammate)
    after = known(draft)
    assert max(end - start for start, end in before.silences) > 4
    assert max(end - start for start, end in after.silences) < 0.7
    saved = before.seconds - after.seconds
    assert saved == pytest.approx(before.seconds - seconds_left(TRIM, before), abs=0.1)
    spoken_before = before.seconds - sum(b - a for a, b in before.silences)
    spoken_after = after.seconds - sum(b - a for a, b in after.silences)
    assert spoken_after == pytest.approx(spoken_before, abs=0.3)


@pytest.mark.django_db
@pytest.mark.parametrize("gain", [0.05, 0.25, 1.9])
def test_a_normalised_take_is_on_target_under_the_ceiling(
    tmp_path: Path, project: Project, teammate: User, gain: float
) -> None:
    take = brought_in(tmp_path, spoken(12) * gain, project, teammate)
    facts = known(treat(take, LOUD, by=teammate))
    assert facts.loudness_lufs == pytest.approx(-16, abs=0.6)
    assert facts.true_peak_dbtp <= -0.8
    assert facts.seconds == pytest.approx(12, abs=0.06)


@pytest.mark.django_db
def test_the_length_is_decoded_from_exactly_the_bytes_that_are_sent(
    gapped: AudioTake, teammate: User, tmp_path: Path
) -> None:
    draft = treat(gapped, Treatment(head=1.0, tail=2.0), by=teammate)
    copy = media.written(tmp_path, "copy.mp3", draft.send_copy.open().read())
    decoded = sound.probe_sound(copy)
    assert Decimal(decoded.duration_seconds).quantize(Decimal("0.001")) == draft.duration_seconds
    assert (decoded.sha256, decoded.bytes) == (draft.send_sha256, draft.send_bytes)
    assert float(draft.duration_seconds) == pytest.approx(13.0, abs=0.06)
    assert decoded.peaks == draft.peaks


# Facts of a take


@pytest.mark.django_db
def test_a_take_is_measured_when_it_comes_in(gapped: AudioTake) -> None:
    facts = known(gapped)
    assert facts.is_current
    assert facts.seconds == pytest.approx(float(gapped.duration_seconds), abs=0.001)
    assert facts.heard == "speech"


@pytest.mark.django_db
@pytest.mark.parametrize("outdated", [{}, {"seconds": 1.0, "version": 0}])
def test_missing_and_outdated_facts_are_measured_and_kept(
    gapped: AudioTake, outdated: dict[str, object]
) -> None:
    wanted = known(gapped)
    AudioTake.objects.filter(pk=gapped.pk).update(facts=outdated)
    gapped.refresh_from_db()
    assert take_facts(gapped) == wanted
    assert known(AudioTake.objects.get(pk=gapped.pk)) == wanted


@pytest.mark.django_db
def test_clipping_in_the_master_is_known_although_the_copy_blurs_it(
    tmp_path: Path, project: Project, teammate: User
) -> None:
    voice = spoken(12).copy()
    voice[:, : 4 * RATE] *= 6  # only the first four seconds are too loud
    take = brought_in(tmp_path, np.clip(voice, -1, 1), project, teammate)
    assert known(take).clipped_places > 10
    without = treat(take, Treatment(head=5.0), by=teammate)
    assert known(without).clipped_places == 0
    assert take_facts(without) == known(without)
