"""Drafts of a treatment share the untouched master, are made once, and go when forgotten."""

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

from assets.intake import add_take
from assets.models import AudioTake
from assets.treating import clearing
from assets.treating.drafts import NothingToDo, adopt, throw_away, treat
from assets.treating.treatment import Treatment
from studio.organisations.models import User
from studio.projects.models import Project
from tests.assets.treated import LOUD, RATE, TRIM, brought_in
from tests.assets.uploads import upload


def stored_names(take: AudioTake) -> tuple[str, str]:
    return str(take.master.name), str(take.send_copy.name)


def sha256(name: str) -> str:
    with default_storage.open(name) as file:
        return hashlib.sha256(file.read()).hexdigest()


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
