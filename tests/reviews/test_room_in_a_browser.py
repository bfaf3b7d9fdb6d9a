"""The review room in a real browser: exact frames, nothing typed lost, others seen live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, Decision, Verdict
from tests.conftest import make_job, make_version
from tests.reviews.counting_video import shows
from tests.services.chromium import new_context, ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def enter(page: Page, live_server: Any, as_: As) -> Callable[..., Page]:
    """`enter(approver, version)`: the room as this person opens it."""

    def open_room(user: User, version: Version, query: str = "") -> Page:
        cookie = as_(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{reverse('review', args=[version.pk])}{query}")
        ready(page)
        return page

    return open_room


def test_a_deep_link_opens_exactly_its_frame_and_keys_step_by_one(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting, "?frame=42")
    shows(page, 42)
    expect(page.locator("[data-timecode]")).to_have_text("00:01:17")
    for key, frame in (
        ("ArrowRight", 43), ("ArrowLeft", 42), ("Shift+ArrowLeft", 17), ("End", 74), ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        shows(page, frame)


def test_without_a_deep_link_the_picture_is_frame_0_and_not_the_poster(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting)
    shows(page, 0)
    expect(page.locator("[data-timecode]")).to_have_text("00:00:00")


def test_a_comment_lands_on_the_frame_that_is_seen(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting, "?frame=30")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.keyboard.type("Lips are late")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Lips are late")
    expect(page.locator("[data-mark='31']")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("")
    assert Comment.objects.get().frame == 31
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    page.locator("[data-seek-button]").click()
    shows(page, 31)
    assert page.url.endswith(f"?frame=31#comment-{Comment.objects.get().pk}")


def test_what_others_say_appears_by_itself_and_takes_nothing_typed_away(
    enter: Callable[..., Page], counting: Version, approver: User, teammate: User
) -> None:
    page = enter(approver, counting)
    page.keyboard.press("m")
    page.keyboard.type("half a thou")
    Comment.objects.create(version=counting, author=teammate, frame=9, text="Blink?")
    expect(page.locator(".comment__body")).to_have_text("Blink?")
    page.keyboard.type("ght")
    expect(page.locator("#id_text")).to_have_value("half a thought")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("half a thought")


def test_what_one_reads_stays_in_its_place_when_something_comes_in_above_it(
    enter: Callable[..., Page], counting: Version, approver: User, teammate: User
) -> None:
    said = [Comment(version=counting, author=teammate, frame=n, text="Blink?") for n in range(40)]
    Comment.objects.bulk_create(said)
    page = enter(approver, counting)
    read = page.locator(f"#comment-{said[30].pk}")
    read.evaluate("one => one.scrollIntoView({ block: 'start' })")
    before = read.bounding_box()
    Comment.objects.create(version=counting, author=teammate, frame=0, text="Look up")
    expect(page.locator(".comment")).to_have_count(41)
    after = read.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    with page.expect_event("requestfinished", lambda request: "live" in request.url):
        pass  # nothing new: what was read then counts no more
    page.locator("[data-room-scroll]").evaluate("one => one.scrollTo(0, 0)")
    page.locator("#id_text").fill("Louder")
    page.locator("#comment-send").click()
    expect(page.locator(".comment")).to_have_count(42)
    assert page.locator("[data-room-scroll]").evaluate("one => one.scrollTop") == 0


def test_a_refused_comment_keeps_its_words_and_says_what_is_wrong(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comment-errors")).to_contain_text("Say what to change")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Louder")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Louder")
    expect(page.locator("#comment-errors")).to_have_count(0)


def test_a_request_for_changes_needs_a_reason_and_then_shows_in_the_bar(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting)
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve v1")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Request changes to v1").click()
    expect(page.locator("#reason-errors")).to_contain_text("Say why")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("lips at 00:01")
    page.get_by_role("button", name="Request changes to v1").click()
    expect(page.locator(".toast p")).to_have_text("Changes asked: lips at 00:01.")  # not for ever
    expect(page.locator("#decide")).to_be_hidden()
    expect(page.locator("#decision")).to_contain_text("Changes asked: lips at 00:01")
    expect(page.locator("#decision-open")).to_be_focused()  # one more Enter takes nothing back
    expect(page.get_by_role("link", name="Make the next version")).to_be_visible()
    assert Decision.objects.get().verdict == Verdict.REQUEST_CHANGES


def test_an_approval_of_what_was_superseded_meanwhile_says_so(
    enter: Callable[..., Page], counting: Version, approver: User, teammate: User
) -> None:
    page = enter(approver, counting)
    make_version(make_job(counting.clip, teammate, number=2))
    page.evaluate("document.querySelector('#decision-approve').click()")
    expect(page.locator("#decide")).to_contain_text("v2 has replaced v1: decide on v2.")
    assert not Decision.objects.exists()


def test_words_typed_on_after_sending_decide_nothing_and_a_with_enter_does(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting)
    page.locator("#id_text").fill("Louder")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment__body")).to_have_text("Louder")
    expect(page.locator("#id_text")).not_to_be_focused()
    page.keyboard.type("a a ")
    expect(page.locator("#decision-approve")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#decision")).to_contain_text("Approved")
    assert [one.verdict for one in Decision.objects.all()] == [Verdict.APPROVE]
    expect(page.locator("#decision-open")).to_be_focused()


def test_the_room_works_without_javascript(
    browser: Any, live_server: Any, as_: As, counting: Version, approver: User
) -> None:
    context = new_context(browser, java_script_enabled=False)
    cookie = as_(approver).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('review', args=[counting.pk])}?frame=12")
    page.locator("#id_text").fill("Louder")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Louder")
    assert Comment.objects.get().frame == 12
    page.get_by_role("link", name="Request changes").click()
    page.get_by_role("button", name="Request changes to v1").click()
    expect(page.locator("#reason-errors")).to_contain_text("Say why")
    page.locator("#id_reason").fill("lips")
    page.get_by_role("button", name="Request changes to v1").click()
    expect(page.locator("#decision")).to_contain_text("Changes asked: lips")
    context.close()
