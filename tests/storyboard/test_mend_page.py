"""Mend this take: findings, choices, listening, using; with and without a clip."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.intake import add_take
from assets.models import AudioTake
from assets.treating.drafts import adopt, treat
from assets.treating.treatment import Treatment
from studio import money
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.storyboard import editor
from studio.storyboard.forms import ClipForm
from tests.assets.preflight.hearing import stored, with_gap
from tests.assets.uploads import upload
from tests.conftest import STANDARD
from tests.media.voices import spoken

type As = Callable[[User], Client]
TRIM = {"trim_over": "2", "head": "", "tail": ""}


@pytest.fixture
def gapped(tmp_path: Path, project: Project, teammate: User) -> AudioTake:
    """Quiet speech of 12 s after 4 s of silence."""
    data = stored(tmp_path, with_gap(spoken(12) / 4, 0.1, 4.0)).read_bytes()
    return add_take(project=project, title="Intro", file=upload("a.wav", data), by=teammate)


@pytest.fixture
def clip(project: Project, gapped: AudioTake, teammate: User) -> Clip:
    return add_clip(project, title="Hello", engine_model=STANDARD, by=teammate, take=gapped)


def mend(take: AudioTake) -> str:
    return reverse("take_mend", args=[take.pk])


def draft_of(take: AudioTake, by: User) -> AudioTake:
    return treat(take, Treatment(trim_over=2.0), by=by)


def standard(seconds: float) -> str:
    return money.show(Decimal("0.056") * Decimal(f"{seconds:.3f}"), "USD")


def saving(seconds: float) -> str:
    return f"saves {seconds:.1f} s, {standard(seconds)}"


def test_the_page_shows_the_silence_what_it_costs_and_what_each_choice_saves(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    answer = as_(teammate).get(mend(gapped), {"clip": str(clip.pk)})
    page = answer.content.decode()
    before = answer.context["before"]
    assert {one.id for one in before["findings"]} == {"audio.quiet", "audio.silence"}
    start, end = before["facts"].silences[0]
    assert end - start == pytest.approx(4.15, abs=0.1)
    assert f"a long silence of {end - start:.1f} s, which cost {standard(end - start)}" in page
    assert before["price"] == "$0.90"
    assert 'class="is-long"' in page
    assert answer.context["trims"][-1]["words"] == saving(end - start - 0.2)
    # What cures the findings is chosen already.
    assert answer.context["form"]["trim_over"].value() == "2"
    assert answer.context["form"]["loudness"].value() is True


def test_a_recording_whose_file_is_gone_is_said_to_be(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    gapped.master.delete(save=False)
    made = as_(teammate).post(mend(gapped), TRIM)
    assert made.status_code == 422
    assert "The stored file of the take “Intro” cannot be read" in made.text
    AudioTake.objects.filter(pk=gapped.pk).update(facts={})
    answer = as_(teammate).get(mend(gapped), {"clip": str(clip.pk)}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("clip", args=[clip.pk])
    assert "The stored file of the take “Intro” cannot be read" in answer.text


def test_outside_a_clip_the_savings_name_the_price_of_every_model(
    as_: As, teammate: User, gapped: AudioTake
) -> None:
    answer = as_(teammate).get(mend(gapped))
    assert answer.context["before"]["price"] == "$0.90 Standard, $1.79 Pro"


def test_making_it_leads_to_both_side_by_side(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    browser = as_(teammate)
    answer = browser.post(
        mend(gapped), TRIM | {"loudness": "on", "clip": str(clip.pk)}, follow=True
    )
    draft = AudioTake.objects.get(original=gapped)
    page = answer.content.decode()
    assert draft.is_draft
    assert answer.context["after"]["take"] == draft
    assert answer.context["after"]["findings"] == []
    assert reverse("take_sound", args=[draft.pk]) in page
    assert reverse("take_sound", args=[gapped.pk]) in page
    before, after = answer.context["before"]["facts"], answer.context["after"]["facts"]
    assert answer.context["saved"] == saving(before.seconds - after.seconds)
    assert answer.context["form"]["trim_over"].value() == "2"
    sound = browser.get(reverse("take_sound", args=[draft.pk]))
    heard = sound.getvalue()
    sound.close()
    assert heard == draft.send_copy.open().read()


def test_sending_the_same_twice_makes_one_draft(as_: As, teammate: User, gapped: AudioTake) -> None:
    for _ in range(2):
        assert as_(teammate).post(mend(gapped), TRIM).status_code == 302
    assert AudioTake.objects.filter(original=gapped).count() == 1


def test_using_it_from_a_clip_chooses_it_there(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    draft = draft_of(gapped, teammate)
    form = {"clip": str(clip.pk), "revision": str(clip.revision)}
    answer = as_(teammate).post(reverse("take_use", args=[draft.pk]), form)
    assert answer.headers["Location"] == reverse("clip", args=[clip.pk])
    clip.refresh_from_db()
    draft.refresh_from_db()
    assert (clip.take, draft.is_draft) == (draft, False)


def test_a_clip_that_changed_meanwhile_is_left_alone_and_the_take_is_kept(
    as_: As, teammate: User, owner: User, gapped: AudioTake, clip: Clip
) -> None:
    draft, seen = draft_of(gapped, teammate), clip.revision
    clip.choose({"title": "Changed"}, by=owner, seen_revision=seen)
    form = {"clip": str(clip.pk), "revision": str(seen)}
    answer = as_(teammate).post(reverse("take_use", args=[draft.pk]), form, follow=True)
    assert re.search(
        r"Olga changed this clip at \d\d:\d\d, so nothing was", answer.content.decode()
    )
    clip.refresh_from_db()
    assert clip.take == gapped
    assert draft in AudioTake.objects.open()


def test_a_form_that_does_not_say_which_clip_it_saw_uses_nothing(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    draft = draft_of(gapped, teammate)
    form = {"clip": str(clip.pk)}
    assert as_(teammate).post(reverse("take_use", args=[draft.pk]), form).status_code == 404
    draft.refresh_from_db()
    assert draft.is_draft


def test_using_it_without_a_clip_puts_it_among_the_takes(
    as_: As, teammate: User, gapped: AudioTake, project: Project
) -> None:
    draft = draft_of(gapped, teammate)
    answer = as_(teammate).post(reverse("take_use", args=[draft.pk]), follow=True)
    assert f'id="take-{draft.pk}"' in answer.content.decode()


def test_throwing_it_away_leads_back_to_the_untouched_original(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip
) -> None:
    draft = draft_of(gapped, teammate)
    away = reverse("take_throw_away", args=[draft.pk])
    answer = as_(teammate).post(away, {"clip": str(clip.pk)}, follow=True)
    assert answer.redirect_chain[0][0] == f"{mend(gapped)}?clip={clip.pk}"
    assert list(AudioTake.objects.all()) == [gapped]


def test_a_draft_is_in_no_list_and_in_no_picker(
    as_: As, teammate: User, gapped: AudioTake, clip: Clip, project: Project
) -> None:
    draft = draft_of(gapped, teammate)
    assert (
        draft.title
        not in as_(teammate).get(reverse("take_new", args=[project.pk])).content.decode()
    )
    assert editor.pickers(clip, clip)["takes"] == [gapped]
    assert list(ClipForm(instance=clip, project=project).fields["take"].queryset) == [gapped]  # type: ignore[attr-defined]


def test_a_treated_take_is_mended_from_its_original(
    as_: As, teammate: User, gapped: AudioTake
) -> None:
    taken = adopt(draft_of(gapped, teammate))
    answer = as_(teammate).get(mend(taken))
    assert answer.headers["Location"] == f"{mend(gapped)}?made={taken.pk}"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose what should be done to the take."),
        ({"head": "9", "tail": "8"}, "leave some of it"),
        ({"head": "15"}, "engines take 2 s or more"),
        ({"trim_over": "0.001"}, "Choose one of the lengths of a pause."),
        ({"head": "-1"}, "greater than or equal to 0"),
        ({"head": "nan"}, "Enter a number."),
    ],
)
def test_what_cannot_be_made_is_said_on_the_page(
    as_: As, teammate: User, gapped: AudioTake, form: dict[str, str], sentence: str
) -> None:
    answer = as_(teammate).post(mend(gapped), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert AudioTake.objects.count() == 1


@pytest.mark.parametrize("name", ["take_mend", "take_use", "take_throw_away"])
def test_outsiders_find_nothing_and_viewers_may_not(
    as_: As, outsider: User, viewer: User, teammate: User, gapped: AudioTake, name: str
) -> None:
    draft = draft_of(gapped, teammate)
    assert as_(outsider).post(reverse(name, args=[draft.pk])).status_code == 404
    assert as_(viewer).post(reverse(name, args=[draft.pk])).status_code == 403
    assert AudioTake.objects.filter(pk=draft.pk, is_draft=True).exists()


@pytest.mark.parametrize("given", ["no-id", "00000000-0000-4000-8000-000000000000"])
def test_a_clip_that_is_not_there_or_of_another_project_is_not_found(
    as_: As, teammate: User, gapped: AudioTake, given: str, studio_org: Any
) -> None:
    browser = as_(teammate)
    assert browser.get(mend(gapped), {"clip": given}).status_code == 404
    other = Project.objects.create(organisation=studio_org, name="Other", created_by=teammate)
    elsewhere = add_clip(other, title="X", engine_model=STANDARD, by=teammate)
    assert browser.get(mend(gapped), {"clip": str(elsewhere.pk)}).status_code == 404
