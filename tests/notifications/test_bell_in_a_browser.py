"""The bell in a real browser: it rings by itself, asks seldom, and not where nobody looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Request, expect

from studio.notifications.models import Notification
from studio.organisations.models import User
from tests.services.chromium import ready

type As = Callable[[User], Client]
type Told = Callable[..., Notification]
pytestmark = pytest.mark.django_db(transaction=True)

#: What a hidden tab says of itself.
HIDE = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.away })"


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses of everything that the bell has asked."""
    found: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).path == reverse("bell"):
            found.append(request.url)

    page.on("request", note)
    return found


@pytest.fixture
def profile(page: Page, live_server: Any, as_: As, teammate: User, asked: list[str]) -> Page:
    """A page without anything under way; its clock stands still until a test moves it."""
    cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.clock.install(time=0)
    page.clock.pause_at(3_600)  # later than a busy machine takes to come to this line
    page.add_init_script(HIDE)
    page.goto(live_server.url + reverse("profile"))
    ready(page)
    return page


def test_what_comes_while_a_page_is_open_is_counted_and_said_without_a_reload(
    profile: Page, told: Told, teammate: User
) -> None:
    profile.locator("#bell").focus()
    told(teammate)
    with profile.expect_response("**/bell?*"):
        profile.clock.run_for(31_000)
    rung = profile.get_by_role("link", name="Notifications, 1 unread")
    expect(rung).to_be_focused()
    expect(rung.locator(".bell__count")).to_have_text("1")
    expect(profile.get_by_role("status").filter(has_text="1 unread")).to_be_attached()


def test_the_bell_asks_once_in_half_a_minute(profile: Page, asked: list[str]) -> None:
    profile.clock.run_for(25_000)
    assert asked == []
    for _ in range(4):
        with profile.expect_response("**/bell?*") as answer:
            profile.clock.run_for(30_000)
        assert answer.value.status == 204
    assert len(asked) == 4


def test_a_hidden_tab_does_not_ask_until_it_is_looked_at(profile: Page, asked: list[str]) -> None:
    profile.evaluate("window.away = true")
    profile.clock.run_for(120_000)
    assert asked == []
    with profile.expect_response("**/bell?*"):
        profile.evaluate(
            "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert len(asked) == 1


def test_whoever_is_signed_out_meanwhile_is_asked_no_more(
    profile: Page, asked: list[str], live_server: Any
) -> None:
    profile.context.clear_cookies()
    with profile.expect_response("**/bell?*"):
        profile.clock.run_for(31_000)
    expect(profile.get_by_role("heading", name="Profile")).to_be_visible()
    # When a later answer has come, the bell has read its own.
    profile.evaluate("fetch(location.href, {redirect: 'manual'}).then(() => 0)")
    profile.clock.run_for(120_000)
    assert len(asked) == 1


def test_the_bell_is_reached_and_opened_by_keyboard(
    profile: Page, told: Told, teammate: User
) -> None:
    one = told(teammate, path=reverse("profile"))
    profile.locator("#bell").press("Enter")
    first = profile.get_by_role("link", name=one.sentence)
    first.focus()
    first.press("Enter")
    expect(profile.get_by_role("heading", name="Profile")).to_be_visible()
    expect(profile.locator(".bell__count")).to_have_count(0)
