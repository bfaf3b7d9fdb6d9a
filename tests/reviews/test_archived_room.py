"""The room of a project in the archive: everything is there to watch, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import (
    Comment,
    Decision,
    GuestDecision,
    Looked,
    Rights,
    Verdict,
    Verification,
)
from tests.conftest import make_animatic
from tests.reviews.guests import decide as guest_decides
from tests.reviews.guests import door, guest_at, make_link, say

type As = Callable[[User], Client]

SENTENCE = "“Onboarding 2027” is in the archive: nothing is said or decided"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def archived(second: Version, project: Project) -> Project:
    """Put away, after all that was said."""
    project.archive()
    return project


def written() -> list[Any]:
    """Everything that people write in a room."""
    rows: list[Any] = [
        list(table.objects.order_by("pk").values())
        for table in (Decision, GuestDecision, Looked, Verification)
    ]
    return [*rows, list(Comment.objects.order_by("pk").values())]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("place", ["comment_new", "animatic_comment_new", "comment_edit"])
def test_words_are_refused_with_a_sentence_and_given_back(
    as_: As, asked: Comment, second: Version, clip: Clip, project: Project, approver: User,
    place: str, headers: dict[str, str],
) -> None:  # fmt: skip
    things = {
        "comment_new": second.pk, "comment_edit": asked.pk,
        "animatic_comment_new": make_animatic(clip, approver).pk,
    }  # fmt: skip
    project.archive()
    before = written()
    drawn = '[{"tool":"arrow","colour":"red","points":[[0.1,0.1],[0.5,0.5]]}]'
    said = {"frame": "3", "text": "What I typed", "drawing": drawn}
    answer = as_(approver).post(reverse(place, args=[things[place]]), said, headers=headers)
    assert answer.status_code == 422
    assert answer.text.count(SENTENCE) == (1 if headers else 2), "at the form, and as the note"
    assert "What I typed</textarea>" in answer.text
    if place != "comment_edit":
        assert "0.1,0.1" in answer.text, "the drawing too"
    assert written() == before


def test_nothing_else_is_done_either_and_each_time_it_is_said_why(
    as_: As, asked: Comment, second: Version, archived: Project, approver: User
) -> None:
    guests = Comment.objects.create(
        version=second, frame=1, text="Hm", is_shared=True,
        guest=make_link(second, approver)[0].guests.create(name="Grete", email="g@client.example"),
    )  # fmt: skip
    acts = [
        ("comment_sort", [guests.pk], {"category": "audio"}),
        ("comment_resolve", [asked.pk], {}),
        ("comment_reopen", [asked.pk], {}),
        ("comment_take_back", [asked.pk], {}),
        ("comment_verify", [second.pk, asked.pk], {"verdict": "fixed"}),
        ("version_done", [second.pk], {}),
        ("version_look_again", [second.pk], {}),
    ]
    before, browser = written(), as_(approver)
    for name, args, said in acts:
        answer = browser.post(reverse(name, args=args), said, headers=HTMX)
        assert (answer.status_code, SENTENCE in answer.text) == (200, True), name
        assert written() == before, name
    told = browser.post(reverse("comment_resolve", args=[asked.pk]), follow=True)
    assert SENTENCE in told.text


def controls(page: str) -> set[str]:
    """What of the room's controls is on the page."""
    marks = (
        'id="comment-form"', 'id="reply-', 'id="resolution-', 'id="edit-', 'id="take-back-',
        'id="sort-', 'id="fixed-', 'id="not-fixed-', 'id="decision-', 'id="take-out"',
        "data-drawing-tools",
    )  # fmt: skip
    return {mark for mark in marks if mark in page}


