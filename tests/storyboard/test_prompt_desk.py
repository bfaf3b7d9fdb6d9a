"""The prompt desk: two views of one prompt, levers, and who may use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake
from assets.prompts.text import PARTS
from studio.clips.models import Clip, PromptView
from studio.organisations.models import User
from tests.storyboard.desk_pages import carried, field, panel, press, say, written
from tests.storyboard.editor_pages import inputs

type As = Callable[[User], Client]


# -- Two views ---------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [True, False])
def test_going_to_the_text_and_back_restores_the_very_same_slots(
    as_: As, teammate: User, clip: Clip, htmx: bool
) -> None:
    client = as_(teammate)
    odd = {"motion": "nods, then waits. Breathes", "camera": "wide shot", "atmosphere": ""}
    text = written(press(client, clip, "view", htmx=htmx, to="text", **odd))
    assert text["prompt_view"] == "text"
    assert text["text"] == "Friendly presenter nods, then waits. Breathes, wide shot"
    back = written(press(client, clip, "view", htmx=htmx, to="slots", **text))
    assert back["prompt_view"] == "slots"
    assert {name: back[name] for name in PARTS} == {
        "style": "Friendly presenter", "free_text": "", **odd,
    }  # fmt: skip


def test_a_text_that_was_changed_is_sorted_into_the_slots(
    as_: As, teammate: User, clip: Clip
) -> None:
    sent = {"prompt_view": "text", "text": "Close-up, a calm teacher nods twice,\n warm light"}
    back = written(press(as_(teammate), clip, "view", to="slots", **sent))
    assert back["camera"] == "Close-up"
    assert back["motion"] == "a calm teacher nods twice"
    assert back["atmosphere"] == "warm light"
    assert back["text"] == "Close-up, a calm teacher nods twice, warm light"


def test_the_view_is_kept_with_the_clip_and_the_text_is_what_the_engine_gets(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, words = as_(teammate), "Close-up, nods; and then? 你好 <b>"
    sent = inputs(clip, prompt_view="text", text=words)
    assert client.post(reverse("clip", args=[clip.pk]), sent).status_code == 302
    clip.refresh_from_db()
    assert (clip.prompt_text, clip.prompt_view) == (words, PromptView.TEXT)
    page = client.get(reverse("clip", args=[clip.pk])).text
    assert field(page, "text") == words
    assert re.search(r'data-prompt-view="slots" hidden', page)


def test_a_slot_that_is_too_long_is_not_lost_by_changing_the_view(
    as_: As, teammate: User, clip: Clip
) -> None:
    long = "wide shot " * 60
    text = written(press(as_(teammate), clip, "view", to="text", camera=long))
    assert long.strip() in text["text"]


@pytest.mark.parametrize(
    "words",
    ["x" * 100_000, "👍🏽👩‍🏫", "مرحبا بالعالم", "<script>alert('x')</script> & nods", "\x00nods"],
)
def test_whatever_is_typed_comes_back_escaped_and_whole(
    as_: As, teammate: User, clip: Clip, words: str
) -> None:
    client = as_(teammate)
    sent = {"prompt_view": "text", "text": words}
    answer = press(client, clip, "view", to="slots", **sent)
    assert "<script>alert" not in answer
    assert written(answer)["text"] == words
    assert written(press(client, clip, "view", to="text", **written(answer)))["text"] == words


@pytest.mark.parametrize("words", ["[" * 100_000, "[1]", "{", '{"style": 1}'])
def test_a_proposal_that_nobody_made_changes_nothing(
    as_: As, teammate: User, clip: Clip, words: str
) -> None:
    answer = press(as_(teammate), clip, "use", proposal=words)
    assert "The proposal did not arrive whole" in panel(answer)
    assert written(answer)["motion"] == clip.motion


# -- Levers ------------------------------------------------------------------------------------


def test_a_lever_adds_its_words_to_its_slot_and_takes_them_out_again(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    with_it = press(client, clip, "lever", lever="gesture.count")
    assert field(with_it, "motion") == (
        "nods and opens one hand, counts the points off on one hand"
    )
    assert "gesture.count" in with_it.partition('data-levers-on="')[2].partition('"')[0]
    again = press(client, clip, "lever", lever="gesture.count", **written(with_it))
    assert field(again, "motion") == "nods and opens one hand"


def test_a_lever_of_the_same_group_takes_the_place_of_the_other(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    text = press(client, clip, "lever", lever="framing.close_up")
    assert field(text, "camera") == "close-up, static camera"
    moving = {"lever_speed": "slow", "lever_purpose": "emotion"}
    text = press(client, clip, "lever", lever="movement.push_in", **moving)
    assert field(text, "camera") == "medium shot, slow push-in to bring out the feeling"
    faster = {**written(text), "lever_speed": "fast", "lever_purpose": ""}
    text = press(client, clip, "lever", lever="movement.push_in", **faster)
    assert field(text, "camera") == "medium shot, fast push-in"


def test_an_expression_goes_from_one_feeling_to_another(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, faces = as_(teammate), {"lever_from": "neutral", "lever_until": "delighted"}
    text = press(client, clip, "lever", lever="expression", **faces)
    assert field(text, "motion").endswith(", expression shifts from neutral to delighted")
    other = {**written(text), **faces, "lever_from": "concerned"}
    text = press(client, clip, "lever", lever="expression", **other)
    assert field(text, "motion").endswith("hand, expression shifts from concerned to delighted")


def test_a_lever_speaks_the_language_of_the_prompt(as_: As, teammate: User, clip: Clip) -> None:
    chinese = {"style": "", "motion": "主持人看着镜头", "camera": "中景", "atmosphere": ""}
    client, turned = as_(teammate), {"lever": "movement.pull_out", "lever_speed": "slow"}
    text = press(client, clip, "lever", **chinese, **turned)
    assert field(text, "camera") == "中景，镜头缓慢拉远"
    text = press(client, clip, "lever", **written(text), **turned)
    assert field(text, "camera") == "中景"


@pytest.mark.parametrize("lever", ["", "framing.nothing", "expression"])
def test_a_lever_that_does_not_exist_changes_nothing(
    as_: As, teammate: User, clip: Clip, lever: str
) -> None:
    text = press(as_(teammate), clip, "lever", lever=lever)
    assert field(text, "motion") == clip.motion
    assert "no such lever" in panel(text)


# -- Rights ------------------------------------------------------------------------------------


def test_only_creators_of_the_organisation_use_the_desk(
    as_: As, viewer: User, outsider: User, teammate: User, clip: Clip
) -> None:
    address = reverse("clip_prompt", args=[clip.pk, "view"])
    assert as_(viewer).post(address, inputs(clip)).status_code == 403
    assert as_(outsider).post(address, inputs(clip)).status_code == 404
    assert as_(teammate).get(address).status_code == 405
    nothing = reverse("clip_prompt", args=[clip.pk, "nothing"])
    assert as_(teammate).post(nothing, inputs(clip)).status_code == 404
    page = as_(viewer).get(reverse("clip", args=[clip.pk])).text
    assert "What the engine gets" in page
    assert "prompt/view" not in page


def test_without_a_language_model_there_is_no_button_for_one(
    as_: As, teammate: User, clip: Clip
) -> None:
    assert "rewrite-prompt" not in as_(teammate).get(reverse("clip", args=[clip.pk])).text
    address = reverse("clip_prompt", args=[clip.pk, "rewrite"])
    assert as_(teammate).post(address, inputs(clip)).status_code == 404


def test_what_a_button_carries_is_the_whole_prompt(as_: As, teammate: User, clip: Clip,
                                                   take: AudioTake) -> None:  # fmt: skip
    say(take, "energetic")
    proposal = json.loads(carried(press(as_(teammate), clip, "voice")))
    assert set(proposal) == {*PARTS, "slot_order"}
