"""A guest says what is wrong, not which input cures it: somebody of the team sorts that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews import guests

type As = Callable[[User], Client]


@pytest.fixture
def said(version: Version, teammate: User) -> Comment:
    """What a guest said at a frame of the version."""
    _, token = guests.make_link(version, teammate)
    guests.say(guests.guest_at(token), token, version, text="Her hand is odd.", frame=10)
    return Comment.objects.get()


def sort(browser: Client, comment: Comment, category: str) -> int:
    address = reverse("comment_sort", args=[comment.pk])
    return browser.post(address, {"category": category}).status_code


def test_a_creator_says_which_input_cures_what_a_guest_sees(
    as_: As, said: Comment, version: Version, teammate: User
) -> None:
    browser = as_(teammate)
    room = browser.get(reverse("review", args=[version.pk])).text
    assert f'id="sort-{said.pk}"' in room
    assert sort(browser, said, "prompt") == 302
    said.refresh_from_db()
    assert said.category == "prompt"
    assert sort(browser, said, "") == 302
    said.refresh_from_db()
    assert said.category == ""


def test_nobody_has_a_category_that_does_not_exist(as_: As, said: Comment, teammate: User) -> None:
    sort(as_(teammate), said, "weather")
    said.refresh_from_db()
    assert said.category == ""


def test_a_member_s_comment_is_not_sorted_by_others(
    as_: As, version: Version, teammate: User, approver: User
) -> None:
    comment = Comment.objects.create(version=version, author=approver, frame=3, text="Too fast.")
    browser = as_(teammate)
    assert f'id="sort-{comment.pk}"' not in browser.get(reverse("review", args=[version.pk])).text
    assert sort(browser, comment, "prompt") == 403


def test_outsiders_and_viewers_sort_nothing(
    as_: As, said: Comment, outsider: User, viewer: User
) -> None:
    assert sort(as_(outsider), said, "prompt") == 404
    assert sort(as_(viewer), said, "prompt") == 403
