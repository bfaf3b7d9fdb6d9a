"""Two versions on one clock, read from their pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from studio.clips.models import Clip
from studio.organisations.models import User
from tests.reviews.counting_video import NUMBER
from tests.reviews.drift import IS_MINUTE, SECONDS, measured, unequal
from tests.reviews.rooms import As, Enter, first, go, holding, numbered, room, shows
from tests.services.chromium import ready

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)

PAL, NTSC = Fraction(25), Fraction(30000, 1001)


def address(clip: Clip, query: str = "") -> str:
    return reverse("compare", args=[clip.pk]) + query


def show(page: Page, a: int, b: int) -> None:
    """Waits until both pictures are those frames."""
    page.wait_for_function(
        f"""([a, b]) => {{
          const number = {NUMBER};
          const [one, other] = document.querySelectorAll("[data-compare-side] video");
          return !one.seeking && !other.seeking && number(one) === a && number(other) === b;
        }}""",
        arg=[a, b],
    )


#: A busy machine disturbs a play; a drift of our own would be there in each.
PLAYS = 3


@pytest.mark.quiet
@pytest.mark.parametrize("rates", [(PAL, PAL), (PAL, NTSC)], ids=["same rate", "25 and 29.97"])
def test_both_stay_within_one_frame_while_they_play(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path,
    rates: tuple[Fraction, Fraction], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for number, rate in enumerate(rates, 1):
        frames = int((SECONDS + 3) * rate)
        numbered(clip, teammate, tmp_path, number=number, frames=frames, rate=rate, sound=True)
    # Frames of unequal length overlap only in part: even on one clock their middles are apart.
    allowed = 1.01 if rates[0] == rates[1] else 1.01 + unequal(rates)
    for _ in range(PLAYS):
        page = go(approver, address(clip, "?a=1&b=2"))
        show(page, 0, 0)
        drift = measured(page, SECONDS, rates)
        if IS_MINUTE:
            with capsys.disabled():
                sys.stdout.write(f"\n{drift.row(rates, allowed)}\n")
        if drift.is_together(allowed):
            break
    assert drift.seconds > SECONDS / 2, "they have played"
    assert drift.has_enough, "this machine misses too many frames to tell"
    assert drift.drift <= 1
    assert drift.share_within(allowed) > 0.99


def test_stopped_both_stand_at_the_frame_of_the_same_moment(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    numbered(clip, teammate, tmp_path, number=1, frames=250, rate=PAL)
    numbered(clip, teammate, tmp_path, number=2, frames=300, rate=NTSC)
    page = go(approver, address(clip, "?a=1&b=2"))
    show(page, 0, 0)
    at = 0
    for key, step in (
        ("ArrowRight", 1),
        ("Shift+ArrowRight", 25),
        ("ArrowRight", 1),
        ("ArrowLeft", -1),
    ):
        page.keyboard.press(key)
        at += step
        show(page, at, int((Fraction(at) + Fraction(1, 2)) / PAL * NTSC))
    page.keyboard.press("l")
    page.wait_for_function(f"() => document.querySelector('[data-compare]').frame() > {at + 10}")
    page.keyboard.press("k")
    stopped = page.evaluate("() => document.querySelector('[data-compare]').frame()")
    assert stopped > at
    show(page, stopped, int((Fraction(stopped) + Fraction(1, 2)) / PAL * NTSC))
    page.keyboard.press("End")
    show(page, 249, 299)
    expect(page.locator("[data-compare-side=a] [data-compare-over]")).to_be_visible()
    longer = page.locator("[data-compare-side=b] [data-compare-over]")
    expect(longer, "by less than a frame of the other's").to_be_hidden()


def test_it_opens_at_the_frame_of_the_room_and_leads_back_to_what_is_seen(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    first = numbered(clip, teammate, tmp_path, number=1, rate=PAL)
    second = numbered(clip, teammate, tmp_path, number=2, rate=NTSC)
    page = go(approver, room(second, "?frame=30"))
    shows(page, 30)
    page.locator("#compare-open").click()
    page.wait_for_url("**/compare/**")
    show(page, 25, 30)
    page.keyboard.press("w")
    page.get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_url("**mode=wipe**")
    ready(page)
    show(page, 25, 30)
    expect(page.locator("[data-compare]")).to_have_attribute("data-mode", "wipe")
    page.locator("[data-compare-side=a] [data-compare-link]").click()
    page.wait_for_url(f"**{room(first, '?frame=25')}")


def test_the_frame_goes_along_also_when_the_rooms_own_script_comes_late(
    page: Page, live_server: Any, as_: As, clip: Clip, teammate: User, approver: User,
    tmp_path: Path,
) -> None:  # fmt: skip
    for number in (1, 2):
        numbered(clip, teammate, tmp_path, number=number)
    held = holding(page, "**/pages/review.js")
    cookie = as_(approver).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    second = clip.versions.get(number=2)
    page.goto(live_server.url + room(second, "?frame=30"), wait_until="commit")
    page.wait_for_function("() => document.getElementById('player')?.showFrame")
    first(page, held).continue_()
    shows(page, 30)
    page.locator("#compare-open").click()
    page.wait_for_url("**/compare/**")
    show(page, 30, 30)


def test_the_shorter_one_holds_its_last_frame_until_the_longer_one_has_ended(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    numbered(clip, teammate, tmp_path, number=1, frames=25, sound=True)
    numbered(clip, teammate, tmp_path, number=2, frames=60, sound=True)
    page = go(approver, address(clip, "?a=1&b=2"))
    show(page, 0, 0)
    page.get_by_role("button", name="Sound of v1").click()
    page.keyboard.press("l")
    over = page.locator("[data-compare-side=a] [data-compare-over]")
    expect(over).to_be_visible()
    expect(page.locator("[data-compare-side=b] [data-compare-over]")).to_be_hidden()
    show(page, 24, 59)
    expect(page.locator("[data-compare-do=toggle]")).to_have_attribute("aria-label", "Play")
    page.keyboard.press("Home")
    show(page, 0, 0)
    expect(over).to_be_hidden()


def test_keys_choose_how_they_are_seen_and_one_sound_is_heard(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    for number in (1, 2):
        numbered(clip, teammate, tmp_path, number=number, frames=50)
    page = go(approver, address(clip))
    a, b = (page.locator(f"[data-compare-side={name}] video") for name in "ab")
    boxes = [one.bounding_box() for one in (a, b)]
    assert boxes[0] and boxes[1] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
    page.keyboard.press("v")
    expect(a).to_be_hidden()
    page.keyboard.press("v")
    expect(b).to_be_hidden()
    expect(a).to_be_visible()
    alike = page.get_by_text("Black where v1 and v2 are alike")
    expect(alike).to_be_hidden()
    page.keyboard.press("e")
    expect(alike).to_be_visible()
    assert a.bounding_box() == b.bounding_box()
    blend = "one => getComputedStyle(one.parentElement).mixBlendMode"
    assert b.evaluate(blend) == "difference"
    page.keyboard.press("w")
    wipe = page.get_by_role("slider", name="Where v1 ends and v2 begins")
    wipe.focus()
    page.keyboard.press("Home")
    cut = b.evaluate("one => one.parentElement.style.clipPath")
    assert cut.replace("0px", "0").startswith("inset(0 0 0 0")
    page.keyboard.press("End")
    assert "100%" in b.evaluate("one => one.parentElement.style.clipPath")
    heard = (
        "() => [...document.querySelectorAll('[data-compare-side] video')].map(one => one.muted)"
    )
    assert page.evaluate(heard) == [True, False]
    page.get_by_role("button", name="Sound of v1").click()
    assert page.evaluate(heard) == [False, True]


def test_arrows_step_by_one_frame_after_a_click_on_the_timeline_too(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    for number in (1, 2):
        numbered(clip, teammate, tmp_path, number=number, frames=75)
    page = go(approver, address(clip))
    wave = page.locator("[data-compare] [data-waveform]")
    box = wave.bounding_box()
    assert box
    wave.click(position={"x": box["width"] * 0.405, "y": 8})
    at = page.evaluate("() => document.querySelector('[data-compare]').frame()")
    assert abs(at - 30) <= 1
    show(page, at, at)
    page.keyboard.press("ArrowRight")
    show(page, at + 1, at + 1)


def test_the_difference_of_two_equal_pictures_is_black(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    for number in (1, 2):
        numbered(clip, teammate, tmp_path, number=number, frames=50)
    page = go(approver, address(clip))
    page.keyboard.press("End")
    show(page, 49, 49)
    page.keyboard.press("e")
    box = page.locator("[data-compare-pictures]").bounding_box()
    assert box
    inside: FloatRect = {
        "x": box["x"] + 40,
        "y": box["y"] + box["height"] / 2,
        "width": box["width"] - 80,
        "height": 20,
    }
    assert brightest(page, inside, lambda light: light < 24) < 24
    page.evaluate("document.querySelector('[data-compare-side=b] video').currentTime = 0.5")
    page.wait_for_function("() => !document.querySelector('[data-compare-side=b] video').seeking")
    assert brightest(page, inside, lambda light: light > 150) > 150


def brightest(page: Page, inside: FloatRect, is_it: Callable[[int], bool]) -> int:
    """The brightest point there: the screen may follow the page a little later."""
    for _ in range(100):
        with Image.open(BytesIO(page.screenshot(clip=inside))) as opened:
            light = int(np.asarray(opened.convert("RGB")).max())
        if is_it(light):
            break
        page.wait_for_timeout(100)
    return light
