"""Every way to a frame ends on exactly that frame: the number is read from the picture itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from jobs.models import AvatarJob
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import SHOWN, Enter, go, numbered, room, shows
from tests.services.chromium import ready

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)

RATES = [Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001)]
#: Long enough that a rate rounded to whole frames would be off by one before the end.
FRAMES = 1_100


def range_of(page: Page) -> tuple[str, str]:
    form = page.locator("#comment-form")
    first, last = form.locator("[data-comment-frame]"), form.locator("[data-comment-last]")
    return first.input_value(), last.input_value()


@pytest.mark.parametrize("rate", RATES, ids=["25", "23.976", "29.97"])
def test_steps_seeks_links_comments_and_ranges_land_on_their_very_frame(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path, rate: Fraction
) -> None:
    version = numbered(clip, teammate, tmp_path, frames=FRAMES, rate=rate)
    comment = Comment.objects.create(version=version, author=teammate, frame=1061, text="Blink")
    page = go(approver, room(version, "?frame=1001"))
    shows(page, 1001)
    second = round(rate)
    at = 1001
    for key, step in (
        ("ArrowRight", 1), ("ArrowRight", 1), ("ArrowLeft", -1), ("Shift+ArrowRight", second),
        ("Shift+ArrowLeft", -second), ("ArrowLeft", -1),
    ):  # fmt: skip
        page.keyboard.press(key)
        at += step
        shows(page, at)
    for _ in range(7):  # faster than a seek takes
        page.keyboard.press("ArrowRight")
    shows(page, at + 7)
    page.keyboard.press("End")
    shows(page, FRAMES - 1)
    page.locator(f"#comment-{comment.pk} [data-seek-button]").click()
    shows(page, 1061)
    page.keyboard.press("Home")
    page.keyboard.press("n")
    shows(page, 1061)
    wave = page.locator("#player [data-waveform]")
    box = wave.bounding_box()
    assert box
    for share in (0.001, 0.3331, 0.7777, 0.9995):
        wave.click(position={"x": box["width"] * share, "y": 10})
        wanted = page.evaluate("() => document.querySelector('[data-video]').currentTime") * rate
        shows(page, int(wanted))
        assert abs(int(wanted) - share * FRAMES) <= FRAMES / box["width"] + 1
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("i")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    shows(page, second + 3)
    assert range_of(page) == (str(second), str(second + 3))
    page.keyboard.press("m")
    page.keyboard.type("Hand is late")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body", has_text="Hand is late")).to_be_visible()
    said = Comment.objects.get(text="Hand is late")
    assert (said.frame, said.last_frame) == (second, second + 3)
    expect(page.locator("[data-comment-last]")).to_have_value("")  # the range was the comment's


def test_the_frame_that_is_seen_when_it_is_stopped_is_the_frame_it_says(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    version = numbered(clip, teammate, tmp_path, frames=600, rate=Fraction(30000, 1001))
    page = go(approver, room(version))
    shows(page, 0)
    said = 0
    seen = "Number(document.querySelector('#comment-form').dataset.now)"
    for _ in range(4):
        page.keyboard.press("l")
        page.wait_for_function(f"() => {seen} > {said + 5}")
        page.keyboard.press("k")
        said = int(page.locator("#comment-form").get_attribute("data-now") or "-1")
        shows(page, said)
        assert said > 0
        assert int(page.locator("[data-comment-frame]").input_value()) == said


def test_l_goes_faster_and_j_goes_back(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    version = numbered(clip, teammate, tmp_path, frames=600)
    page = go(approver, room(version, "?frame=200"))
    shows(page, 200)
    speed = "() => document.querySelector('[data-video]').playbackRate"
    page.keyboard.press("r")  # on a busy machine the film ends meanwhile: it begins again
    for wanted, shown in ((1, ""), (2, "2×"), (4, "4×"), (8, "8×"), (8, "8×")):
        page.keyboard.press("l")
        assert page.evaluate(speed) == wanted
        expect(page.locator("[data-speed]")).to_have_text(shown)
    page.keyboard.press("r")
    page.keyboard.press("k")
    page.keyboard.press("End")
    shows(page, 599)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-speed]")).to_have_text("−2×")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function(f"() => {SHOWN} < 560")
    page.keyboard.press("k")
    said = int(page.locator("#comment-form").get_attribute("data-now") or "-1")
    shows(page, said)


@pytest.mark.quiet
def test_a_loop_plays_the_range_and_nothing_else(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    version = numbered(clip, teammate, tmp_path, frames=300)
    page = go(approver, room(version, "?frame=100"))
    shows(page, 100)
    page.keyboard.press("i")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("o")
    page.keyboard.press("r")
    page.evaluate(
        """() => {
          window.seen = [];
          const keep = (event) => window.seen.push(event.detail.frame);
          document.addEventListener("player:frame", keep);
        }"""
    )
    page.keyboard.press("Space")
    page.wait_for_function("() => window.seen.filter((one) => one === 100).length >= 2")
    page.keyboard.press("Space")
    seen = page.evaluate("() => window.seen")
    assert set(seen) <= set(range(100, 126))
    assert 125 in seen or 124 in seen


def test_the_timeline_shows_the_pauses_and_under_the_pointer_the_time(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    assert clip.take
    clip.take.facts = clip.take.facts | {"silences": [[0.5, 1.5], [2.5, 3.0]]}
    clip.take.save()
    version = numbered(clip, teammate, tmp_path)
    page = go(approver, room(version))
    pauses = page.locator(".player__pause")
    expect(pauses).to_have_count(2)
    track = page.locator("#player .player__track").bounding_box()
    pause = pauses.first.bounding_box()
    assert track and pause
    assert pause["x"] - track["x"] == pytest.approx(track["width"] / 6, abs=2)
    assert pause["width"] == pytest.approx(track["width"] / 3, abs=2)
    page.locator("#player [data-waveform]").hover(position={"x": track["width"] / 2, "y": 10})
    expect(page.locator("[data-preview-timecode]")).to_have_text("00:01:12")
    strip = page.locator("[data-preview-picture]").evaluate("one => one.style.backgroundImage")
    assert reverse("version_film_strip", args=[version.pk]) in strip


def test_a_link_to_a_range_opens_with_it_and_u_copies_the_link_to_what_is_seen(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    version = numbered(clip, teammate, tmp_path)
    numbered(clip, teammate, tmp_path, number=2)
    page = go(approver, room(version, "?frame=20&last=40"))
    shows(page, 20)
    assert range_of(page) == ("20", "40")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = "() => navigator.clipboard.readText()"
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate(copied).endswith(room(version, "?frame=20&last=40"))
    page.evaluate("document.getElementById('toasts').replaceChildren()")
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    shows(page, 21)
    page.keyboard.press("u")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    link = page.evaluate(copied)
    assert link.endswith(room(version, "?frame=21")), "of this version, whatever has replaced it"
    page.goto(link)
    ready(page)
    shows(page, 21)
    assert range_of(page) == ("21", "")


def test_keys_work_after_something_beside_the_picture_was_opened_or_ticked(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    page = go(approver, room(numbered(clip, teammate, tmp_path), "?frame=20"))
    shows(page, 20)
    page.get_by_text("Made from").click()
    page.keyboard.press("ArrowRight")
    shows(page, 21)
    page.locator("#comment-shared").check()
    page.keyboard.press("ArrowRight")
    shows(page, 22)
    page.keyboard.press("Space")
    expect(page.locator("#comment-shared")).not_to_be_checked()
    assert not page.evaluate("document.getElementById('player').isPlaying()")


def test_a_number_opens_that_version_at_the_frame_that_is_seen(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    first = numbered(clip, teammate, tmp_path)
    second = numbered(clip, teammate, tmp_path, number=2)
    page = go(approver, room(second))
    page.keyboard.press("1")
    page.wait_for_url(f"**{room(first)}")
    ready(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    page.wait_for_url(f"**{room(second, '?frame=1')}")
    ready(page)
    shows(page, 1)
    page.locator("#id_text").fill("1 is better")
    assert page.url.endswith(room(second, "?frame=1")), "a number that is typed is only a number"


def test_what_is_to_verify_leads_to_the_same_frame_of_this_version(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    first = numbered(clip, teammate, tmp_path)
    asked = Comment.objects.create(version=first, author=approver, frame=40, text="Blink")
    late = Comment.objects.create(version=first, author=approver, frame=74, text="Smile")
    second = numbered(clip, teammate, tmp_path, number=2, frames=60)
    AvatarJob.objects.filter(pk=second.job_id).update(based_on=first)
    page = go(approver, room(second))
    page.locator(f"#look-{asked.pk}").click()
    shows(page, 40)
    assert page.url.endswith(room(second, "?frame=40"))
    page.keyboard.press("n")
    shows(page, 59)
    expect(page.locator(f"#verify-{late.pk}")).to_have_attribute("data-current", "")


def test_marks_that_would_hide_each_other_are_narrow_and_each_leads_to_its_comment(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    version = numbered(clip, teammate, tmp_path)
    for frame in (10, 11, 60):
        Comment.objects.create(version=version, author=teammate, frame=frame, text="Blink")
    page = go(approver, room(version))
    marks = page.locator("[data-mark]")
    widths = [box["width"] for one in marks.all() if (box := one.bounding_box())]
    assert widths[2] > 2 * widths[0]
    assert widths[0] == widths[1]
    for index, frame in enumerate((10, 11, 60)):
        marks.nth(index).click()
        shows(page, frame)


def test_the_help_sheet_names_every_key_of_the_player(
    go: Enter, clip: Clip, teammate: User, approver: User, tmp_path: Path
) -> None:
    page = go(approver, room(numbered(clip, teammate, tmp_path)))
    page.keyboard.press("?")
    sheet = page.locator("#help")
    expect(sheet).to_be_visible()
    keys = set(sheet.locator("kbd").all_inner_texts())
    wanted = {*"JKLIOXRUFMDNBVSWE19?", "Space", "←", "→", "⇧", "Home", "End", "Ctrl Z"}
    assert wanted <= keys
