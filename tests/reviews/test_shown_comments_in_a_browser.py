"""Which comments the list shows, and the range that whoever goes to a comment is lent."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import Enter, go, room, send, shows, version

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)

RANGE = """() => document.querySelector("[data-range]").hidden ? null
  : ["left", "width"].map((side) => Math.round(
      parseFloat(document.querySelector("[data-range]").style[side]) * 0.75))"""


def say(version: Version, by: User, frame: int, text: str, **more: Any) -> Comment:
    """A comment by somebody."""
    return Comment.objects.create(version=version, author=by, frame=frame, text=text, **more)


def listed(page: Page, *words: str) -> None:
    """The list shows exactly these comments, in this order."""
    shown = page.locator(".comment[id^='comment-']:visible .comment__body")
    expect(shown).to_have_text(list(words))


@pytest.fixture
def said(version: Version, approver: User, teammate: User) -> list[Comment]:
    """Three threads: one of the teammate's done, one naming the approver, one the approver's."""
    done = say(version, teammate, 10, "Done long ago", resolved_at=timezone.now())
    named = say(version, teammate, 20, f"@{approver.name} look")
    named.mentions.add(approver)
    return [done, named, say(version, approver, 30, "Lips")]


def test_the_list_shows_what_is_asked_for_and_keys_walk_only_that(
    go: Enter, version: Version, approver: User, teammate: User, said: list[Comment]
) -> None:
    page = go(approver, room(version))
    filters = page.get_by_role("group", name="Which comments")
    expect(filters.get_by_role("link")).to_have_text(["All 3", "Open 2", "Mine 2"])
    filters.get_by_role("link", name="Open").focus()
    page.keyboard.press("Enter")
    listed(page, said[1].text, "Lips")
    expect(page.locator("[data-mark='10']")).to_be_hidden()
    page.keyboard.press("n")
    shows(page, 20)
    say(version, teammate, 5, "Seen by itself")
    say(version, teammate, 6, "Not seen", resolved_at=timezone.now())
    listed(page, "Seen by itself", said[1].text, "Lips")
    expect(filters.get_by_role("link")).to_have_text(["All 5", "Open 3", "Mine 2"])
    expect(filters.get_by_role("link", name="Open")).to_have_attribute("aria-current", "true")
    expect(filters.get_by_role("link", name="Open")).to_be_focused()
    filters.get_by_role("link", name="Mine").click()
    page.goto(page.url.partition("?")[0])
    listed(page, said[1].text, "Lips")


def test_a_link_to_a_comment_shows_it_whatever_was_chosen_before(
    go: Enter, version: Version, approver: User, said: list[Comment]
) -> None:
    page = go(approver, room(version, "?comments=open#50%"))
    listed(page, said[1].text, "Lips")
    page.get_by_role("link", name="Mine").click()
    page = go(approver, room(version, f"?frame=10#comment-{said[0].pk}"))
    expect(page.get_by_text("Done long ago")).to_be_visible()


def test_going_to_a_comment_on_a_range_lends_its_range_and_going_on_gives_it_back(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    say(version, teammate, 10, "Both hands", last_frame=20)
    say(version, teammate, 40, "Blink")
    page = go(approver, room(version))
    page.locator("[data-seek='10'] [data-seek-button]").click()
    shows(page, 10)
    assert page.evaluate(RANGE) == [10, 11]
    expect(page.locator("[data-comment-last]")).to_have_value("")
    page.keyboard.press("n")
    shows(page, 40)
    assert page.evaluate(RANGE) is None
    page.keyboard.press("b")
    assert page.evaluate(RANGE) == [10, 11]
    page.keyboard.press("Escape")
    assert page.evaluate(RANGE) is None


def test_a_range_of_ones_own_comes_back_and_is_where_a_comment_lands(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    say(version, teammate, 10, "Both hands", last_frame=20)
    page = go(approver, room(version, "?frame=50"))
    page.keyboard.press("i")
    page.keyboard.press("b")
    shows(page, 10)
    assert page.evaluate(RANGE) == [10, 11]
    page.keyboard.press("Escape")
    assert page.evaluate(RANGE) == [50, 25]
    page.keyboard.press("m")
    page.keyboard.type("To the end")
    send(page)
    listed(page, "Both hands", "To the end")
    mine = Comment.objects.get(text="To the end")
    assert (mine.frame, mine.last_frame) == (50, 74)
