"""Drawings belong to the picture: the same place in any window, and in full screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import Enter, go, numbered, room, shows
from tests.services.chromium import ready

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    """Upright, so that the picture does not fill its frame: bars left and right of it."""
    return numbered(clip, teammate, tmp_path, size=(216, 384))


#: Where the picture lies on the screen: within the video's box, as large as fits, in the middle.
PICTURE = """() => {
  const video = document.querySelector("[data-video]");
  const box = video.getBoundingClientRect();
  const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  const [x, y] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
  return { x, y, width, height };
}"""
#: Where the first box that was drawn lies on the screen, without its edge.
DRAWN = """() => {
  const path = document.querySelector("[data-drawing] g[fill=none] path");
  const box = path.getBBox(), place = path.getScreenCTM();
  const from = new DOMPoint(box.x, box.y).matrixTransform(place);
  const to = new DOMPoint(box.x + box.width, box.y + box.height).matrixTransform(place);
  return { x: from.x, y: from.y, right: to.x, bottom: to.y };
}"""


def drag(page: Page, *shares: tuple[float, float]) -> None:
    """Draw from point to point, in shares of the picture."""
    picture = page.evaluate(PICTURE)
    points = [(picture["x"] + x * picture["width"], picture["y"] + y * picture["height"])
              for x, y in shares]  # fmt: skip
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def lies_at(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """The drawn box lies at these shares of the picture, to a pixel and a half."""
    picture, drawn = page.evaluate(PICTURE), page.evaluate(DRAWN)
    assert drawn["x"] == pytest.approx(picture["x"] + left * picture["width"], abs=1.5)
    assert drawn["right"] == pytest.approx(picture["x"] + right * picture["width"], abs=1.5)
    assert drawn["y"] == pytest.approx(picture["y"] + top * picture["height"], abs=1.5)
    assert drawn["bottom"] == pytest.approx(picture["y"] + bottom * picture["height"], abs=1.5)


def test_a_box_stays_on_its_place_of_the_picture_in_every_window_and_in_full_screen(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version, "?frame=20"))
    shows(page, 20)
    page.keyboard.press("d")
    page.get_by_role("button", name="Box").click()
    page.get_by_role("button", name="Red").click()
    drag(page, (0.25, 0.1), (0.75, 0.4))
    lies_at(page, 0.25, 0.1, 0.75, 0.4)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment")).to_have_count(1)
    comment = Comment.objects.get()
    assert (comment.frame, comment.text) == (20, ""), "a drawing alone is a comment"
    assert comment.drawing is not None
    (shape,) = comment.drawing
    assert (shape["tool"], shape["colour"]) == ("box", "red")
    for point, wanted in zip(shape["points"], [[0.25, 0.1], [0.75, 0.4]], strict=True):
        assert point == pytest.approx(wanted, abs=0.01)
    (left, top), (right, bottom) = shape["points"]
    for width, height in ((1440, 900), (1000, 500), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        lies_at(page, left, top, right, bottom)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    lies_at(page, left, top, right, bottom)


def test_a_drawing_is_seen_at_its_frame_only_and_again_after_a_reload(
    go: Enter, version: Version, approver: User
) -> None:
    drawing = [{"tool": "pen", "colour": "blue", "points": [[0.1, 0.1], [0.5, 0.5], [0.9, 0.2]]}]
    Comment.objects.create(version=version, author=approver, frame=30, drawing=drawing)
    page = go(approver, room(version, "?frame=30"))
    lines = page.locator("[data-drawing-shown] path")
    expect(lines).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(lines).to_have_count(0)
    page.keyboard.press("b")
    expect(lines).to_have_count(2)


def test_undo_takes_the_last_shape_and_each_tool_makes_its_own(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version, "?frame=10"))
    shows(page, 10)
    page.keyboard.press("d")
    drag(page, (0.2, 0.2), (0.4, 0.6), (0.6, 0.2))
    page.get_by_role("button", name="Arrow").click()
    drag(page, (0.8, 0.8), (0.5, 0.5))
    page.get_by_role("button", name="Text", exact=True).click()
    picture = page.evaluate(PICTURE)
    page.mouse.click(picture["x"] + picture["width"] * 0.1, picture["y"] + picture["height"] * 0.7)
    page.locator(".drawing-words").fill("late")
    page.keyboard.press("Enter")
    expect(page.locator("[data-comment-drawn]")).to_have_text("drawn: 3 shapes Remove")
    expect(page.locator("[data-drawing-mine] text")).to_have_text("late")
    page.get_by_role("button", name="Box").click()
    drag(page, (0.1, 0.1), (0.9, 0.9))
    page.keyboard.press("Control+z")
    expect(page.locator("[data-comment-drawn]")).to_have_text("drawn: 3 shapes Remove")
    page.keyboard.press("Escape")
    expect(page.locator("[data-drawing-tools]")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-drawing-mine] text")).to_have_count(0)
    page.keyboard.press("m")
    page.keyboard.type("See")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment")).to_have_count(1)
    comment = Comment.objects.get()
    assert comment.frame == 10, "it belongs to the frame that was drawn on"
    assert comment.drawing is not None
    assert [one["tool"] for one in comment.drawing] == ["pen", "arrow", "text"]
    assert comment.drawing[2]["words"] == "late"
    assert comment.drawing[2]["points"][0] == pytest.approx([0.1, 0.7], abs=0.01)


def test_ctrl_and_enter_send_words_and_drawing_and_put_the_tools_away(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version, "?frame=10"))
    shows(page, 10)
    page.keyboard.press("d")
    drag(page, (0.2, 0.2), (0.4, 0.6))
    page.keyboard.press("m")
    page.keyboard.type("See")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment")).to_have_count(1)
    expect(page.locator("[data-drawing-tools]")).to_be_hidden()
    comment = Comment.objects.get()
    assert (comment.text, comment.frame) == ("See", 10)
    assert comment.drawing is not None
    page.keyboard.press("ArrowRight")  # the keys move the film again: the field has let go of them
    shows(page, 11)


def test_who_only_watches_sees_drawings_and_has_no_tools(
    go: Enter, version: Version, approver: User, viewer: User
) -> None:
    drawing = [{"tool": "box", "colour": "white", "points": [[0.1, 0.1], [0.5, 0.5]]}]
    Comment.objects.create(version=version, author=approver, frame=5, drawing=drawing)
    page = go(viewer, room(version, "?frame=5"))
    expect(page.locator("[data-drawing-shown] path")).to_have_count(2)
    page.keyboard.press("d")
    expect(page.locator("[data-drawing-tools]")).to_have_count(0)


def test_an_answer_is_drawn_at_the_frame_of_its_thread_and_seen_there(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    thread = Comment.objects.create(version=version, author=teammate, frame=30, text="Which hand?")
    page = go(approver, room(version))
    page.locator(f"#reply-{thread.pk}").click()
    shows(page, 30)
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shows(page, 32)
    drag(page, (0.3, 0.3), (0.6, 0.6))
    shows(page, 30)
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".reply")).to_contain_text("drawing")
    answer = Comment.objects.get(parent=thread)
    assert answer.drawing is not None
    page.reload()
    ready(page)
    lines = page.locator("[data-drawing-shown] path")
    expect(lines).to_have_count(0)
    page.keyboard.press("n")
    expect(lines).to_have_count(2)


def test_the_drawing_of_a_resolved_comment_is_seen_by_who_goes_to_it(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    drawing = [{"tool": "box", "colour": "white", "points": [[0.1, 0.1], [0.5, 0.5]]}]
    said = Comment.objects.create(version=version, author=teammate, frame=30, drawing=drawing)
    said.resolve(by=approver)
    page = go(approver, room(version, "?frame=30"))
    lines = page.locator("[data-drawing-shown] path")
    expect(page.locator(".comment--resolved")).to_have_count(1)
    expect(lines).to_have_count(0)
    page.locator(f"#comment-{said.pk} [data-seek-button]").click()
    expect(lines).to_have_count(2)


def test_what_is_drawn_while_an_own_comment_is_changed_is_a_new_comment_whole(
    go: Enter, version: Version, approver: User
) -> None:
    mine = Comment.objects.create(version=version, author=approver, frame=12, text="Blink?")
    page = go(approver, room(version, "?frame=12"))
    page.locator(f"#comment-{mine.pk} [data-edit]").click()
    page.locator("#id_text").fill("Blink more")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    drag(page, (0.2, 0.2), (0.4, 0.6))
    expect(page.locator("[data-drawing-mine] g")).to_have_count(1)
    drag(page, (0.6, 0.2), (0.8, 0.6))
    expect(page.locator("[data-comment-drawn]")).to_have_text("drawn: 2 shapes Remove")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment")).to_have_count(2)
    drawn = Comment.objects.exclude(pk=mine.pk).get()
    assert (drawn.frame, len(drawn.drawing or [])) == (12, 2)
    page.locator(f"#comment-{mine.pk} [data-edit]").click()
    expect(page.locator("#id_text")).to_have_value("Blink more")
