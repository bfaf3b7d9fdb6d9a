"""An animatic is watched and commented like any version; nobody decides on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from jobs import animatics
from jobs.models import Animatic, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from studio.reviews.standing import status_of
from tests.conftest import make_animatic

type As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def animatic(clip: Clip, teammate: User) -> Animatic:
    return make_animatic(clip, teammate)


def room(client: Client, animatic: Animatic, query: str = "") -> str:
    answer = client.get(reverse("animatic", args=[animatic.pk]) + query)
    assert answer.status_code == 200
    return answer.text


def say(client: Client, animatic: Animatic, **said: object) -> object:
    return client.post(reverse("animatic_comment_new", args=[animatic.pk]), said)


def test_it_is_played_by_the_same_player_with_the_same_frames(
    as_: As, animatic: Animatic, viewer: User
) -> None:
    html = room(as_(viewer), animatic, "?frame=42")
    assert 'data-rate-numerator="25"' in html
    assert 'data-frames="75"' in html
    assert 'data-start-frame="42"' in html
    assert f'src="{reverse("animatic_video", args=[animatic.pk])}"' in html


def test_it_says_that_it_is_a_free_draft_and_asks_for_no_decision(
    as_: As, animatic: Animatic, approver: User
) -> None:
    html = room(as_(approver), animatic)
    assert "Animatic 1, free draft" in html
    for fact in ("Ines, look 1", "Friendly presenter", "Theo"):
        assert fact in html
    assert 'id="decision"' not in html
    assert "Approve" not in html
    assert "about the whole animatic" in html


def test_nothing_is_offered_to_guests_who_see_no_animatics(
    as_: As, animatic: Animatic, version: Version, teammate: User
) -> None:
    client = as_(teammate)
    assert 'name="is_shared"' not in room(client, animatic)
    assert 'name="is_shared"' in client.get(reverse("review", args=[version.pk])).text


def test_a_comment_lands_at_its_frame_and_is_resolved_like_any_other(
    as_: As, animatic: Animatic, teammate: User, approver: User
) -> None:
    say(as_(teammate), animatic, frame=31, text="Slower here")
    comment = Comment.objects.get()
    assert (comment.animatic, comment.version, comment.frame) == (animatic, None, 31)
    assert (comment.timecode, comment.organisation) == ("00:01:06", animatic.organisation)
    html = room(as_(approver), animatic)
    assert "Slower here" in html
    assert f"{reverse('animatic', args=[animatic.pk])}?frame=31#comment-{comment.pk}" in html
    assert reverse("animatic_film_strip", args=[animatic.pk]) in html
    answer = as_(approver).post(reverse("comment_resolve", args=[comment.pk]), headers=HTMX)
    assert answer.status_code == 200
    assert 'id="decision"' not in answer.text
    comment.refresh_from_db()
    assert comment.resolved_by == approver


def test_a_comment_about_the_whole_says_so(as_: As, animatic: Animatic, teammate: User) -> None:
    client = as_(teammate)
    say(client, animatic, whole="1", text="Too long")
    assert "whole animatic" in room(client, animatic)


def test_a_frame_that_it_does_not_have_comes_back_with_what_was_typed(
    as_: As, animatic: Animatic, teammate: User
) -> None:
    address = reverse("animatic_comment_new", args=[animatic.pk])
    for headers in ({}, HTMX):
        answer = as_(teammate).post(
            address, {"frame": 75, "text": "Beyond the end"}, headers=headers
        )
        assert answer.status_code == 422
        assert "This animatic ends at frame 74." in answer.text
        assert "Beyond the end" in answer.text
        assert f'action="{address}"' in answer.text
    assert not Comment.objects.exists()


def test_others_see_the_comment_live(
    as_: As, animatic: Animatic, teammate: User, approver: User
) -> None:
    client = as_(approver)
    found = re.search(r'hx-get="([^"]+/live/\?seen=[^"]+)"', room(client, animatic))
    assert found
    assert client.get(found[1]).status_code == 204
    Comment.objects.create(animatic=animatic, author=teammate, frame=3, text="Lips")
    news = client.get(found[1])
    assert news.status_code == 200
    assert "Lips" in news.text


def test_before_it_is_drawn_the_page_shows_where_it_stands_and_takes_no_comment(
    as_: As, clip: Clip, teammate: User
) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    client = as_(teammate)
    html = room(client, asked)
    assert "Next to be drawn" in html
    assert 'hx-select="#player"' in html
    assert "comment-form" not in html
    assert client.post(reverse("animatic_comment_new", args=[asked.pk])).status_code == 403
    animatics.cancel(asked)
    assert "hx-select" not in room(client, asked)
    asking = client.get(reverse("animatic", args=[asked.pk]), headers=HTMX)
    assert (asking.status_code, asking["HX-Refresh"]) == (204, "true"), "the page loads itself anew"


def test_changed_inputs_make_it_out_of_date_and_it_stays_as_it_was(
    as_: As, animatic: Animatic, teammate: User
) -> None:
    client = as_(teammate)
    assert "Out of date" not in room(client, animatic)
    Clip.objects.filter(pk=animatic.clip_id).update(motion="waves")
    html = room(client, animatic)
    assert "Out of date: the clip's inputs were changed since." in html
    assert "nods and opens one hand" in html, "what it was drawn from"
    assert Animatic.objects.count() == 1, "nothing is redone by itself"
    newer = make_animatic(Clip.objects.get(pk=animatic.clip_id), teammate)
    assert f'href="{reverse("animatic", args=[newer.pk])}"' in room(client, animatic)


def test_a_comment_is_about_one_thing(animatic: Animatic, version: Version, teammate: User) -> None:
    for both in ({}, {"animatic": animatic, "version": version}):
        with pytest.raises(IntegrityError, match="comment_on_one_footage"), transaction.atomic():
            Comment.objects.create(author=teammate, frame=1, text="x", **both)


def test_comments_on_an_animatic_are_not_those_of_a_version(
    animatic: Animatic, version: Version, teammate: User
) -> None:
    Comment.objects.create(animatic=animatic, author=teammate, frame=1, text="x")
    assert status_of([version])[version.pk].open_comments == 0


def test_an_outsider_can_do_nothing_to_a_comment_on_it(
    as_: As, animatic: Animatic, teammate: User, outsider: User
) -> None:
    comment = Comment.objects.create(animatic=animatic, author=teammate, frame=1, text="x")
    for name in ("comment_resolve", "comment_reopen", "comment_take_back"):
        assert as_(outsider).post(reverse(name, args=[comment.pk])).status_code == 404


def test_who_only_watches_comments_nothing(as_: As, animatic: Animatic, viewer: User) -> None:
    assert "comment-form" not in room(as_(viewer), animatic)
    address = reverse("animatic_comment_new", args=[animatic.pk])
    assert as_(viewer).post(address, {"frame": 1, "text": "x"}).status_code == 403


def test_a_hundred_comments_cost_no_more_queries(
    as_: As, animatic: Animatic, teammate: User, django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client, address = as_(teammate), reverse("animatic", args=[animatic.pk])
    Comment.objects.create(animatic=animatic, author=teammate, frame=1, text="x")
    client.get(address)
    with django_assert_max_num_queries(25) as few:
        client.get(address)
    Comment.objects.bulk_create(
        Comment(animatic=animatic, author=teammate, frame=n % 75, text="x") for n in range(100)
    )
    with django_assert_num_queries(len(few)):
        client.get(address)
