"""What the editor offers, in a real browser: a new offer takes nothing out of one's hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from studio.clips.models import Clip
from studio.organisations.models import User

type As = Callable[[User], Client]
type Enter = Callable[[], Page]
pytestmark = pytest.mark.django_db(transaction=True)

ASK_FOR_AN_OFFER = "document.forms['clip-form'].dispatchEvent(new Event('input', {bubbles: true}))"
#: As Safari is: it takes the focus from whatever is moved.
WITHOUT_MOVES = "delete Element.prototype.moveBefore"


@pytest.fixture
def edit(page: Page, live_server: Any, as_: As, teammate: User, clip: Clip) -> Enter:
    """`edit()`: the clip editor as the teammate opens it."""

    def open_editor() -> Page:
        cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{reverse('clip', args=[clip.pk])}")
        page.wait_for_selector("html[data-ready]")
        return page

    return open_editor


def get_an_offer(page: Page) -> None:
    """One comes while something else is going on."""
    with page.expect_response("**/offer/") as answer:
        page.evaluate(ASK_FOR_AN_OFFER)
    answer.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")


def test_the_button_that_pays_stays_as_long_as_it_is_pressed(edit: Enter) -> None:
    page = edit()
    button = page.locator("#generate")
    button.evaluate("one => { one.dataset.pressed = '' }")
    button.hover()
    page.mouse.down()
    get_an_offer(page)
    expect(button).to_have_attribute("data-pressed", "")
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(page.locator("#generate[data-pressed]")).to_have_count(0)


@pytest.mark.parametrize("script", ["", WITHOUT_MOVES], ids=["moves", "moves nothing"])
def test_a_reason_is_written_on_while_new_offers_come(
    edit: Enter, page: Page, clip: Clip, script: str
) -> None:
    Clip.objects.filter(pk=clip.pk).update(motion="nods in his grey suit")
    page.add_init_script(script)
    edit()
    reason = page.locator("#override-reason")
    reason.fill("He wears")
    reason.press("Home")
    get_an_offer(page)
    expect(reason).to_be_focused()
    page.keyboard.type("Today: ")
    expect(reason).to_have_value("Today: He wears")