def test_the_controls_are_not_shown_and_a_note_says_why_and_how_to_go_on(
    as_: As, second: Version, asked: Comment, project: Project, approver: User, viewer: User
) -> None:
    Comment.objects.create(version=second, author=approver, frame=2, text="My own")
    address = reverse("review", args=[second.pk])
    open_page = as_(approver).get(address).text
    assert {'id="comment-form"', 'id="reply-', 'id="fixed-', 'id="edit-'} <= controls(open_page)
    assert SENTENCE not in open_page
    project.archive()
    page = as_(approver).get(address).text
    assert controls(page) <= {'id="decision-'}  # the heads of its parts, which are watched too
    for button in ("approve", "open", "withdraw", "done", "next", "take-out", "put-back"):
        assert f'id="decision-{button}"' not in page
    reopen = reverse("project_reopen", args=[project.pk])
    assert SENTENCE in page
    assert reopen in page
    watched = as_(viewer).get(address).text
    assert SENTENCE in watched
    assert reopen not in watched, "who cannot reopen it is not offered to"
    assert "My own" in watched


def test_an_open_page_hears_that_its_project_was_archived_and_reopened(
    as_: As, second: Version, project: Project, clip: Clip, approver: User
) -> None:
    browser = as_(approver)
    for room in (reverse("review", args=[second.pk]),
                 reverse("animatic", args=[make_animatic(clip, approver).pk])):  # fmt: skip
        seen = browser.get(room).text.split("live/?seen=")[1][:16]
        assert browser.get(f"{room}live/?seen={seen}").status_code == 204
        project.archive()
        answer = browser.get(f"{room}live/?seen={seen}")
        assert (answer.status_code, SENTENCE in answer.text) == (200, True)
        project.reopen()
        assert browser.get(f"{room}live/?seen={seen}").status_code == 204


def test_once_it_is_reopened_all_goes_on(
    as_: As, second: Version, asked: Comment, archived: Project, approver: User
) -> None:
    browser = as_(approver)
    browser.post(reverse("project_reopen", args=[archived.pk]))
    browser.post(reverse("comment_new", args=[second.pk]), {"frame": "3", "text": "On we go"})
    browser.post(reverse("comment_resolve", args=[asked.pk]))
    assert Comment.objects.filter(version=second).get().text == "On we go"
    asked.refresh_from_db()
    assert asked.resolved_at is not None


def test_guests_who_came_in_read_why_and_get_their_words_back(
    version: Version, approver: User
) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    said = say(browser, token, version, frame=1, text="Mine to change")
    mine = Comment.objects.get()
    Project.objects.filter(pk=link.project_id).update(archived_at=timezone.now())
    before = written()
    why = "is in the archive of Nordlicht Film: nothing is said or decided on it now"
    edit = reverse("guest_comment_edit", args=[token, mine.pk])
    for answer, typed in (
        (say(browser, token, version, frame=1, text="A long thought"), "A long thought"),
        (browser.post(edit, {"text": "Better words"}), "Better words"),
        (guest_decides(browser, token, version, "reject", "Not our tone"), "Not our tone"),
        (browser.get(door(token)), ""),
    ):
        assert answer.status_code == 404
        assert why in answer.text
        assert typed in answer.text
    assert written() == before
    live = reverse("guest_live", args=[token, version.pk])
    stays = browser.get(f"{live}?seen=x", headers=HTMX)
    assert (stays.status_code, why in stays.text) == (200, True)
    for address in (reverse("guest_comment_new", args=[token, version.pk]), edit):
        kept = browser.post(address, {"frame": "1", "text": "A long thought"}, headers=HTMX)
        assert (kept.status_code, why in kept.text) == (422, True)
    assert written() == before
    stranger = Client().get(door(token))
    assert "This link leads nowhere" in stranger.text, "who never came in learns nothing"
    assert said.status_code == 302
    link.revoke(by=approver)
    assert "This link leads nowhere" in browser.get(door(token)).text


def test_decisions_that_come_too_late_keep_their_reason(
    as_: As, version: Version, approver: User
) -> None:
    version.clip.project.archive()
    said = {"verdict": Verdict.REJECT, "reason": "Not our tone", "sha256": version.sha256}
    answer = as_(approver).post(reverse("decide", args=[version.pk]), said)
    assert answer.status_code == 422
    assert "is in the archive" in answer.text
    assert "Not our tone</textarea>" in answer.text
    assert not Decision.objects.exists()
