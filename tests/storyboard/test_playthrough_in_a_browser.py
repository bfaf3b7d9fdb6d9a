"""A project played through in a real browser: scene after scene, gaps in between, by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.conftest import make_animatic
from tests.services.chromium import ready
from tests.storyboard.boards import add

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)

IS_PLAYING = "() => [...document.querySelectorAll('[data-reel]')].some((reel) => !reel.paused)"
#: Into `window.shown`, in the order in which it came, however late a test looks.
WRITE_DOWN_WHAT_IS_SHOWN = """() => {
  window.shown = [];
  const note = (kind) => {
    const words = `${document.querySelector("[data-caption]").textContent}, ${kind}`;
    if (window.shown.at(-1) !== words) window.shown.push(words);
  };
  for (const reel of document.querySelectorAll("[data-reel]"))
    reel.addEventListener("playing", () => note("playing"));
  new MutationObserver(() => {
    if (!document.querySelector("[data-gap]").hidden) note("a card");
  }).observe(document.querySelector("[data-caption]"), { childList: true });
}"""
ALL_STAND_STILL = f"() => !({IS_PLAYING})()"


@pytest.fixture
def watched(
    page: Page, live_server: Any, as_: As, clip: Clip, teammate: User, tmp_path: Path
) -> Page:
    """The play-through of three clips: two seconds, nothing, two seconds."""
    film = media.make_video(tmp_path / "film.mp4").read_bytes()
    gap = add(clip.project, teammate, "Second", like=clip)
    last = add(clip.project, teammate, "Third", like=clip)
    for one in (clip, last):
        make_animatic(one, teammate, video=ContentFile(film, name="video.mp4"), duration_seconds=2)
    assert not gap.animatics.exists()
    cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('playthrough', args=[clip.project_id])}")
    ready(page)
    return page


def shows(page: Page, words: str) -> None:
    expect(page.locator("[data-caption]")).to_have_text(words)


def test_it_plays_from_the_first_clip_over_the_gap_to_the_end(watched: Page) -> None:
    watched.evaluate(WRITE_DOWN_WHAT_IS_SHOWN)
    watched.keyboard.press("Space")
    expect(watched.locator("[data-time]")).to_have_text("0:06", timeout=60_000)
    watched.wait_for_function(ALL_STAND_STILL)
    assert watched.evaluate("() => window.shown") == [
        "1. Welcome: animatic 1, playing",
        "2. Second: nothing yet, a card",
        "3. Third: animatic 1, playing",
    ]
    expect(watched.locator("[data-do=toggle]")).to_have_attribute("aria-label", "Play")


def test_keys_go_from_clip_to_clip(watched: Page) -> None:
    for key, words in (
        ("ArrowDown", "2. Second: nothing yet"), ("ArrowDown", "3. Third: animatic 1"),
        ("ArrowDown", "3. Third: animatic 1"), ("ArrowUp", "2. Second: nothing yet"),
        ("Home", "1. Welcome: animatic 1"), ("ArrowRight", "1. Welcome: animatic 1"),
    ):  # fmt: skip
        watched.keyboard.press(key)
        shows(watched, words)
    expect(watched.locator("[data-time]")).to_have_text("0:01")
    watched.keyboard.press("l")
    watched.wait_for_function(IS_PLAYING)
    watched.keyboard.press("k")
    watched.wait_for_function(ALL_STAND_STILL)


def test_j_goes_backwards_to_the_beginning(watched: Page) -> None:
    watched.keyboard.press("ArrowDown")
    watched.keyboard.press("j")
    shows(watched, "1. Welcome: animatic 1")
    expect(watched.locator("[data-time]")).to_have_text("0:00")


def test_the_list_leads_to_a_clip_and_marks_where_one_is(watched: Page) -> None:
    third = watched.locator("[data-scene-go]").nth(2)
    third.click()
    shows(watched, "3. Third: animatic 1")
    expect(third).to_have_attribute("aria-current", "true")
    assert "/animatic/" in watched.url, "the link is for opening it elsewhere"


def test_drafting_what_is_missing_follows_on_the_page(watched: Page) -> None:
    watched.get_by_role("button", name="Draft all missing or out of date (1), free").click()
    expect(watched.locator("#scenes")).to_contain_text("Animatic: next to be drawn")
