"""Presets over time: versions, what changed, restoring, and the clips that use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Preset, PresetChanged
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Visibility

type As = Callable[[User], Client]
FIRST = {"name": "Slow reveal", "motion": "turns the head slowly", "camera": "close-up"}


@pytest.fixture
def preset(as_: As, teammate: User, clip: Clip) -> Preset:
    as_(teammate).post(reverse("preset_new", args=[clip.organisation.slug]), FIRST)
    return Preset.objects.get()


def edit(client: Client, preset: Preset, **typed: object) -> int:
    seen = {"seen": preset.number}
    sent = {**FIRST, **seen, **typed}
    return client.post(reverse("preset", args=[preset.pk]), sent).status_code


def test_an_edit_makes_a_new_version_and_keeps_the_old_one(
    as_: As, teammate: User, owner: User, preset: Preset
) -> None:
    assert edit(as_(owner), preset, camera="wide shot") == 302
    preset.refresh_from_db()
    assert (preset.number, preset.camera, preset.changed_by) == (2, "wide shot", owner)
    old = preset.versions.get()
    assert (old.number, old.prompt_text, old.by) == (1, "turns the head slowly, close-up", teammate)


def test_another_name_alone_is_no_version(as_: As, teammate: User, preset: Preset) -> None:
    assert edit(as_(teammate), preset, name="Reveal", purpose="Openings") == 302
    preset.refresh_from_db()
    assert (preset.name, preset.number) == ("Reveal", 1)
    assert not preset.versions.exists()


def test_older_versions_are_shown_with_what_changed(
    as_: As, teammate: User, preset: Preset
) -> None:
    client = as_(teammate)
    edit(client, preset, motion="turns the head quickly")
    page = client.get(reverse("preset", args=[preset.pk])).text
    assert "Version 1" in page
    assert "<del>slowly</del><ins>quickly</ins>" in page


def test_an_older_version_is_restored_as_the_next_one(
    as_: As, teammate: User, preset: Preset
) -> None:
    client = as_(teammate)
    edit(client, preset, camera="wide shot")
    client.post(reverse("preset_restore", args=[preset.pk, 1]))
    preset.refresh_from_db()
    assert (preset.number, preset.camera) == (3, "close-up")
    assert [one.camera for one in preset.versions.all()] == ["wide shot", "close-up"]
    assert client.post(reverse("preset_restore", args=[preset.pk, 9])).status_code == 404


def test_of_two_who_edit_a_preset_the_second_is_told_and_loses_nothing(
    as_: As, teammate: User, owner: User, preset: Preset
) -> None:
    edit(as_(owner), preset, camera="wide shot")
    client, page = as_(teammate), reverse("preset", args=[preset.pk])
    answer = client.post(page, {**FIRST, "camera": "low angle", "seen": 1})
    assert answer.status_code == 422
    assert "Olga made version 2 while you were editing" in answer.text
    assert "low angle" in answer.text
    assert client.post(page, {**FIRST, "camera": "low angle", "seen": 2}).status_code == 302
    preset.refresh_from_db()
    assert (preset.number, preset.camera) == (3, "low angle")


def test_nothing_is_written_over_a_version_that_was_not_seen(
    teammate: User, preset: Preset
) -> None:
    stale = Preset.objects.get(pk=preset.pk)
    preset.rewrite({"motion": "nods"}, by=teammate, seen_number=1)
    with pytest.raises(PresetChanged):
        stale.rewrite({"motion": "waves"}, by=teammate, seen_number=1)
    preset.refresh_from_db()
    assert preset.motion == "nods"


def test_a_preset_tells_where_it_is_used_and_in_which_version(
    as_: As, teammate: User, viewer: User, preset: Preset, clip: Clip
) -> None:
    chosen = {"preset": preset, "preset_number": 1, **preset.prompt_parts()}
    clip.choose(chosen, by=teammate, seen_revision=clip.revision)
    address = reverse("preset_used", args=[preset.pk])
    page = as_(viewer).get(address).text
    assert clip.title in page
    assert "took version 1" in page
    assert "and says what the preset says now" in page
    preset.rewrite({"motion": "waves"}, by=teammate, seen_number=1)
    assert "and says what the preset says now" not in as_(viewer).get(address).text


def test_outsiders_find_neither_versions_nor_uses(
    as_: As, outsider: User, viewer: User, teammate: User, preset: Preset
) -> None:
    edit(as_(teammate), preset, camera="wide shot")
    restore = reverse("preset_restore", args=[preset.pk, 1])
    assert as_(outsider).get(reverse("preset_used", args=[preset.pk])).status_code == 404
    assert as_(outsider).post(restore).status_code == 404
    assert as_(viewer).post(restore).status_code == 403
    preset.refresh_from_db()
    assert preset.number == 2


def test_a_clip_of_a_project_that_the_person_may_not_see_is_not_told(
    as_: As, teammate: User, viewer: User, preset: Preset, clip: Clip
) -> None:
    clip.choose({"preset": preset}, by=teammate, seen_revision=clip.revision)
    project = clip.project
    project.visibility = Visibility.MEMBERS
    project.save()
    page = as_(viewer).get(reverse("preset_used", args=[preset.pk])).text
    assert clip.title not in page
