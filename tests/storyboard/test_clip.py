"""The clip editor: choosing, saving, what two people do at once, and its attempts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from assets.models import Character, Look, Preset
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.conftest import STANDARD, make_job, make_version
from tests.storyboard.editor_pages import PRO, button, inputs, page

type As = Callable[[User], Client]


def test_the_button_says_number_model_length_and_price(as_: As, teammate: User, clip: Clip) -> None:
    assert button(page(as_(teammate), clip)) == "Generate v1, standard, 3.0 s $0.17"


def test_the_sandbox_says_that_no_real_money_is_spent(as_: As, teammate: User, clip: Clip) -> None:
    assert "no real money is spent" in page(as_(teammate), clip)


def test_a_clip_without_inputs_says_what_to_choose(
    as_: As, teammate: User, project: Project
) -> None:
    clip = add_clip(project, title="New", engine_model=STANDARD, by=teammate)
    text = page(as_(teammate), clip)
    for sentence in ("No look is chosen.", "No audio take is chosen.", "prompt is blank"):
        assert sentence in text
    assert button(text) == "Generate v1"
    assert re.search(r'id="generate"[^>]* disabled', text)


def test_saving_keeps_all_inputs(as_: As, teammate: User, clip: Clip) -> None:
    sent = inputs(clip, title="Willkommen 欢迎", motion="waves", engine_model=PRO)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 302
    clip.refresh_from_db()
    assert (clip.title, clip.motion, clip.engine_model) == ("Willkommen 欢迎", "waves", PRO)
    assert (clip.revision, clip.changed_by) == (2, teammate)


def test_what_was_typed_survives_an_error(as_: As, teammate: User, clip: Clip) -> None:
    sent = inputs(clip, title="", motion="waves with both hands")
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 422
    assert "Give the clip a title." in answer.text
    assert "waves with both hands" in answer.text
    clip.refresh_from_db()
    assert (clip.motion, clip.revision) == ("nods and opens one hand", 1)


def test_two_people_editing_one_clip_do_not_overwrite_each_other(
    as_: As, teammate: User, owner: User, clip: Clip
) -> None:
    mine, hers = inputs(clip, motion="waves"), inputs(clip, motion="claps")
    as_(owner).post(reverse("clip", args=[clip.pk]), hers)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), mine)
    assert answer.status_code == 422
    assert "Olga changed this clip" in answer.text
    assert "waves" in answer.text  # still in the form
    clip.refresh_from_db()
    assert clip.motion == "claps"
    again = mine | {"revision": re.findall(r'name="revision" value="(\d+)"', answer.text)[0]}
    assert as_(teammate).post(reverse("clip", args=[clip.pk]), again).status_code == 302
    clip.refresh_from_db()
    assert clip.motion == "waves"


def test_inputs_of_another_organisation_cannot_be_chosen(
    as_: As, teammate: User, outsider: User, clip: Clip, look: Look
) -> None:
    elsewhere = Character.objects.create(
        organisation=outsider.memberships.get().organisation, name="Spy", created_by=outsider
    )
    foreign = Look.objects.create(
        character=elsewhere, number=1, image="x.png", thumbnail="x.webp", width=720, height=720,
        content_type="image/png", size_bytes=1, sha256="9" * 64, created_by=outsider,
    )  # fmt: skip
    sent = inputs(clip, look=foreign.pk)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 422
    assert "Choose another" in answer.text
    clip.refresh_from_db()
    assert clip.look == look


def test_a_preset_chosen_over_an_empty_prompt_fills_it_without_scripts(
    as_: As, teammate: User, project: Project
) -> None:
    clip = add_clip(project, title="New", engine_model=STANDARD, by=teammate)
    preset = Preset.objects.create(
        organisation=project.organisation, name="Calm", motion="nods", camera="close-up"
    )
    sent = inputs(clip, preset=preset.pk)
    as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    clip.refresh_from_db()
    assert clip.prompt_text == "nods, close-up"


def test_an_archived_look_stays_in_the_picker_of_the_clip_that_has_it(
    as_: As, teammate: User, clip: Clip, character: Character
) -> None:
    character.archive()
    assert f'id="look-{clip.look_id}" checked' in page(as_(teammate), clip)
    other = add_clip(clip.project, title="Other", engine_model=STANDARD, by=teammate)
    assert f'id="look-{clip.look_id}"' not in page(as_(teammate), other)


def test_the_attempts_are_followed_only_while_one_is_active(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, address = as_(teammate), reverse("clip_live", args=[clip.pk])
    assert "hx-trigger" not in client.get(address).text
    job = make_job(clip, teammate)
    answer, text = client.get(address), client.get(address).text
    assert "HX-Trigger-After-Settle" not in answer.headers
    assert 'hx-trigger="every 2s"' in text
    assert reverse("job_cancel", args=[job.pk]) in text
    version = make_version(job)
    answer, text = client.get(address), client.get(address).text
    assert answer.headers["HX-Trigger-After-Settle"] == "attempts-done", "the price bar asks anew"
    assert 'id="live-state"' in text
    assert "hx-trigger" not in text
    assert reverse("review", args=[version.pk]) in text
    assert f"?from={version.pk}" in text


def test_twenty_attempts_cost_as_many_queries_as_two(
    as_: As,
    teammate: User,
    clip: Clip,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client, address = as_(teammate), reverse("clip", args=[clip.pk])

    def grow(numbers: range) -> None:
        for number in numbers:
            make_version(make_job(clip, teammate, number=number))

    grow(range(1, 3))
    client.get(address)
    with django_assert_max_num_queries(45) as few:
        client.get(address)
    grow(range(3, 21))
    with django_assert_num_queries(len(few)):
        client.get(address)
