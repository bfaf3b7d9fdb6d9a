"""From what a review asks for to the next attempt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.deciding import decide
from studio.reviews.models import Category, Comment, Point, Verdict
from studio.storyboard.fixing import cures_for
from tests.conftest import make_job, make_version

type As = Callable[[User], Client]


@pytest.fixture
def sent_back(version: Version, approver: User) -> Version:
    """v1, sent back with something to say about every input."""
    for frame, (category, text) in enumerate(
        [
            (Category.IMAGE, "Her collar is cut off"),
            (Category.AUDIO, "There is a hum"),
            (Category.PROMPT, "Please have her wave at the end"),
            (Category.ENGINE, "Teeth flicker"),
            ("", "Something is odd"),
        ]
    ):
        Comment.objects.create(
            version=version, author=approver, frame=frame, category=category, text=text
        )
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="see comments")
    return version


def test_open_comments_are_grouped_by_the_input_that_cures_them(sent_back: Version) -> None:
    assert [(one.owner, [asked.comment.text for asked in one.asked])
            for one in cures_for(sent_back, {})] == [
        ("image", ["Her collar is cut off"]),
        ("audio", ["There is a hum"]),
        ("prompt", ["Please have her wave at the end"]),
        ("engine", ["Teeth flicker"]),
        ("", ["Something is odd"]),
    ]  # fmt: skip


def test_levers_that_name_what_is_asked_for_are_offered(sent_back: Version) -> None:
    [prompt] = [one for one in cures_for(sent_back, {}) if one.owner == "prompt"]
    assert "gesture.wave" in [lever.key for lever in prompt.levers]


def test_a_point_of_the_checklist_brings_its_levers(version: Version, approver: User) -> None:
    Comment.objects.create(
        version=version, author=approver, frame=1, text="No", category=Category.PROMPT,
        point=Point.CAMERA,
    )  # fmt: skip
    [prompt] = cures_for(version, {})
    assert {lever.group for lever in prompt.levers} == {"framing"}
    assert len(prompt.levers) == 6


def test_what_was_not_fixed_before_is_asked_again(
    sent_back: Version, clip: Clip, approver: User, teammate: User
) -> None:
    Comment.objects.exclude(category=Category.AUDIO).update(removed_at=sent_back.created_at)
    second = make_version(make_job(clip, teammate, number=2, based_on=sent_back))
    Comment.objects.create(
        version=second, author=approver, frame=2, text="Still a hum", category=Category.AUDIO
    )
    [audio] = cures_for(second, {})
    assert [(one.version, one.comment.text) for one in audio.asked] == [
        (second, "Still a hum"), (sent_back, "There is a hum"),
    ]  # fmt: skip


def test_the_editor_shows_them_with_findings_levers_and_price(
    as_: As, sent_back: Version, clip: Clip, teammate: User
) -> None:
    page = f"{reverse('clip', args=[clip.pk])}?from={sent_back.pk}"
    text = as_(teammate).get(page).content.decode()
    for words in (
        "The look can cure", "The take can cure", "The prompt can cure", "Another model may cure",
        "Nobody has said which input cures", "Choose another look", "Mend this take",
        "v2 carries this list", "With these inputs it costs $0.17",
    ):  # fmt: skip
        assert words in text, words
    assert 'id="offer-gesture-wave"' in text


def test_a_resolved_comment_is_not_asked_again(sent_back: Version, approver: User) -> None:
    for comment in Comment.objects.all():
        comment.resolve(by=approver)
    assert cures_for(sent_back, {}) == []
