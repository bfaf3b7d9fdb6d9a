"""A slow or broken line: the page's scripts come late or one by one, and nothing is lost by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.organisations.models import User
from tests.reviews.rooms import Enter, first, go, holding, room, shows, version
from tests.services.chromium import ready

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_typed_before_the_page_is_ready_stands_behind_the_draft(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("half a thought")
    held = holding(page, "**/behaviours/bell.js")
    page.goto(page.url, wait_until="commit")
    page.wait_for_function("() => document.getElementById('player')?.showFrame")
    page.locator("#id_text").press_sequentially("Blink?")
    expect(page.locator("html[data-ready]")).to_have_count(0)
    first(page, held).continue_()
    expect(page.locator("#id_text")).to_have_value("half a thought\n\nBlink?")
    page.unroute("**/behaviours/bell.js")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("half a thought\n\nBlink?")


def test_who_steps_before_the_room_s_script_is_there_is_not_thrown_back(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    held = holding(page, "**/pages/review-mentions.js")
    page.goto(page.url, wait_until="commit")
    page.wait_for_function("() => document.getElementById('player')?.showFrame")
    page.keyboard.press("ArrowRight")
    shows(page, 1)
    expect(page.locator("html[data-ready]")).to_have_count(0)
    first(page, held).continue_()
    page.wait_for_load_state()
    ready(page)
    shows(page, 1)


def test_a_part_that_cannot_be_fetched_leaves_the_others_at_work(
    go: Enter, version: Version, approver: User, page: Page
) -> None:
    page.route("**/behaviours/bell.js", lambda route: route.abort())
    go(approver, room(version, "?frame=30"))
    shows(page, 30)
    page.keyboard.press("ArrowRight")
    shows(page, 31)


def test_a_form_that_comes_back_refused_keeps_what_was_typed_since(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    held = holding(page, "**/comments/")
    page.locator("#id_text").fill("   ")
    page.locator("#comment-send").click()
    page.locator("#id_text").fill("The blink comes late")
    first(page, held).continue_()
    expect(page.locator("#comment-form [data-errors]")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("The blink comes late")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("The blink comes late")
