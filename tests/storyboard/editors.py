"""The clip editor in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from studio.clips.models import Clip
from studio.organisations.models import User
from tests.services.chromium import ready

type As = Callable[[User], Client]

_ASK = "document.forms['clip-form'].dispatchEvent(new Event('input', {bubbles: true}))"


def open_editor(page: Page, live_server: Any, person: Client, clip: Clip) -> None:
    """The editor of the clip as this person opens it."""
    cookie = person.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('clip', args=[clip.pk])}")
    ready(page)


@pytest.fixture
def desk(page: Page, live_server: Any, as_: As, teammate: User, clip: Clip) -> Page:
    """The clip editor as the teammate opens it."""
    page.set_viewport_size({"width": 1440, "height": 1000})
    open_editor(page, live_server, as_(teammate), clip)
    return page


def ask_for_an_offer(page: Page) -> None:
    """As a field does that was written into."""
    page.evaluate(_ASK)


def get_an_offer(page: Page) -> None:
    """Ask for an offer, and go on when its answer has been dealt with."""
    with page.expect_response("**/offer/") as answer:
        ask_for_an_offer(page)
    answer.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
