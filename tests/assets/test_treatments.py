"""Treatments: what they cut, how they sound, and that the master is never touched."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from assets import sound
from assets.intake import add_take
from assets.listening.facts import TakeFacts
from assets.listening.measuring import measure_sound
from assets.measuring import take_facts
from assets.models import AudioTake
from assets.treating import clearing
from assets.treating.drafts import NothingToDo, adopt, throw_away, treat
from assets.treating.mending import FADE_SECONDS, parts_of
from assets.treating.treatment import Treatment, kept_parts, seconds_left
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.assets.preflight.hearing import Sound, stored, with_gap
from tests.assets.uploads import upload
from tests.media.voices import spoken

RATE = 44_100
TRIM = Treatment(trim_over=1.0)
LOUD = Treatment(loudness=True)


def brought_in(folder: Path, voice: Sound, project: Project, by: User) -> AudioTake:
    data = stored(folder, voice).read_bytes()
    return add_take(project=project, title="Intro", file=upload("a.wav", data), by=by)


@pytest.fixture
def gapped(tmp_path: Path, project: Project, teammate: User) -> AudioTake:
    """A quiet take of 12 s of speech with 4 s of silence in the middle."""
    voice = spoken(12) / 4
    pause = next(span for span in facts_of(tmp_path, voice).silences if span[0] > 3)
    return brought_in(tmp_path, with_gap(voice, sum(pause) / 2, 4.0), project, teammate)


def facts_of(folder: Path, voice: Sound) -> TakeFacts:
    return measure_sound(stored(folder, voice))


def known(take: AudioTake) -> TakeFacts:
    facts = TakeFacts.from_json(take.facts)
    assert facts is not None
    return facts


def stored_names(take: AudioTake) -> tuple[str, str]:
    return str(take.master.name), str(take.send_copy.name)


def sha256(name: str) -> str:
    with default_storage.open(name) as file:
        return hashlib.sha256(file.read()).hexdigest()


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


# Drafts


@pytest.mark.django_db
def test_a_draft_shares_the_untouched_master_and_is_offered_nowhere(
    gapped: AudioTake, teammate: User
) -> None:
    master, send_copy = stored_names(gapped)
    hashes = sha256(master), sha256(send_copy)
    draft = treat(gapped, TRIM, by=teammate)
    assert stored_names(draft)[0] == master
    assert stored_names(draft)[1] != send_copy
    assert (sha256(master), sha256(send_copy)) == hashes
    assert (draft.original, draft.title, draft.is_draft) == (gapped, "Intro (trimmed)", True)
    assert list(AudioTake.objects.open()) == [gapped]


@pytest.mark.django_db
def test_the_same_treatment_is_made_once(gapped: AudioTake, teammate: User) -> None:
    draft = treat(gapped, TRIM, by=teammate)
    assert treat(gapped, TRIM, by=teammate) == draft
    assert treat(draft, TRIM, by=teammate) == draft
    assert treat(gapped, Treatment(trim_over=2.0), by=teammate) != draft
    assert AudioTake.objects.count() == 3


@pytest.mark.django_db
def test_a_treated_take_is_treated_again_from_the_master(gapped: AudioTake, teammate: User) -> None:
    trimmed = adopt(treat(gapped, TRIM, by=teammate))
    loud = treat(trimmed, LOUD, by=teammate)
    assert loud.original == gapped
    assert float(loud.duration_seconds) == pytest.approx(16.0, abs=0.06)


@pytest.mark.django_db
def test_an_adopted_take_is_offered_and_cannot_be_thrown_away(
    gapped: AudioTake, teammate: User
) -> None:
    taken = adopt(treat(gapped, TRIM, by=teammate))
    assert set(AudioTake.objects.open()) == {gapped, taken}
    assert throw_away(taken) is False
    assert AudioTake.objects.filter(pk=taken.pk).exists()


def test_the_same_recording_under_the_title_of_a_treated_take_comes_in_whole(
    gapped: AudioTake, teammate: User
) -> None:
    treated = adopt(treat(gapped, TRIM, by=teammate))
    with gapped.master.open() as master:
        again = upload("a.wav", master.read())
    take = add_take(project=gapped.project, title=treated.title, file=again, by=teammate)
    assert take != treated
    assert take.duration_seconds > treated.duration_seconds


@pytest.mark.django_db(transaction=True)
def test_a_thrown_away_draft_takes_its_send_copy_and_leaves_the_master(
    gapped: AudioTake, teammate: User
) -> None:
    draft = treat(gapped, TRIM, by=teammate)
    master, send_copy = stored_names(draft)
    assert throw_away(draft) is True
    assert not default_storage.exists(send_copy)
    assert default_storage.exists(master)
    assert list(AudioTake.objects.all()) == [gapped]


@pytest.mark.django_db
def test_nothing_to_do_and_nothing_left_are_said(gapped: AudioTake, teammate: User) -> None:
    with pytest.raises(NothingToDo, match="Choose what"):
        treat(gapped, Treatment(), by=teammate)
    with pytest.raises(NothingToDo, match=r"would leave 1\.0 s"):
        treat(gapped, Treatment(head=15.0), by=teammate)
    assert AudioTake.objects.count() == 1


@pytest.mark.django_db
def test_what_is_longer_than_any_engine_takes_is_cut_before_it_is_treated(
    gapped: AudioTake, teammate: User
) -> None:
    gapped.master_seconds = Decimal(1800)
    with pytest.raises(NothingToDo, match=r"leaves 30 minutes; .* at most 10"):
        treat(gapped, Treatment(loudness=True), by=teammate)
    assert not gapped.treated.exists()


def test_a_draft_that_nobody_came_back_for_is_thrown_away_after_a_week(
    gapped: AudioTake, teammate: User, django_capture_on_commit_callbacks: Any
) -> None:
    used = adopt(treat(gapped, Treatment(head=0.5), by=teammate))
    draft = treat(gapped, Treatment(loudness=True), by=teammate)
    assert clearing.throw_away_forgotten(timezone.now() + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert clearing.throw_away_forgotten(timezone.now() + timedelta(days=8)) == 1
    assert list(gapped.treated.all()) == [used]
    assert not default_storage.exists(str(draft.send_copy.name))
    assert default_storage.exists(str(gapped.master.name))


def test_silence_cannot_be_normalised(tmp_path: Path, project: Project, teammate: User) -> None:
    take = brought_in(tmp_path, np.zeros((1, 4 * RATE), np.float32), project, teammate)
    with pytest.raises(NothingToDo, match="no sound"):
        treat(take, LOUD, by=teammate)


@pytest.mark.django_db
def test_nothing_is_left_behind_when_the_disk_is_full(
    gapped: AudioTake, teammate: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AudioTake, "save", full)
    with pytest.raises(OSError, match="No space"):
        treat(gapped, TRIM, by=teammate)
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*")) == before
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@pytest.mark.django_db
def test_a_draft_without_an_original_is_impossible(take: AudioTake) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AudioTake.objects.filter(pk=take.pk).update(is_draft=True)


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
    voice = spoken(12)
    voice[:, : 4 * RATE] *= 6  # only the first four seconds are too loud
    take = brought_in(tmp_path, np.clip(voice, -1, 1), project, teammate)
    assert known(take).clipped_places > 10
    without = treat(take, Treatment(head=5.0), by=teammate)
    assert known(without).clipped_places == 0
    assert take_facts(without) == known(without)
