"""While a comment is typed: the player stops and goes on, and names are offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import Enter, first, go, holding, room, send, version

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)

IS_PLAYING = "() => document.getElementById('player').isPlaying()"


def type_while_it_plays(page: Page) -> None:
    """Slowly, so that there is time."""
    page.evaluate("document.querySelector('[data-video]').defaultPlaybackRate = 0.25")
    page.keyboard.press("Space")
    page.wait_for_function(IS_PLAYING)
    page.locator("#id_text").press_sequentially("Stop")


def test_typing_stops_the_player_and_sending_plays_on(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    type_while_it_plays(page)
    assert not page.evaluate(IS_PLAYING)
    at = int(page.locator("[data-comment-frame]").input_value())
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Stop")
    page.wait_for_function(IS_PLAYING)
    assert Comment.objects.get().frame == at


def test_who_played_by_hand_since_is_not_played_on(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    type_while_it_plays(page)
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_function(IS_PLAYING)
    page.keyboard.press("k")
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Stop")
    expect(page.locator("#id_text")).to_have_value("")
    assert not page.evaluate(IS_PLAYING)


def test_an_at_sign_offers_people_who_see_the_project_by_key(
    go: Enter, version: Version, approver: User, owner: User, outsider: User
) -> None:
    page = go(approver, room(version))
    page.keyboard.press("m")
    page.keyboard.type("Look, @")
    options = page.get_by_role("listbox", name="People").get_by_role("option")
    expect(options).to_have_text(["Mara", "Olga", "Theo"])
    page.keyboard.type("o")
    expect(options).to_have_text(["Olga"])
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("Look, @Olga ")
    expect(options).to_have_count(0)
    page.keyboard.type("at the lips")
    send(page)
    expect(page.locator(".mention")).to_have_text("@Olga")
    assert list(Comment.objects.get().mentions.all()) == [owner]


def test_names_that_are_offered_too_late_take_no_key_away(
    go: Enter, version: Version, approver: User, owner: User
) -> None:
    page = go(approver, room(version))
    held = holding(page, "**/people/?q=*")
    words = page.locator("#id_text")
    with page.expect_request("**/people/?q=*"):
        words.press_sequentially("@")
    late = first(page, held)
    words.press_sequentially(" 18:00")
    with page.expect_response("**/people/?q=*"):
        late.continue_()
    page.wait_for_timeout(100)  # what the answer brings about
    page.keyboard.press("Enter")
    page.keyboard.type("sharp")
    expect(words).to_have_value("@ 18:00\nsharp")
