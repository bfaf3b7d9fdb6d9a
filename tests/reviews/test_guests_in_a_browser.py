"""A guest in a real browser: from the link to a comment at exactly the frame that was seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, GuestDecision, Rights
from tests.conftest import make_job, make_version
from tests.reviews.counting_video import FRAMES, RATE, shows
from tests.reviews.guest_browser import come_in, sound
from tests.reviews.guests import PASSPHRASE, door, make_link
from tests.services.chromium import arriving, new_context, ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)

BOX = {"tool": "box", "colour": "red", "points": [[0.3, 0.3], [0.7, 0.7]]}


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
    page.on("console", lambda line: faults.append(line.text) if "htmx:oob" in line.text else None)
    page.goto(live_server.url + door(token))
    ready(page)
    sound(page, "door")
    page.set_viewport_size({"width": 1440, "height": 844})
    page.get_by_label("Your name").fill("Grete Gast")
    page.get_by_label("Your email").fill("grete@client.example")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    with arriving(page):
        page.get_by_role("button", name="Open the review").click()
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
    expect(page.locator("#guest-decision")).to_contain_text("You decided request changes")
    assert GuestDecision.objects.get().reason == "The lips"
    assert faults == []


def test_what_a_guest_has_typed_outlives_a_reload(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    _, token = make_link(counting, approver)
    come_in(page, live_server, token)
    page.keyboard.press("m")
    page.keyboard.type("half a thought")
    page.reload()
    ready(page)
    expect(page.locator("#id_text")).to_have_value("half a thought")


def test_an_open_page_follows_the_team_and_keeps_what_is_being_typed(
    page: Page, live_server: Any, as_: As, counting: Version, approver: User, teammate: User
) -> None:
    link, token = make_link(counting.clip, approver, rights=Rights.APPROVE)
    come_in(page, live_server, token)
    shows(page, 0)
    page.keyboard.press("m")
    page.keyboard.type("half a thought")
    Comment.objects.create(
        version=counting, author=approver, frame=12, text="Look here", is_shared=True, drawing=[BOX]
    )
    expect(page.locator(".comment__body", has_text="Look here")).to_be_visible()
    expect(page.locator("[data-mark='12']")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("half a thought")
    newer = make_version(
        make_job(counting.clip, teammate, number=2),
        review_copy=ContentFile(counting.review_copy.read(), name="review.mp4"),
        frames=FRAMES, rate_numerator=RATE, width=320, height=180,
    )  # fmt: skip
    expect(page.get_by_text("v2 has replaced this version.")).to_be_visible()
    page.get_by_role("link", name="Open v2").click()
    page.wait_for_url(f"**/{newer.pk}/")
    ready(page)
    link.revoke(by=approver)
    expect(page.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    assert page.locator("video").count() == 0


def on_picture(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the picture, in shares of it, is in the window: the picture is 16:9."""
    box = page.locator("[data-video]").bounding_box()
    assert box
    width = min(box["width"], box["height"] * 16 / 9)
    height = width * 9 / 16
    left, top = box["x"] + (box["width"] - width) / 2, box["y"] + (box["height"] - height) / 2
    return left + x * width, top + y * height


def test_a_guest_answers_draws_says_it_better_and_takes_it_back(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    thread = Comment.objects.create(
        version=counting, author=approver, frame=12, text="Look here", is_shared=True
    )
    _, token = make_link(counting, approver)
    come_in(page, live_server, token)
    shows(page, 0)
    page.get_by_role("link", name="Reply").click()
    shows(page, 12)
    page.locator("#id_text").fill("I see it")
    page.get_by_role("button", name="Answer").click()
    answer = page.locator(".reply", has_text="I see it")
    expect(answer).to_be_visible()
    assert Comment.objects.get(parent=thread).frame == 12
    answer.get_by_role("link", name="Edit").click()
    page.locator("#id_text").fill("I see it now")
    page.get_by_role("button", name="Change").click()
    expect(page.locator(".reply", has_text="I see it now")).to_be_visible()
    page.locator(".reply").get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".reply")).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("d")
    page.get_by_role("button", name="Box").click()
    page.mouse.move(*on_picture(page, 0.25, 0.25))
    page.mouse.down()
    page.mouse.move(*on_picture(page, 0.75, 0.75))
    page.mouse.up()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body", has_text="a drawing")).to_be_visible()
    drawn = Comment.objects.get(guest__isnull=False, parent=None)
    assert drawn.frame == 12
    assert drawn.drawing
    (shape,) = drawn.drawing
    assert shape["tool"] == "box"
    for point, wanted in zip(shape["points"], ([0.25, 0.25], [0.75, 0.75]), strict=True):
        assert point == pytest.approx(wanted, abs=0.01)


def test_the_name_stands_over_the_picture_in_full_screen_and_playing_is_logged_once(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    link, token = make_link(counting, approver)
    come_in(page, live_server, token)
    shows(page, 0)
    assert not link.events.filter(what="viewed").exists()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    picture, mark = (page.locator(one).bounding_box() for one in ("[data-video]", ".watermark"))
    assert picture == mark
    assert page.evaluate(
        "document.fullscreenElement.contains(document.querySelector('.watermark'))"
    )
    with page.expect_response("**/played/"):
        page.keyboard.press(" ")
    page.keyboard.press("k")
    page.keyboard.press(" ")
    page.wait_for_function("() => !document.querySelector('[data-video]').paused")
    assert link.events.filter(what="viewed").count() == 1


def test_a_comment_that_does_not_reach_the_studio_is_kept_and_sent_again(
    page: Page, live_server: Any, counting: Version, approver: User
) -> None:
    _, token = make_link(counting, approver)
    come_in(page, live_server, token)
    shows(page, 0)
    page.route("**/comments/", lambda route: route.abort())
    page.keyboard.press("m")
    page.keyboard.type("Not lost")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("[data-outbox-list]")).to_contain_text("Not lost")
    assert not Comment.objects.exists()
    page.unroute("**/comments/")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".comment__body", has_text="Not lost").first).to_be_visible()
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert Comment.objects.get().text == "Not lost"


def test_without_javascript_a_guest_can_do_everything_but_step(
    browser: Any, live_server: Any, counting: Version, approver: User
) -> None:
    _, token = make_link(counting, approver, rights=Rights.APPROVE)
    context = new_context(browser, java_script_enabled=False)
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
    expect(page.locator("#guest-decision")).to_contain_text("You decided approve")
    context.close()
