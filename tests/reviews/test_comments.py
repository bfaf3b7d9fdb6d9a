"""Comments at frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import Organisation, Role, User
from studio.reviews.models import Comment
from studio.reviews.remarks import remarks_of
from tests.conftest import person

type As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def comment(version: Version, teammate: User) -> Comment:
    return Comment.objects.create(version=version, author=teammate, frame=30, text="Lips are late")


def say(client: Client, version: Version, **said: Any) -> Any:
    return client.post(reverse("comment_new", args=[version.pk]), said)


def test_a_comment_stays_at_exactly_its_frame(as_: As, version: Version, approver: User) -> None:
    answer = say(as_(approver), version, frame=42, text="  Lips are late  ")
    comment = Comment.objects.get()
    assert (comment.frame, comment.last_frame, comment.text) == (42, None, "Lips are late")
    assert comment.timecode == "00:01:17"
    assert answer.url == f"{reverse('review', args=[version.pk])}?frame=42#comment-{comment.pk}"


def test_a_comment_about_the_whole_version_is_the_range_of_all_frames(
    as_: As, version: Version, approver: User
) -> None:
    say(as_(approver), version, frame="", whole="1", text="Too slow")
    comment = Comment.objects.get()
    assert (comment.frame, comment.last_frame) == (0, 74)
    assert "whole version" in as_(approver).get(reverse("review", args=[version.pk])).text


def test_a_comment_may_span_a_range(as_: As, version: Version, approver: User) -> None:
    say(as_(approver), version, frame=10, last_frame=35, text="Hand")
    assert "00:00:10 – 00:01:10" in as_(approver).get(reverse("review", args=[version.pk])).text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"frame": 75, "text": "x"}, "ends at frame 74"),
        ({"frame": 3, "last_frame": 99, "text": "x"}, "ends at frame 74"),
        ({"frame": 9, "last_frame": 3, "text": "x"}, "A range ends after it begins"),
        ({"frame": "", "text": "x"}, "Go to the frame that you mean"),
        ({"frame": -1, "text": "x"}, "greater than or equal to 0"),
        ({"frame": 3, "text": " "}, "Say what to change"),
        ({"frame": 3, "text": "x" * 4001}, "at most 4000 characters"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_comment_that_cannot_be_kept_comes_back_with_a_sentence_and_its_words(
    as_: As, version: Version, approver: User, said: Any, sentence: str, headers: Any
) -> None:
    address = reverse("comment_new", args=[version.pk])
    answer = as_(approver).post(address, said, headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f"{said['text'].strip()}</textarea>" in answer.text
    assert not Comment.objects.exists()
    assert ("<html" in answer.text) == (not headers)


def test_what_people_write_is_shown_and_never_run(
    as_: As, version: Version, approver: User
) -> None:
    say(as_(approver), version, frame=0, text='<script>alert("x")</script>')
    page = as_(approver).get(reverse("review", args=[version.pk])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_viewers_do_not_comment(as_: As, version: Version, viewer: User) -> None:
    answer = say(as_(viewer), version, frame=1, text="x")
    assert answer.status_code == 403
    assert "needs the role creator" in answer.text
    assert not Comment.objects.exists()


def test_approvers_and_the_author_resolve_and_reopen(
    as_: As, comment: Comment, approver: User, teammate: User, studio_org: Organisation
) -> None:
    resolve = reverse("comment_resolve", args=[comment.pk])
    colleague = person(studio_org, "Cleo", Role.CREATOR)
    assert as_(colleague).post(resolve).status_code == 403
    for somebody in (approver, teammate):
        as_(somebody).post(resolve)
        comment.refresh_from_db()
        assert comment.resolved_by == somebody
        as_(somebody).post(reverse("comment_reopen", args=[comment.pk]))
        comment.refresh_from_db()
        assert comment.resolved_at is None


def test_only_its_author_takes_a_comment_back_and_then_it_is_gone_from_the_page(
    as_: As, comment: Comment, approver: User, teammate: User
) -> None:
    take_back = reverse("comment_take_back", args=[comment.pk])
    assert as_(approver).post(take_back).status_code == 403
    answer = as_(teammate).post(take_back, headers=HTMX)
    assert "Lips are late" not in answer.text
    comment.refresh_from_db()
    assert comment.removed_at is not None
    assert as_(teammate).post(take_back).status_code == 404


def test_resolving_by_htmx_answers_with_the_list_the_bar_and_the_marks(
    as_: As, comment: Comment, approver: User
) -> None:
    answer = as_(approver).post(reverse("comment_resolve", args=[comment.pk]), headers=HTMX)
    assert "Open again" in answer.text
    assert "data-resolved" in answer.text
    assert 'hx-swap-oob="innerHTML:[data-marks]"' in answer.text


def test_a_comments_picture_is_the_tile_of_the_film_strip_nearest_to_its_frame(
    version: Version, teammate: User
) -> None:
    member = teammate.memberships.get()
    boxes = [
        remarks_of(version, [Comment(version=version, author=teammate, frame=n)], member)[0]
        for n in (0, 37, 74)
    ]
    assert [box.tile_box for box in boxes] == ["0 0 1 1.0000", "5 0 1 1.0000", "11 0 1 1.0000"]
