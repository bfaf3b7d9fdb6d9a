"""The storyboard: what its tiles say, and what the page costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake, Look
from jobs import ordering
from jobs.models import State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Comment, Decision, Verdict
from studio.storyboard import tiles
from tests.conftest import STANDARD, make_job, make_version
from tests.storyboard.boards import add, board, tile_of

type As = Callable[[User], Client]


def test_an_empty_project_teaches_the_first_step(as_: As, teammate: User, project: Project) -> None:
    page = board(as_(teammate), project)
    assert "No clips yet" in page
    assert "Add the first clip" in page


def test_a_tile_says_what_is_missing(project: Project, teammate: User, look: Look) -> None:
    clip = add_clip(project, title="New", engine_model=STANDARD, by=teammate, look=look)
    assert tile_of(clip).sentence == "Needs a take and a motion prompt"
    assert tile_of(add(project, teammate, "Bare")).sentence == (
        "Needs a look, a take and a motion prompt"
    )


def test_a_complete_clip_says_what_generating_it_costs(clip: Clip) -> None:
    assert tile_of(clip).sentence == "Ready to generate for $0.17"
    assert tile_of(clip).url == reverse("clip", args=[clip.pk])


def test_an_input_that_stops_the_clip_is_said_on_its_tile(clip: Clip, take: AudioTake) -> None:
    AudioTake.objects.filter(pk=take.pk).update(duration_seconds=Decimal("1.2"))
    assert tile_of(clip).symbol == "blocked"
    assert "1.2 s" in tile_of(clip).sentence


@pytest.mark.parametrize(
    ("motion", "symbol", "words"),
    [
        ("shows {product}", "blocked", "product"),
        ("nods in a red dress", "ready", "Ready to generate for $0.17, with 1 warning"),
    ],
)
def test_what_the_checks_say_about_the_prompt_is_said_on_its_tile(
    clip: Clip, motion: str, symbol: str, words: str
) -> None:
    Clip.objects.filter(pk=clip.pk).update(motion=motion)
    assert tile_of(clip).symbol == symbol
    assert words in tile_of(clip).sentence


@pytest.mark.parametrize(
    ("fields", "key", "words"),
    [
        ({"state": State.QUEUED}, "rendering", "v1 next to be sent"),
        ({"state": State.FAILED, "error_message": "No face. Choose another look."}, "attention",
         "v1 failed: No face. Nothing was charged."),
        ({"state": State.UNKNOWN, "next_at": None}, "attention",
         "v1 answer lost; probably paid: needs settling"),
        ({"state": State.CANCELLED}, "ready", "Ready to generate for $0.17"),
    ],
)  # fmt: skip
def test_a_tile_says_how_its_latest_job_stands(
    clip: Clip, teammate: User, fields: dict[str, Any], key: str, words: str
) -> None:
    make_job(clip, teammate, **fields)
    assert (tile_of(clip).key, tile_of(clip).sentence) == (key, words)


def test_a_finished_version_shows_its_frame_and_leads_to_its_review(
    as_: As, teammate: User, approver: User, clip: Clip, version: Version
) -> None:
    Comment.objects.create(version=version, author=approver, frame=3, text="Lips")
    tile = tile_of(clip)
    assert tile.url == reverse("review", args=[version.pk])
    assert tile.sentence == "v1 waits for Mara"
    assert tile.open_comments == 1
    page = board(as_(teammate), clip.project)
    assert reverse("version_film_strip", args=[version.pk]) in page
    assert reverse("clip", args=[clip.pk]) in page  # the editor is reachable as well


def test_an_approved_version_is_seen_to_be_approved(
    as_: As, teammate: User, approver: User, clip: Clip, version: Version
) -> None:
    Decision.objects.create(
        version=version, version_sha256=version.sha256, by=approver, verdict=Verdict.APPROVE,
        stage=version.clip.project.stages.get(),
    )  # fmt: skip
    assert tile_of(clip).key == "approved"
    page = board(as_(teammate), clip.project)
    assert re.search(r"<b>1</b> of 1 approved", page)
    assert "v1 approved by Mara" in page


def test_the_price_so_far_tells_spent_from_held(clip: Clip, teammate: User) -> None:
    assert tile_of(clip).cost == ""
    ordering.order(clip, by=teammate)
    assert tile_of(clip).cost == "$0.17 held"


def test_the_budget_is_shown_with_what_is_left(
    as_: As, teammate: User, clip: Clip, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(budget_amount=Decimal("2.00"))
    clip.refresh_from_db()
    ordering.order(clip, by=teammate)
    page = board(as_(teammate), project)
    assert "<b>$0.17</b> held" in page
    assert "<b>$1.83</b> left" in page


def test_the_list_has_the_same_facts_as_the_board(
    as_: As, teammate: User, clip: Clip, version: Version
) -> None:
    page = board(as_(teammate), clip.project, view="list")
    assert "<table" in page
    for fact in ("Welcome", "3.0 s", "v1 waits for", reverse("review", args=[version.pk])):
        assert fact in page


def test_pictures_of_most_clips_decide_the_frame(clip: Clip, teammate: User, look: Look) -> None:
    Look.objects.filter(pk=look.pk).update(width=1080, height=1920)
    assert tiles.shape(tiles.tiles_of(clip.project)) == "tall"
    Look.objects.filter(pk=look.pk).update(width=1920, height=1080)
    assert tiles.shape(tiles.tiles_of(clip.project)) == "wide"


@pytest.mark.parametrize("name", ["storyboard", "storyboard_live"])
def test_forty_clips_cost_as_many_queries_as_three(
    as_: As,
    teammate: User,
    approver: User,
    clip: Clip,
    name: str,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    def grow(count: int) -> None:
        for at in range(count):
            one = add(clip.project, teammate, f"Clip {at}", like=clip)
            version = make_version(make_job(one, teammate))
            Comment.objects.create(version=version, author=approver, frame=1, text="Lips")
            if at % 2:
                make_job(one, teammate, number=2)

    client, address = as_(teammate), reverse(name, args=[clip.project_id])
    grow(3)
    client.get(address)
    cache.clear()
    with django_assert_max_num_queries(44) as few:
        client.get(address)
    grow(37)
    cache.clear()
    with django_assert_num_queries(len(few)):
        client.get(address)
