"""The prompt desk: earlier prompts, presets, and what is filled in for their variables."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Preset
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job
from tests.storyboard.desk_pages import field, panel, press, written
from tests.storyboard.editor_pages import inputs

type As = Callable[[User], Client]


# -- History -----------------------------------------------------------------------------------


def save(client: Client, clip: Clip, **typed: Any) -> None:
    answer = client.post(reverse("clip", args=[clip.pk]), inputs(clip, **typed))
    assert answer.status_code == 302


def test_each_prompt_that_was_saved_is_remembered_with_its_first_one(
    as_: As, teammate: User, owner: User, clip: Clip
) -> None:
    first = clip.prompt_text
    save(as_(teammate), clip, title="Only another title")
    assert not clip.prompts.exists()
    save(as_(owner), clip, motion="waves")
    said = [(one.text, one.by) for one in clip.prompts.all()]
    assert said == [(clip.prompt_text.replace("nods and opens one hand", "waves"), owner),
                    (first, teammate)]  # fmt: skip


def test_two_prompts_are_compared_and_an_older_one_is_used_again(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    make_job(clip, teammate)
    save(client, clip, motion="waves")
    text = press(client, clip, "history", motion="claps")
    assert "made v1" in panel(text)
    assert "<del>waves</del><ins>claps</ins>" in text
    older, newer = clip.prompts.order_by("pk")
    between = {"older": f"r{newer.pk}", "newer": f"r{older.pk}"}
    text = press(client, clip, "history", motion="claps", **between)
    assert "<del>waves</del>" in text
    again = re.search(rf'id="use-r{older.pk}" name="proposal" value="([^"]*)"', text)
    assert again
    taken = press(client, clip, "use", proposal=html.unescape(again[1]), motion="claps")
    assert field(taken, "motion") == "nods and opens one hand"


# -- Presets and their variables ---------------------------------------------------------------


@pytest.fixture
def demo(clip: Clip) -> Preset:
    return Preset.objects.create(
        organisation=clip.organisation, name="Demo", motion="holds {product} up",
        camera="close-up of {product}",
    )  # fmt: skip


def test_a_preset_fills_the_prompt_and_asks_for_its_variables(
    as_: As, teammate: User, clip: Clip, demo: Preset
) -> None:
    client = as_(teammate)
    text = press(client, clip, "preset", preset=demo.pk)
    assert field(text, "motion") == "holds {product} up"
    assert "{product} is still to be filled in." in text
    value = {"preset": demo.pk, "variable-product": " the lamp "}
    text = press(client, clip, "fill", **written(text) | value)
    assert field(text, "camera") == "close-up of the lamp"
    assert 'name="variable-product"' not in text


def test_what_was_filled_in_is_kept_for_the_next_preset(
    as_: As, teammate: User, clip: Clip, demo: Preset
) -> None:
    client = as_(teammate)
    sent = {"preset": demo.pk, "preset_used": f"{demo.pk}:1", "variable-product": "the lamp"}
    save(client, clip, motion="holds {product} up", **sent)
    clip.refresh_from_db()
    assert (clip.motion, clip.variables) == ("holds the lamp up", {"product": "the lamp"})
    other = Preset.objects.create(
        organisation=clip.organisation, name="Other", motion="turns {product}"
    )
    text = press(client, clip, "preset", preset=other.pk)
    assert field(text, "motion") == "turns the lamp"


def test_a_variable_that_is_not_filled_in_stops_the_order(
    as_: As, teammate: User, clip: Clip
) -> None:
    clip.choose({"motion": "holds {product} up"}, by=teammate, seen_revision=clip.revision)
    page = as_(teammate).get(reverse("clip", args=[clip.pk])).text
    assert re.search(r'id="generate"[^>]* disabled', page)
    assert 'data-finding="prompt.variable"' in page


def test_a_version_of_a_preset_that_is_no_number_of_ours_is_the_newest(
    as_: As, teammate: User, clip: Clip, demo: Preset
) -> None:
    sent = inputs(clip, preset=demo.pk, preset_used=f"{demo.pk}:{'9' * 5_000}")
    assert as_(teammate).post(reverse("clip", args=[clip.pk]), sent).status_code == 302
    clip.refresh_from_db()
    assert clip.preset_number == demo.number


def test_a_clip_remembers_which_version_of_a_preset_it_took(
    as_: As, teammate: User, clip: Clip, demo: Preset
) -> None:
    client = as_(teammate)
    used = field(press(client, clip, "preset", preset=demo.pk), "preset_used")
    demo.rewrite({"motion": "lifts {product}"}, by=teammate, seen_number=1)
    save(client, clip, preset=demo.pk, preset_used=used)
    clip.refresh_from_db()
    assert (clip.preset, clip.preset_number) == (demo, 1)
    save(client, clip, preset="")
    clip.refresh_from_db()
    assert (clip.preset, clip.preset_number) == (None, None)
