"""A guest in a real browser: from the link to a comment at exactly the frame that was seen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment, GuestDecision, Rights
from tests.conftest import make_job, make_version
from tests.notifications.conftest import told  # noqa: F401 - a fixture
from tests.reviews.counting_video import FRAMES, RATE, READ_FRAME, write_counting_video
from tests.reviews.guests import PASSPHRASE, door, make_link

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)

BOX = {"tool": "box", "colour": "red", "points": [[0.3, 0.3], [0.7, 0.7]]}


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    caches["shared"].clear()


@pytest.fixture
def counting(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    """v1, whose frames tell their numbers."""
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    copy = ContentFile(path.read_bytes(), name="review.mp4")
    job = make_job(clip, teammate)
    return make_version(
        job, review_copy=copy, frames=FRAMES, rate_numerator=RATE, width=320, height=180
    )


def shows(page: Page, frame: int) -> None:
    """Waits until the picture itself is that of `frame`."""
    page.wait_for_function(f"() => ({READ_FRAME})() === {frame}")


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def sound(page: Page, name: str) -> None:
    """No fault for assistive technology, no width but the window's, at both widths and themes.

    SCREENSHOTS_OF_GUESTS names a folder for the pictures.
    """
    folder = os.environ.get("SCREENSHOTS_OF_GUESTS")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found = Axe().run(page).response["violations"]
            said = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
            assert said == [], f"{name} at {width} in {theme}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide at {width}"
            if folder:
                page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png")


def test_a_guest_comes_in_comments_at_a_frame_and_decides(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    Comment.objects.create(
        version=counting, author=approver, frame=12, text="Look here", is_shared=True, drawing=[BOX]
    )
    _, token = make_link(
        counting.clip.project, approver, rights=Rights.APPROVE, passphrase=PASSPHRASE,
        may_download=True,
    )  # fmt: skip
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(live_server.url + door(token))
    ready(page)
    sound(page, "door")
    page.set_viewport_size({"width": 1440, "height": 844})
    page.get_by_label("Your name").fill("Grete Gast")
    page.get_by_label("Your email").fill("grete@client.example")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open the review").click()
    ready(page)
    shows(page, 0)
    for key, frame in (("ArrowRight", 1), ("Shift+ArrowRight", 26), ("End", 74), ("Home", 0)):
        page.keyboard.press(key)
        shows(page, frame)
    page.get_by_role("link", name="Go to 00:00:12").click()
    shows(page, 12)
    expect(page.locator("[data-drawing-shown] path").first).to_be_visible()
    picture, mark = (page.locator(one).bounding_box() for one in ("[data-video]", ".watermark"))
    assert picture == mark
    expect(page.locator(".watermark text").first).to_have_text("Grete Gast · grete@client.example")
    sound(page, "version")
    page.set_viewport_size({"width": 1440, "height": 844})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.keyboard.type("Lips are late")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body", has_text="Lips are late")).to_be_visible()
    assert Comment.objects.get(guest__name="Grete Gast").frame == 13
    ready(page)
    shows(page, 13)
    expect(page.locator("#id_text")).to_have_value("")
    page.get_by_label("Request changes").check()
    page.locator("#id_reason").fill("The lips")
    page.get_by_role("button", name="Send the decision").click()
    expect(page.locator("#decision")).to_contain_text("You decided request changes")
    assert GuestDecision.objects.get().reason == "The lips"
    assert faults == []


def test_what_a_guest_has_typed_outlives_a_reload(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    _, token = make_link(counting, approver)
    page.goto(live_server.url + door(token))
    page.get_by_label("Your name").fill("Grete Gast")
    page.get_by_label("Your email").fill("grete@client.example")
    page.get_by_role("button", name="Open the review").click()
    ready(page)
    page.keyboard.press("m")
    page.keyboard.type("half a thought")
    page.reload()
    ready(page)
    expect(page.locator("#id_text")).to_have_value("half a thought")


def test_without_javascript_a_guest_can_do_everything_but_step(
    browser: Any, live_server: Any, counting: Version, approver: User
) -> None:
    _, token = make_link(counting, approver, rights=Rights.APPROVE)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + door(token))
    page.get_by_label("Your name").fill("Grete Gast")
    page.get_by_label("Your email").fill("grete@client.example")
    page.get_by_role("button", name="Open the review").click()
    page.locator("#id_text").fill("Too slow")
    page.get_by_label("about all of it").check()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Too slow")
    page.get_by_label("Approve", exact=False).first.check()
    page.get_by_role("button", name="Send the decision").click()
    expect(page.locator("#decision")).to_contain_text("You decided approve")
    context.close()


def test_the_members_pages_are_sound(
    page: Page, live_server: Any, as_: As, counting: Version, owner: User, approver: User,
    told: Callable[..., Any],  # noqa: F811
) -> None:  # fmt: skip
    link, _ = make_link(counting.clip, approver, passphrase=PASSPHRASE, name="Kunde Süd")
    guest = link.guests.create(name="Grete Gast", email="grete@client.example")
    for what in ("opened", "shown", "viewed", "commented"):
        link.events.create(guest=guest, version=counting, what=what)
    told(owner)
    told(owner, read_at=counting.created_at)
    cookie = as_(owner).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    slug, project = counting.organisation.slug, counting.clip.project_id
    for name, arguments in (
        ("review_links", [project]), ("review_link", [link.pk]),
        ("review_link_preview", [link.pk]), ("notifications", []), ("notification_settings", []),
        ("webhooks", [slug]), ("playthrough", [project]), ("review", [counting.pk]),
    ):  # fmt: skip
        page.goto(live_server.url + reverse(name, args=arguments))
        ready(page)
        sound(page, name)
