"""What guests say back and forth: answers, other words, taking back, and sending twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, Happening, Rights
from tests.conftest import make_job, make_version
from tests.reviews.guests import guest_at, make_link, page_of, say

type As = Callable[[User], Client]


@pytest.fixture
def link(version: Version, approver: User) -> tuple[Any, str]:
    """A link to the version, whose guests may comment, and its token."""
    return make_link(version, approver)


def shared(version: Version, by: User, text: str = "Look here", **more: Any) -> Comment:
    """What a member said for guests to see."""
    said = {"frame": 12, "last_frame": 20} | more
    return Comment.objects.create(version=version, author=by, text=text, is_shared=True, **said)


def act(browser: Client, token: str, comment: Comment, name: str, **said: Any) -> Any:
    """What becomes of an act of a guest on a comment."""
    return browser.post(reverse(name, args=[token, comment.pk]), said)


def room(browser: Client, version: Version) -> str:
    """The members' room."""
    return str(browser.get(reverse("review", args=[version.pk])).text)


def test_a_guest_answers_in_a_members_thread_and_the_member_reads_it_there(
    as_: As, version: Version, approver: User, link: tuple[Any, str]
) -> None:
    thread = shared(version, approver)
    browser = guest_at(link[1])
    assert say(browser, link[1], version, parent=thread.pk, text="I see it").status_code == 302
    answer = Comment.objects.get(parent=thread)
    assert (answer.frame, answer.last_frame, answer.is_shared) == (12, 20, True)
    assert str(answer) == "Grete Gast: I see it"
    page = room(as_(approver), version)
    assert page.index(f'id="comment-{thread.pk}"') < page.index(f'id="comment-{answer.pk}"')
    assert "I see it" in page_of(browser, link[1], version).text


def test_the_link_to_answer_works_without_javascript(
    version: Version, approver: User, link: tuple[Any, str]
) -> None:
    thread = shared(version, approver)
    browser = guest_at(link[1])
    address = reverse("guest_version", args=[link[1], version.pk])
    page = browser.get(address, {"reply": str(thread.pk)}).text
    assert "Answer to Mara" in page
    assert f'name="parent" value="{thread.pk}"' in page
    assert "Answer to" not in browser.get(address, {"reply": str(uuid.uuid4())}).text


def test_only_threads_that_a_guest_sees_on_this_version_can_be_answered(
    version: Version, approver: User, teammate: User, link: tuple[Any, str]
) -> None:
    second = make_version(make_job(version.clip, teammate, number=2))
    hidden = Comment.objects.create(version=version, author=approver, frame=1, text="Internal")
    elsewhere = shared(second, approver)
    _, other = make_link(version, approver)
    say(guest_at(other, "Berta Zwei"), other, version, frame=3, text="Of another link")
    of_another = Comment.objects.get(guest__name="Berta Zwei")
    gone = shared(version, approver, "Taken back")
    gone.take_back()
    thread = shared(version, approver)
    reply = shared(version, approver, "A reply", parent=thread)
    browser = guest_at(link[1])
    for parent in (hidden, elsewhere, of_another, gone, reply):
        answer = say(browser, link[1], version, parent=parent.pk, text="Mine")
        assert answer.status_code == 422, parent
        assert "was taken back" in answer.text
        assert "Mine</textarea>" in answer.text
    assert not Comment.objects.filter(guest__name="Grete Gast").exists()


