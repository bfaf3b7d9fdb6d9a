"""What a browser sends as a drawing is read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.drawing import COLOURS, MAX_SHAPES, NotADrawing, read_drawing
from studio.reviews.models import Comment

type As = Callable[[User], Client]

BOX = {"tool": "box", "colour": "red", "points": [[0.25, 0.1], [0.75, 0.4]]}


def shape(**other: Any) -> str:
    return json.dumps([BOX | other])


def test_a_drawing_alone_is_a_comment(as_: As, version: Version, approver: User) -> None:
    answer = as_(approver).post(
        reverse("comment_new", args=[version.pk]), {"frame": 7, "drawing": shape()}
    )
    assert answer.status_code == 302
    comment = Comment.objects.get()
    assert (comment.frame, comment.text, comment.drawing) == (7, "", [BOX])
    html = as_(approver).get(reverse("review", args=[version.pk])).text
    assert "drawing</span>" in html
    assert "data-drawn=" in html


@pytest.mark.parametrize("sent", ["", "  ", "[]"])
def test_nothing_drawn_is_no_drawing(sent: str) -> None:
    assert read_drawing(sent) is None


@pytest.mark.parametrize(
    "sent",
    [
        "no", "{}", "[1]", "null", "[" * 5000,
        shape(tool="laser"), shape(tool=["pen"]), shape(colour="url(x)"), shape(points=[[0, 0]]),
        shape(points=[[0, 0], [1.01, 0]]), shape(points=[[0, 0], [-0.01, 0]]),
        shape(points=[[0, 0], [True, 0]]), shape(points=[[0, 0], ["0", 0]]),
        shape(points=[[0, 0], [0, 0, 0]]), shape(points=[[0, 0], [float("nan"), 0]]),
        shape(tool="text", points=[[0, 0]]), shape(tool="text", points=[[0, 0]], words=" "),
        shape(tool="pen", points=[[0, 0]] * 501), json.dumps([BOX] * (MAX_SHAPES + 1)),
        " " + "x" * 200_001,
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_with_a_sentence(sent: str) -> None:
    with pytest.raises(NotADrawing) as refused:
        read_drawing(sent)
    assert str(refused.value).endswith(".")


def test_a_refused_drawing_loses_no_words(as_: As, version: Version, approver: User) -> None:
    answer = as_(approver).post(
        reverse("comment_new", args=[version.pk]),
        {"frame": 7, "drawing": "[1]", "text": "Look here"},
    )
    assert answer.status_code == 422
    assert "Look here</textarea>" in answer.text
    assert not Comment.objects.exists()


def test_only_what_is_known_is_kept() -> None:
    sent = shape(script="alert(1)", words="none", points=[[0.123456, 0], [1, 1]])
    assert read_drawing(sent) == [
        {"tool": "box", "colour": "red", "points": [[0.1235, 0.0], [1.0, 1.0]]}
    ]
    words = shape(tool="text", points=[[0, 0]], words="  late \n lips ")
    assert read_drawing(words) == [
        {"tool": "text", "colour": "red", "points": [[0.0, 0.0]], "words": "late lips"}
    ]


@pytest.mark.parametrize("sign", ["\x00", "\ud800", "\x1b", "\u202e"])
def test_signs_that_no_database_or_font_has_are_not_kept(
    as_: As, version: Version, approver: User, sign: str
) -> None:
    sent = shape(tool="text", points=[[0, 0]], words=f"late{sign}lips")
    browser = as_(approver)
    browser.post(reverse("comment_new", args=[version.pk]), {"frame": 7, "drawing": sent})
    assert Comment.objects.get().drawing == [
        {"tool": "text", "colour": "red", "points": [[0.0, 0.0]], "words": "late lips"}
    ]
    report = browser.get(reverse("export_version", args=[version.pk, "pdf"]))
    assert report.status_code == 200


share = st.floats(0, 1).map(lambda number: round(number, 4))


@given(st.lists(st.tuples(share, share), min_size=2, max_size=50), st.sampled_from(COLOURS))
def test_what_was_read_reads_again_as_the_same(points: list[Any], colour: str) -> None:
    once = read_drawing(shape(tool="pen", colour=colour, points=points))
    assert once is not None
    assert read_drawing(json.dumps(once)) == once


def test_a_comment_says_something(version: Version, approver: User) -> None:
    with pytest.raises(IntegrityError, match="comment_says_something"), transaction.atomic():
        Comment.objects.create(version=version, author=approver, frame=1)
