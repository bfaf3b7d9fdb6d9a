"""A guest in a real browser, as the tests see what it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.test_pages_are_sound import STILL, THEMES, WIDTHS
from tests.reviews.guests import door
from tests.services.chromium import arriving


def sound(page: Page, name: str) -> None:
    """No fault for assistive technology, no width but the window's, at both widths and themes.

    SCREENSHOTS_OF_GUESTS names a folder for the pictures, of each width in each theme; without it
    each width has another theme, which one changes from page to page.
    """
    folder = os.environ.get("SCREENSHOTS_OF_GUESTS")
    for place, width in enumerate(WIDTHS):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in THEMES if folder else [THEMES[(len(name) + place) % 2]]:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            for _ in range(3):  # a colour that is inherited begins to change a frame later
                page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
                page.evaluate(STILL)
            found = Axe().run(page).response["violations"]
            said = [
                (one["id"], [(node["html"], node["failureSummary"]) for node in one["nodes"]])
                for one in found
            ]
            assert said == [], f"{name} at {width} in {theme}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide at {width}"
            if folder:
                page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png")


def come_in(page: Page, live_server: Any, token: str) -> None:
    """From the door to the first version."""
    page.goto(live_server.url + door(token))
    page.get_by_label("Your name").fill("Grete Gast")
    page.get_by_label("Your email").fill("grete@client.example")
    with arriving(page):
        page.get_by_role("button", name="Open the review").click()
