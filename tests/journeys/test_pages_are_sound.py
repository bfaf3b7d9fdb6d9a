"""Every page of the studio in a real browser: for everybody, on every window, without a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.people import RENDER_MS, Creator
from tests.journeys.studios import Studio, embedded
from tests.services.chromium import opened, ready

FINISHED = "Welcome to the spring release"
UNFINISHED = "When we are here for you"
WIDTHS = (1440, 390)
THEMES = ("light", "dark")
#: Pages that everybody may open.
OPEN_PAGES = ("/login/", "/password/reset/", "/password/reset/sent/", "/invitation/gone/")
#: What the browser itself logs when a page is meant to answer 404 or 410.
MEANT = "Failed to load resource: the server responded with a status of 4"

#: Resolves when the animations that end have ended: a colour half way is no colour to measure.
#: Asked again and again, for a while: what is taken away before it has begun to move never says
#: that it has finished.
STILL = """async () => {
  const moves = (one) => one.effect.getTiming().iterations !== Infinity;
  const end = performance.now() + 3000;
  while (document.getAnimations().some(moves) && performance.now() < end) {
    await new Promise(requestAnimationFrame);
  }
}"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with embedded(tmp_path_factory.mktemp("studio")) as running:
        yield running


@cache
def axe_source() -> str:
    return str(Axe().axe_script)


def settled(page: Page) -> None:
    """Wait until the behaviours are attached and nothing moves."""
    ready(page)
    page.evaluate(STILL)


