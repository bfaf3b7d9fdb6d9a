"""My desk without a mouse: sixty versions, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from assets.models import AudioTake, Look
from studio.clips.models import add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from studio.reviews.models import Looked
from tests.conftest import STANDARD, make_job, make_version
from tests.services.chromium import ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sixty(project: Project, look: Look, take: AudioTake, teammate: User) -> None:
    """Versions that wait, the oldest first: `Clip 00 v1` to `Clip 59 v1`."""
    for at in range(60):
        clip = add_clip(
            project, title=f"Clip {at:02}", engine_model=STANDARD, by=teammate, look=look, take=take
        )
        make_version(make_job(clip, teammate))


@pytest.fixture
def my_desk(
    page: Page, live_server: Any, as_: As, sixty: None, approver: User, studio_org: Organisation
) -> Page:
    """The approver's desk."""
    cookie = as_(approver).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("desk", args=[studio_org.slug]))
    ready(page)
    return page


def here(page: Page) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent"))


def test_the_keys_walk_through_put_aside_and_go_on_where_one_was(my_desk: Page) -> None:
    page = my_desk
    expect(page.locator("#desk-words")).to_contain_text("60 things wait for you.")
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("k")
    assert here(page) == "Clip 02 v1"
    for left in (59, 58):
        page.keyboard.press("e")
        expect(page.locator("#desk-words")).to_contain_text(f"{left} things wait for you.")
        ready(page)
    assert here(page) == "Clip 04 v1", "the row behind those that were put aside"
    assert Looked.objects.count() == 2
    page.keyboard.press("End")
    assert here(page) == "Clip 59 v1"
    assert page.evaluate(
        """() => {
          const box = document.activeElement.getBoundingClientRect();
          return box.top >= 0 && box.bottom <= innerHeight;
        }"""
    ), "what has the focus is seen"
    page.keyboard.press("e")
    expect(page.locator("#desk-words")).to_contain_text("57 things wait for you.")
    ready(page)
    assert here(page) == "Clip 58 v1", "behind the last one there is none"


def test_from_room_to_room_with_the_brackets_and_on_after_a_decision(my_desk: Page) -> None:
    page, title = my_desk, my_desk.locator("h1")

    def press(key: str, leads_to: str) -> None:
        page.keyboard.press(key)
        expect(title).to_have_text(leads_to)
        ready(page)

    page.keyboard.press("j")
    press("Enter", "Clip 00")
    for number in (1, 2, 3):
        press("]", f"Clip {number:02}")
    press("[", "Clip 02")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("#decision")).to_contain_text("Approved by Mara")
    expect(page.locator("#desk-after")).to_be_focused()
    press("]", "Clip 03")
    press("[", "Clip 01")
    page.locator("#decision-done").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#decision")).to_contain_text("it is off your desk")
    press("]", "Clip 03")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("On my desk: the one before, the next")