def test_a_guest_takes_back_the_own_words_and_nobody_reads_them_any_more(
    as_: As, version: Version, approver: User, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    say(browser, link[1], version, frame=3, text="Said too fast")
    said = Comment.objects.get()
    assert act(browser, link[1], said, "guest_comment_take_back").status_code == 302
    assert "Said too fast" not in page_of(browser, link[1], version).text
    assert "Said too fast" not in room(as_(approver), version)
    assert Comment.objects.get().text == "Said too fast"  # the row stays
    details = link[0].events.filter(what=Happening.COMMENTED).values_list("detail", flat=True)
    assert sorted(details) == ["at 00:00:03", "at 00:00:03, taken back"]


def test_what_was_answered_and_then_taken_back_leaves_the_answer_in_the_members_room(
    as_: As, version: Version, approver: User, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    say(browser, link[1], version, frame=3, text="Said too fast")
    said = Comment.objects.get()
    shared(version, approver, "Which one?", parent=said)
    act(browser, link[1], said, "guest_comment_take_back")
    page = room(as_(approver), version)
    assert "Said too fast" not in page
    assert "Taken back." in page
    assert "Which one?" in page


def test_a_guest_puts_the_own_comment_in_other_words_and_members_read_both(
    as_: As, version: Version, approver: User, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    say(browser, link[1], version, frame=3, text="To dark @Mara")
    said = Comment.objects.get()
    page = browser.get(
        reverse("guest_version", args=[link[1], version.pk]), {"edit": str(said.pk)}
    ).text
    assert "To dark @Mara</textarea>" in page
    act(browser, link[1], said, "guest_comment_edit", text="Too dark @Mara")
    said.refresh_from_db()
    assert (said.text, said.frame, said.is_shared) == ("Too dark @Mara", 3, True)
    assert not said.mentions.exists()  # a guest rings nobody's bell by a name
    page = room(as_(approver), version)
    assert "Too dark" in page
    assert "To dark" in page
    theirs = page_of(browser, link[1], version).text
    assert "To dark" not in theirs
    assert "edited" in theirs


def test_other_words_that_say_nothing_come_back(version: Version, link: tuple[Any, str]) -> None:
    browser = guest_at(link[1])
    say(browser, link[1], version, frame=3, text="Too dark")
    answer = act(browser, link[1], Comment.objects.get(), "guest_comment_edit", text=" ")
    assert answer.status_code == 422
    assert Comment.objects.get().text == "Too dark"


@pytest.mark.parametrize("name", ["guest_comment_edit", "guest_comment_take_back"])
def test_what_others_said_is_not_a_guests_to_change(
    version: Version, approver: User, link: tuple[Any, str], name: str
) -> None:
    of_member = shared(version, approver)
    say(guest_at(link[1], "Cora Kollegin"), link[1], version, frame=4, text="Hers")
    of_colleague = Comment.objects.get(text="Hers")
    browser = guest_at(link[1])
    _, other = make_link(version, approver)
    elsewhere = guest_at(other, "Berta Zwei")
    say(elsewhere, other, version, frame=4, text="Of another link")
    for comment in (of_member, of_colleague, Comment.objects.get(text="Of another link")):
        assert act(browser, link[1], comment, name, text="x").status_code == 404
    assert not Comment.objects.exclude(removed_at=None).exists()
    assert not Comment.objects.filter(text="x").exists()


def test_what_was_taken_back_is_gone_for_its_guest_too(
    version: Version, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    say(browser, link[1], version, frame=3, text="Once")
    said = Comment.objects.get()
    act(browser, link[1], said, "guest_comment_take_back")
    assert act(browser, link[1], said, "guest_comment_edit", text="Twice").status_code == 404


def test_what_a_guest_sends_twice_is_kept_and_logged_once(
    version: Version, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    key = str(uuid.uuid4())
    for _ in range(2):
        assert say(browser, link[1], version, frame=3, text="Once", key=key).status_code == 302
    assert Comment.objects.count() == 1
    assert link[0].events.filter(what=Happening.COMMENTED).count() == 1
    colleague = guest_at(link[1], "Cora Kollegin")
    say(colleague, link[1], version, frame=3, text="Another", key=key)
    assert Comment.objects.count() == 2  # a key is its sender's own


def test_a_comment_sent_by_the_page_is_answered_with_the_parts_that_changed(
    version: Version, link: tuple[Any, str]
) -> None:
    browser = guest_at(link[1])
    address = reverse("guest_comment_new", args=[link[1], version.pk])
    headers = {"HX-Request": "true"}
    answer = browser.post(address, {"frame": 3, "text": "Too dark"}, headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Trigger-After-Settle"] == "comment-kept"
    assert "Too dark" in answer.text
    assert "<html" not in answer.text
    refused = browser.post(address, {"frame": 300, "text": "Too dark"}, headers=headers)
    assert refused.status_code == 422
    assert 'id="comment-form"' in refused.text
    assert "Too dark</textarea>" in refused.text


def test_a_link_for_looking_offers_no_answer(version: Version, approver: User) -> None:
    shared(version, approver)
    _, token = make_link(version, approver, rights=Rights.LOOK)
    page = page_of(guest_at(token), token, version).text
    assert "Look here" in page
    assert "data-reply" not in page
