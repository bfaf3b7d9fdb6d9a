"""Guest links: what exists for a guest, what it takes, and what is written down."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews import guest_guessing
from studio.reviews.models import Comment, Guest, GuestDecision, Happening, LinkEvent, Rights
from tests.conftest import make_job, make_version
from tests.reviews.guests import decide, door, guest_at, make_link, media_on, page_of, say

type As = Callable[[User], Client]


def test_a_version_outside_the_link_does_not_exist(
    version: Version, other_version: Version, approver: User
) -> None:
    for to in (version, version.clip):
        _, token = make_link(to, approver, rights=Rights.APPROVE, may_download=True)
        browser = guest_at(token)
        answers = [
            page_of(browser, token, other_version),
            say(browser, token, other_version, frame=1, text="x"),
            decide(browser, token, other_version, "approve"),
            browser.get(reverse("guest_download", args=[token, other_version.pk])),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert "Secret" not in page_of(browser, token, version).text


def test_a_pinned_link_stays_and_a_following_one_goes_on_with_the_clip(
    version: Version, approver: User, teammate: User
) -> None:
    _, pinned = make_link(version, approver)
    _, following = make_link(version.clip, approver)
    at_pinned, at_following = guest_at(pinned), guest_at(following)
    page_of(at_following, following, version)
    second = make_version(make_job(version.clip, teammate, number=2))
    assert page_of(at_pinned, pinned, version).status_code == 200
    assert page_of(at_pinned, pinned, second).status_code == 404
    latest = at_following.get(door(following))["Location"]
    assert latest == reverse("guest_version", args=[following, second.pk])


def test_a_project_link_plays_the_latest_of_each_clip_in_running_order(
    version: Version, other_version: Version, approver: User, teammate: User
) -> None:
    second = make_version(make_job(version.clip, teammate, number=2))
    _, token = make_link(version.clip.project, approver)
    page = page_of(guest_at(token), token, second).text
    shown = re.findall(rf'href="/guest/{token}/([0-9a-f-]+)/" id="entry-', page)
    assert shown == [str(second.pk), str(other_version.pk)]


def test_guests_see_shared_comments_only_and_only_names_on_those(
    version: Version, approver: User, teammate: User, owner: User
) -> None:
    link, token = make_link(version, approver)
    shared = Comment.objects.create(
        version=version, author=approver, frame=5, text="Nice", is_shared=True
    )
    Comment.objects.create(version=version, author=teammate, frame=6, text="Internal only")
    Comment.objects.create(
        version=version, author=owner, frame=5, text="Hidden reply", parent=shared
    )
    page = page_of(guest_at(token), token, version).text
    assert "Nice" in page
    assert "Mara" in page
    for leak in ("Internal only", "Hidden reply", "Theo", "Olga", "@nordlicht", "$", "kling"):
        assert leak not in page
    assert link.created_by.email not in page


def test_guests_of_two_links_do_not_learn_of_each_other(version: Version, approver: User) -> None:
    _, one = make_link(version, approver)
    _, two = make_link(version, approver)
    first, second = guest_at(one, "Anna Eins"), guest_at(two, "Berta Zwei")
    say(first, one, version, frame=3, text="From the first")
    thread = Comment.objects.get()
    Comment.objects.create(
        version=version, author=approver, frame=3, text="To the first", parent=thread,
        is_shared=True,
    )  # fmt: skip
    colleague = page_of(guest_at(one, "Cora Eins"), one, version).text
    assert "From the first" in colleague
    assert "To the first" in colleague
    page = page_of(second, two, version).text
    assert "Anna" not in page
    assert "the first" not in page


def test_what_a_guest_says_stands_in_the_members_room_under_the_guests_name(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    link, token = make_link(version, approver)
    answer = say(guest_at(token), token, version, frame=42, text="Lips are late")
    comment = Comment.objects.get()
    assert (comment.author, str(comment.guest), comment.is_shared) == (None, "Grete Gast", True)
    assert answer["Location"].endswith(f"?frame=42#comment-{comment.pk}")
    page = as_(teammate).get(reverse("review", args=[version.pk])).text
    assert "Grete Gast" in page
    assert "Lips are late" in page
    assert str(comment) == "Grete Gast: Lips are late"
    assert link.events.filter(what=Happening.COMMENTED).count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"frame": 75, "text": "Late"}, "ends at frame 74"),
        ({"frame": "", "text": "Late"}, "Go to the frame that you mean"),
        ({"frame": 3, "text": " "}, "Say what to change"),
    ],
)
def test_a_guests_comment_that_cannot_be_kept_comes_back_with_its_words(
    version: Version, approver: User, said: dict[str, object], sentence: str
) -> None:
    _, token = make_link(version, approver)
    answer = say(guest_at(token), token, version, **said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f"{str(said['text']).strip()}</textarea>" in answer.text


def test_a_link_for_looking_takes_neither_words_nor_decisions_nor_downloads(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.LOOK)
    browser = guest_at(token)
    page = page_of(browser, token, version).text
    assert "comment-send" not in page
    assert "decision-send" not in page
    assert "/download/" not in page
    assert say(browser, token, version, frame=1, text="x").status_code == 422
    assert decide(browser, token, version, "approve").status_code == 422
    assert browser.get(reverse("guest_download", args=[token, version.pk])).status_code == 404
    assert not Comment.objects.exists()
    assert not GuestDecision.objects.exists()


def test_a_guest_who_writes_like_a_machine_has_to_wait(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_guessing, "WORDS", 2)
    _, token = make_link(version, approver)
    browser = guest_at(token)
    codes = [say(browser, token, version, frame=n, text="x").status_code for n in range(3)]
    assert codes == [302, 302, 422]


def test_the_viewers_name_stands_over_the_picture(version: Version, approver: User) -> None:
    _, token = make_link(version, approver)
    page = page_of(guest_at(token), token, version).text
    picture = page.split('class="player__picture"')[1].split('class="player__controls"')[0]
    assert 'data-watermark="Grete Gast · grete@client.example"' in picture


def test_a_name_that_is_markup_is_shown_and_never_run(version: Version, approver: User) -> None:
    _, token = make_link(version, approver)
    page = page_of(guest_at(token, "<script>alert(1)</script>"), token, version).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_log_tells_who_came_what_was_played_said_and_decided(
    as_: As, version: Version, approver: User
) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE, may_download=True)
    browser = guest_at(token)
    film = media_on(page_of(browser, token, version).text)[0]
    for _ in range(3):
        b"".join(browser.get(film))
    assert [one.what for one in link.events.order_by("pk")] == ["opened", "shown"]
    for _ in range(2):  # the player says so: a browser loads a film that nobody looks at
        browser.post(reverse("guest_played", args=[token, version.pk]))
    say(browser, token, version, frame=1, text="x")
    decide(browser, token, version, "approve")
    browser.get(reverse("guest_download", args=[token, version.pk]))
    happened = list(link.events.order_by("pk").values_list("what", flat=True))
    assert happened == ["opened", "shown", "viewed", "commented", "decided", "downloaded"]
    page = as_(approver).get(reverse("review_link", args=[link.pk])).text
    for words in (
        "Came in",
        "Played",
        "Commented",
        "Decided",
        "Downloaded",
        "grete@client.example",
    ):
        assert words in page


def test_a_preview_shows_the_guests_page_and_writes_nothing_down(
    as_: As, version: Version, approver: User
) -> None:
    link, _ = make_link(version.clip.project, approver, rights=Rights.APPROVE)
    Comment.objects.create(version=version, author=approver, frame=6, text="Internal only")
    page = as_(approver).get(reverse("review_link_preview", args=[link.pk])).text
    assert "So a guest sees it" in page
    assert "Internal only" not in page
    assert "Mara · preview" in page
    assert not LinkEvent.objects.exists()
    assert not Guest.objects.exists()


def test_nothing_to_watch_yet_says_so(clip: Clip, approver: User) -> None:
    _, token = make_link(clip, approver)
    assert "Nothing to watch yet" in guest_at(token).get(door(token)).text


def test_a_guests_page_takes_as_many_queries_for_many_comments_as_for_few(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    page_of(browser, token, version)
    with CaptureQueriesContext(connection) as few:
        page_of(browser, token, version)
    for n in range(30):
        Comment.objects.create(
            version=version, author=approver, frame=n, text=f"C{n}", is_shared=True
        )
    with CaptureQueriesContext(connection) as many:
        assert page_of(browser, token, version).text.count('class="comment"') == 30
    assert len(many) == len(few) <= 25
