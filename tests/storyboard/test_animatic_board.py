"""Animatics on the storyboard and in the clip editor: marked, never mistaken for a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jobs import animatics
from jobs.models import Animatic, Drawing
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from studio.storyboard.playthrough import scenes_of
from tests.conftest import make_animatic, make_job, make_version
from tests.storyboard.boards import add, board, live, seen, tile_of

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def change(clip: Clip) -> None:
    clip.motion = f"{clip.motion} slowly"
    clip.save()


def test_a_clip_without_a_version_shows_its_animatic_and_says_so(
    as_: As, clip: Clip, teammate: User
) -> None:
    drawn = make_animatic(clip, teammate)
    tile = tile_of(clip)
    assert tile.picture_url == reverse("animatic_poster", args=[drawn.pk])
    assert tile.draft_words == "Animatic 1"
    page = board(as_(teammate), clip.project)
    assert "ANIMATIC" in page
    assert reverse("animatic", args=[drawn.pk]) in page
    assert f'data-scrub="{reverse("animatic_film_strip", args=[drawn.pk])}"' in page
    assert tile.sentence.startswith("Ready to generate for $0.17"), "it is no version"


def test_an_animatic_of_other_inputs_is_called_out_of_date(
    as_: As, clip: Clip, teammate: User
) -> None:
    make_animatic(clip, teammate)
    change(clip)
    assert tile_of(clip).draft_words == "Animatic 1, out of date"
    assert "Animatic 1, out of date" in board(as_(teammate), clip.project)
    assert Animatic.objects.count() == 1


def test_inputs_that_were_put_back_are_shown_by_the_animatic_of_then(
    as_: As, clip: Clip, teammate: User
) -> None:
    first, motion = make_animatic(clip, teammate), clip.motion
    change(clip)
    make_animatic(clip, teammate)
    clip.motion = motion
    clip.save()
    tile = tile_of(clip)
    assert tile.draft.ready == first
    assert (tile.draft_words, tile.draft.is_wanting) == ("Animatic 1", False)
    (scene,) = scenes_of(clip.project)
    assert (scene.name, scene.is_wanting) == ("animatic 1", False), "nothing else would be drawn"
    assert "Watch animatic 1" in editor(as_(teammate), clip)


def test_once_there_is_a_version_its_frame_is_shown(as_: As, clip: Clip, teammate: User) -> None:
    drawn = make_animatic(clip, teammate)
    version = make_version(make_job(clip, teammate))
    tile = tile_of(clip)
    assert tile.picture_url == reverse("version_poster", args=[version.pk])
    assert (tile.shows_draft, tile.draft_words) == (False, "")
    page = board(as_(teammate), clip.project)
    assert "ANIMATIC" not in page
    assert f"Watch the {drawn.name}" in page


def test_the_board_follows_the_drawing_and_stops_asking(
    as_: As, clip: Clip, teammate: User
) -> None:
    client = as_(teammate)
    assert "every 2s" not in board(client, clip.project)
    asked, _ = animatics.draft(clip, by=teammate)
    page = board(client, clip.project)
    assert "every 2s" in page
    assert "Animatic: next to be drawn" in page
    before = seen(clip.project)
    make_animatic(clip, teammate)
    news = live(client, clip.project, before)
    assert "every 2s" not in news
    assert f'id="tile-{clip.pk}"' in news
    assert reverse("animatic_poster", args=[asked.pk]) in news


def test_while_it_is_drawn_only_its_words_are_sent(as_: As, clip: Clip, teammate: User) -> None:
    animatics.draft(clip, by=teammate)
    news = live(as_(teammate), clip.project, seen(clip.project))
    assert f'id="draft-{clip.pk}" hx-swap-oob="true"' in news
    assert f'id="tile-{clip.pk}"' not in news


def test_the_menu_offers_to_draft_and_to_cancel(
    as_: As, clip: Clip, teammate: User, viewer: User
) -> None:
    client = as_(teammate)
    assert reverse("animatic_new", args=[clip.pk]) in board(client, clip.project)
    assert reverse("animatic_new", args=[clip.pk]) not in board(as_(viewer), clip.project)
    asked, _ = animatics.draft(clip, by=teammate)
    page = board(client, clip.project)
    assert reverse("animatic_new", args=[clip.pk]) not in page
    assert reverse("animatic_cancel", args=[asked.pk]) in page


def test_a_drawing_that_failed_says_why(clip: Clip, teammate: User) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    Animatic.objects.filter(pk=asked.pk).update(
        state=Drawing.FAILED, problem="The picture cannot be drawn: it is none."
    )
    assert "not drawn: The picture cannot be drawn" in tile_of(clip).draft_words
    change(clip)
    assert tile_of(clip).draft_words == "", "other inputs may do"


def test_open_comments_on_the_animatic_are_counted_on_the_tile(clip: Clip, teammate: User) -> None:
    drawn = make_animatic(clip, teammate)
    Comment.objects.create(animatic=drawn, author=teammate, frame=1, text="x")
    assert tile_of(clip).open_comments == 1


def test_forty_animatics_cost_as_many_queries_as_three(
    as_: As,
    clip: Clip,
    teammate: User,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    def grow(count: int) -> None:
        for at in range(count):
            one = add(clip.project, teammate, f"Clip {at}", like=clip)
            Comment.objects.create(
                animatic=make_animatic(one, teammate), author=teammate, frame=1, text="x"
            )
            change(one)
            animatics.draft(one, by=teammate)

    client, address = as_(teammate), reverse("storyboard", args=[clip.project_id])
    grow(3)
    client.get(address)
    cache.clear()
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    grow(37)
    cache.clear()
    with django_assert_num_queries(len(few)):
        client.get(address)


# -- In the clip editor ------------------------------------------------------------------------


def editor(client: Client, clip: Clip) -> str:
    return client.get(reverse("clip", args=[clip.pk])).text


def form_of(clip: Clip, **changed: str) -> dict[str, str]:
    return {
        "title": clip.title, "look": str(clip.look_id or ""), "take": str(clip.take_id or ""),
        "preset": "", "engine_model": clip.engine_model, "revision": str(clip.revision),
        **clip.prompt_slots(), **changed,
    }  # fmt: skip


def test_the_button_saves_what_was_typed_and_drafts_exactly_that(
    as_: As, clip: Clip, teammate: User
) -> None:
    client = as_(teammate)
    assert "Draft it: free animatic" in editor(client, clip)
    answer = client.post(reverse("clip_draft", args=[clip.pk]), form_of(clip, motion="waves"))
    assert answer.status_code == 302
    clip.refresh_from_db()
    asked = Animatic.objects.get()
    assert (clip.motion, asked.is_of(clip)) == ("waves", True)
    page = editor(client, clip)
    assert "Next to be drawn" in page
    assert reverse("clip_draft_live", args=[clip.pk]) in page
    assert reverse("animatic_cancel", args=[asked.pk]) in page


def test_a_form_that_is_not_valid_drafts_nothing(as_: As, clip: Clip, teammate: User) -> None:
    answer = as_(teammate).post(reverse("clip_draft", args=[clip.pk]), form_of(clip, title=""))
    assert answer.status_code == 422
    assert not Animatic.objects.exists()


def test_somebody_elses_change_is_not_drafted_over(as_: As, clip: Clip, teammate: User) -> None:
    form = form_of(clip, motion="mine")
    Clip.objects.filter(pk=clip.pk).update(revision=clip.revision + 1, motion="theirs")
    answer = as_(teammate).post(reverse("clip_draft", args=[clip.pk]), form)
    assert answer.status_code == 422
    assert not Animatic.objects.exists()


def test_the_part_beside_the_versions_stops_asking_once_it_can_be_watched(
    as_: As, clip: Clip, teammate: User
) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    client, address = as_(teammate), reverse("clip_draft_live", args=[clip.pk])
    assert "every 2s" in client.get(address).text
    make_animatic(clip, teammate)
    part = client.get(address).text
    assert "every 2s" not in part
    assert reverse("animatic", args=[asked.pk]) in part
    assert "Shows the inputs" in part
    change(clip)
    assert "Out of date: its inputs were changed" in client.get(address).text