def faults_of(page: Page, path: str) -> list[str]:
    """What is wrong with the page that is open, at every width, each in another theme.

    Which width has which theme changes from page to page: what they share is seen in all four.
    """
    found = []
    if page.title().split(" · ")[0] in ("", "Understudy"):
        found.append(f"{path}: no title of its own")
    page.evaluate(axe_source())
    themes = THEMES if len(path) % 2 else THEMES[::-1]
    for width, theme in zip(WIDTHS, themes, strict=True):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        settled(page)
        where = f"{path} at {width} px, {theme}"
        found += [f"{where}: {violation}" for violation in violations_of(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{path}: {wide} px wide in a window of {width}")
    return found


def violations_of(page: Page) -> list[str]:
    """The rules of axe that are broken, each with the first element that breaks it."""
    answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer["violations"]]


def path_to(page: Page, selector: str) -> str:
    """Where the first of these links leads."""
    return page.locator(selector).first.get_attribute("href") or ""


def make_one_version(admin: Creator) -> list[str]:
    """Generate one clip; the addresses of everything that then has a page."""
    admin.open("/o/demo/projects/")
    admin.follow("Spring release")
    project = urlsplit(admin.page.url).path
    admin.follow(UNFINISHED)
    unfinished = urlsplit(admin.page.url).path
    admin.open(project)
    admin.follow(FINISHED)
    clip = urlsplit(admin.page.url).path
    # Before there is a version: while one is under review its clip stays as it is.
    admin.page.locator("#draft-it").click()
    expect(admin.page.locator("#watch-draft")).to_be_visible(timeout=RENDER_MS)
    animatic = path_to(admin.page, "#watch-draft")
    admin.generate(1)
    admin.watch_it_finish(1)
    review, job = path_to(admin.page, "#open-v1"), path_to(admin.page, "#job-v1")
    source = review.strip("/").split("/")[-1]
    admin.open(f"{project}takes/")
    mend = path_to(admin.page, "main a[href$='/mend/']")
    admin.open("/o/demo/characters/")
    character = path_to(admin.page, "main .card__link")
    admin.open(character)
    crop = path_to(admin.page, "main a[id^=crop-]")
    admin.open("/o/demo/presets/")
    preset = path_to(admin.page, "main .presets__link")
    return [
        "/o/demo/projects/", "/o/demo/projects/?q=welcome", "/o/demo/projects/?show=archive",
        "/o/demo/projects/new/", project, f"{project}?view=list", f"{project}edit/",
        f"{project}engine/", f"{project}rule/", f"{project}takes/", f"{clip}lineage/", clip,
        f"{clip}?from={source}", unfinished, review,
        f"{review}?decide=1", job, "/o/demo/characters/", "/o/demo/characters/new/", character,
        crop, f"{character}edit/", "/o/demo/presets/", "/o/demo/presets/new/", preset,
        f"{project}animatic/", animatic, mend, "/o/demo/checks/",
        "/o/demo/desk/", "/o/demo/members/", "/o/demo/settings/", "/o/demo/operations/",
        "/o/demo/webhooks/", "/profile/", "/profile/notifications/", "/notifications/", "/nowhere/",
    ]  # fmt: skip


def test_every_page_is_sound_at_two_widths_and_in_both_themes(
    studio: Studio, browser: Browser
) -> None:
    admin = Creator(browser, studio, "ada@demo.example")
    faults = []
    for path in make_one_version(admin):
        admin.page.goto(studio.url + path)
        settled(admin.page)
        faults += faults_of(admin.page, path)
    faults += [line for line in admin.complaints if not line.startswith(MEANT)]
    with opened(browser) as page:
        page.on("pageerror", lambda error: faults.append(str(error)))
        for path in OPEN_PAGES:
            page.goto(studio.url + path)
            settled(page)
            faults += faults_of(page, path)
    assert faults == []


def has_recorded(form: Locator) -> None:
    """Wait until the clock has begun anew and three seconds are there; it may be more by now."""
    clock = form.locator("[data-clock]").element_handle()
    for told in ("one => one.textContent < '0:03'", "one => one.textContent >= '0:03'"):
        form.page.wait_for_function(told, arg=clock)


def test_a_take_recorded_in_the_browser_is_chosen_and_shows_its_waveform(
    studio: Studio, browser: Browser
) -> None:
    jonas = Creator(browser, studio, "jonas@demo.example")
    open_takes(jonas)
    form = jonas.page.locator("#new-take-form")
    form.get_by_role("button", name="Record", exact=True).click()
    has_recorded(form)
    form.get_by_label("Title").fill("Spoken at the desk")
    form.get_by_role("button", name="Add and choose it").click()
    expect(form).to_contain_text("Stop the recording first")
    form.get_by_role("button", name="Stop").click()
    form.get_by_role("button", name="Keep this take").click()
    expect(form.get_by_role("status")).to_contain_text("It is sent with “Add and choose it”.")
    expect(form.locator("[data-drop-name]")).to_contain_text(re.compile(r"take .+\.webm"))
    form.get_by_role("button", name="Record", exact=True).click()
    has_recorded(form)
    form.get_by_role("button", name="Stop").click()
    expect(form.get_by_role("button", name="Keep this take")).to_be_visible()
    form.get_by_role("button", name="Add and choose it").click()  # what was heard goes along
    expect(jonas.page.locator("#pick-take")).to_be_hidden()
    chosen = jonas.page.locator("#audio-preview")
    expect(chosen).to_contain_text("Spoken at the desk")
    expect(chosen).to_contain_text("recorded in the browser")
    waveform = chosen.locator("[data-waveform]")
    expect(waveform.locator("canvas")).to_be_visible()
    assert max(json.loads(waveform.get_attribute("data-peaks") or "[]")) > 0
    assert jonas.complaints == []


def test_a_refused_recording_stays_in_the_form_that_comes_back(
    studio: Studio, browser: Browser, tmp_path: Path
) -> None:
    jonas = Creator(browser, studio, "jonas@demo.example")
    open_takes(jonas)
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear all, " * 400)
    form = jonas.page.locator("#new-take-form")
    form.locator("input[type=file]").set_input_files(letter)
    form.get_by_role("button", name="Add and choose it").click()
    expect(form.locator(".field__error")).to_be_visible()
    expect(form.locator("[data-drop-name]")).to_have_text("letter.mp3")
    assert form.locator("input[type=file]").evaluate("input => input.files.length") == 1


def open_takes(creator: Creator) -> None:
    """The dialog in which the take of the unfinished clip is chosen."""
    creator.open("/o/demo/projects/")
    creator.follow("Spring release")
    creator.follow(UNFINISHED)
    creator.page.locator("[data-dialog-open=pick-take]").click()
