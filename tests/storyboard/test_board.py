"""The storyboard: the running order, what is done to it, and how the page follows its jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs import ordering
from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Comment, Decision, Verdict
from studio.storyboard import tiles
from tests.conftest import STANDARD, make_job, make_version

type As = Callable[[User], Client]


def add(project: Project, by: User, title: str, like: Clip | None = None) -> Clip:
    inputs = {"look": like.look, "take": like.take, "motion": "nods"} if like else {}
    return add_clip(project, title=title, engine_model=STANDARD, by=by, **inputs)


def order(project: Project) -> list[str]:
    return [clip.title for clip in project.clips.open()]


def tile_of(clip: Clip) -> tiles.Tile:
    return next(one for one in tiles.tiles_of(clip.project) if one.clip.pk == clip.pk)


def board(client: Client, project: Project, **query: str) -> str:
    return client.get(reverse("storyboard", args=[project.pk]), query).text


def live(client: Client, project: Project, seen: str, **query: str) -> str:
    address = reverse("storyboard_live", args=[project.pk])
    return client.get(address, query | {"seen": seen}, headers={"HX-Request": "true"}).text


def seen(project: Project) -> str:
    return tiles.seen(tiles.tiles_of(project))


# -- What the page says ------------------------------------------------------------------------


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


# -- What is done to the running order ---------------------------------------------------------


def test_a_new_clip_goes_to_the_end_and_opens_in_the_editor(
    as_: As, teammate: User, clip: Clip, project: Project
) -> None:
    answer = as_(teammate).post(reverse("clip_new", args=[project.pk]), {"title": "Second"})
    assert order(project) == ["Welcome", "Second"]
    assert answer.headers["Location"] == reverse(
        "clip", args=[project.clips.get(title="Second").pk]
    )


def test_a_clip_without_a_title_is_refused_beside_the_field(
    as_: As, teammate: User, project: Project
) -> None:
    answer = as_(teammate).post(reverse("clip_new", args=[project.pk]), {"title": " "})
    assert answer.status_code == 422
    assert "Give the clip a title" in answer.text
    assert "data-dialog-now" in answer.text
    assert not project.clips.exists()


def test_a_clip_is_moved_and_the_others_close_up(as_: As, teammate: User, project: Project) -> None:
    clips = [add(project, teammate, title) for title in "abcd"]
    address = reverse("clip_move", args=[clips[3].pk])
    htmx = {"HX-Request": "true"}
    assert as_(teammate).post(address, {"position": 1}, headers=htmx).status_code == 204
    assert order(project) == ["a", "d", "b", "c"]
    assert as_(teammate).post(address, {"position": 99}).status_code == 302
    assert order(project) == ["a", "b", "c", "d"]
    assert as_(teammate).post(address, {"position": "top"}).status_code == 422


def test_a_removed_clip_can_be_put_back_where_it_was(
    as_: As, teammate: User, project: Project
) -> None:
    clips = [add(project, teammate, title) for title in "abc"]
    client = as_(teammate)
    page = client.post(reverse("clip_remove", args=[clips[1].pk]), follow=True).text
    assert order(project) == ["a", "c"]
    assert "“b” is out of the running order" in page
    assert reverse("clip_put_back", args=[clips[1].pk]) in page
    client.post(reverse("clip_put_back", args=[clips[1].pk]))
    assert order(project) == ["a", "b", "c"]
    assert "out of the running order" not in board(client, project, removed=str(clips[1].pk))


def test_a_removed_clip_can_be_looked_at_but_not_changed(
    as_: As, teammate: User, clip: Clip
) -> None:
    clip.remove(by=teammate)
    client = as_(teammate)
    page = client.get(reverse("clip", args=[clip.pk])).text
    assert "was removed from the running order" in page
    assert "Generate v" not in page
    answer = client.post(reverse("clip_generate", args=[clip.pk]), {"number": 1, "price": "0.168"})
    assert answer.status_code == 403
    assert not AvatarJob.objects.exists()


# -- Following the jobs ------------------------------------------------------------------------


def test_the_page_asks_for_news_only_while_a_job_is_active(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    assert "hx-trigger" not in board(client, clip.project)
    job = make_job(clip, teammate)
    assert 'hx-trigger="every 2s"' in board(client, clip.project)
    before = seen(clip.project)
    assert 'hx-trigger="every 2s"' in live(client, clip.project, before)
    make_version(job)
    after = live(client, clip.project, before)
    assert 'id="live"' in after
    assert "hx-trigger" not in after
    assert "v1 waits for" in after  # the last answer brings the news along


def test_a_live_answer_swaps_only_what_differs(as_: As, teammate: User, clip: Clip) -> None:
    other = add(clip.project, teammate, "Quiet one", like=clip)
    job = make_job(clip, teammate)
    before = seen(clip.project)
    answer = live(as_(teammate), clip.project, before)
    assert f'id="now-{clip.pk}"' in answer  # an active sentence is always fresh
    assert f'id="tile-{clip.pk}"' not in answer
    assert str(other.pk) not in answer
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    answer = live(as_(teammate), clip.project, before)
    assert f'id="tile-{clip.pk}"' in answer
    assert 'hx-swap-oob="true"' in answer
    assert str(other.pk) not in answer


def test_news_that_were_written_long_before_they_were_committed_are_not_missed(
    as_: As, teammate: User, clip: Clip
) -> None:
    job = make_job(clip, teammate)
    before = seen(clip.project)
    version = make_version(job)
    long_ago = timezone.now() - timedelta(hours=1)
    Version.objects.filter(pk=version.pk).update(created_at=long_ago)
    AvatarJob.objects.filter(pk=job.pk).update(state_at=long_ago)
    assert f'id="tile-{clip.pk}"' in live(as_(teammate), clip.project, before)


def test_a_new_order_swaps_the_whole_board(as_: As, teammate: User, clip: Clip) -> None:
    make_job(clip, teammate)
    before = seen(clip.project)
    other = add(clip.project, teammate, "Came in meanwhile")
    answer = live(as_(teammate), clip.project, before)
    assert 'id="board"' in answer
    assert str(other.pk) in answer
    assert live(as_(teammate), clip.project, "nonsense").count('id="board"') == 1


def test_rows_of_the_list_come_in_templates_so_that_a_parser_keeps_them(
    as_: As, teammate: User, clip: Clip
) -> None:
    job = make_job(clip, teammate)
    before = seen(clip.project)
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    answer = live(as_(teammate), clip.project, before, view="list")
    assert re.search(rf'<template>\s*<tr id="tile-{clip.pk}"', answer)
    assert "view=list" in answer


def test_a_queued_job_can_be_cancelled_from_its_tile(as_: As, teammate: User, clip: Clip) -> None:
    job = make_job(clip, teammate)
    client, address = as_(teammate), reverse("job_cancel", args=[job.pk])
    assert address in board(client, clip.project)
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    assert address not in board(client, clip.project)


def test_cancelling_leads_back_to_where_it_was_pressed_and_nowhere_else(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, home = as_(teammate), reverse("storyboard", args=[clip.project_id])
    for number, (wanted, leads_to) in enumerate(
        [(home, home), ("https://evil.example/", ""), ("", "")], start=1
    ):
        clip.refresh_from_db()
        job = ordering.order(clip, by=teammate, number=number)
        answer = client.post(reverse("job_cancel", args=[job.pk]), {"next": wanted})
        assert answer.headers["Location"] == (leads_to or reverse("job", args=[job.pk]))


# -- Cost of the page --------------------------------------------------------------------------


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
