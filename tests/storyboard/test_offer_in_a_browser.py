"""What the editor offers, in a real browser: a new offer takes nothing out of one's hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from studio.clips.models import Clip
from studio.organisations.models import User
from tests.storyboard.editors import get_an_offer, open_editor

type As = Callable[[User], Client]
type Enter = Callable[[], Page]
pytestmark = pytest.mark.django_db(transaction=True)

#: As Safari is: it takes the focus from whatever is moved.
WITHOUT_MOVES = "delete Element.prototype.moveBefore"


@pytest.fixture
def edit(page: Page, live_server: Any, as_: As, teammate: User, clip: Clip) -> Enter:
    """`edit()`: the clip editor as the teammate opens it."""

    def open_it() -> Page:
        open_editor(page, live_server, as_(teammate), clip)
        return page

    return open_it


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
