"""Cropping a look in a real browser: by keyboard, by mouse, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assets.intake import add_look
from assets.models import Character, Look
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.assets import pictures_of_people as people
from tests.assets.uploads import upload
from tests.reviews.rooms import first, holding
from tests.services.chromium import new_context, ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def distant(character: Character, teammate: User) -> Look:
    """A look in which the face is tiny."""
    small, room = people.scaled(people.portrait(), 0.2), people.wall(1800, 1200)
    picture = people.encoded(people.placed(small, room, left=700, top=400), "JPEG", quality=92)
    return add_look(character=character, file=upload("far.jpg", picture), by=teammate)


def opened(page: Page, live_server: Any, client: Client, look: Look) -> Page:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("look_crop", args=[look.pk]))
    return page


@pytest.fixture
def cropping(page: Page, live_server: Any, as_: As, distant: Look, teammate: User) -> Page:
    opened(page, live_server, as_(teammate), distant)
    ready(page)
    return page


def numbers(page: Page) -> list[int]:
    labels = ("From the left", "From the top", "Width", "Height")
    return [int(page.get_by_label(label, exact=True).input_value()) for label in labels]


def test_arrow_keys_move_the_framing_and_with_shift_resize_it(cropping: Page) -> None:
    left, top, width, height = numbers(cropping)
    cropping.locator("[data-crop-stage]").focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        cropping.keyboard.press(key)
    assert numbers(cropping) == [left + 18, top - 18, width + 18, height + 18]
    expect(cropping.locator("#outcome")).to_contain_text(f"{width + 18} × {height + 18} px")


def test_the_frame_and_its_corners_are_dragged_by_mouse(cropping: Page) -> None:
    left, top, width, height = numbers(cropping)
    frame = cropping.locator("[data-crop-frame]").bounding_box()
    assert frame
    scale = width / frame["width"]
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    drag(cropping, middle, (middle[0] - 40, middle[1] + 20))
    moved = numbers(cropping)
    assert moved[2:] == [width, height]
    assert moved[0] == pytest.approx(left - 40 * scale, abs=2)
    assert moved[1] == pytest.approx(top + 20 * scale, abs=2)
    corner = (frame["x"] + frame["width"] - 40, frame["y"] + frame["height"] + 20)
    drag(cropping, corner, (corner[0] + 60, corner[1] + 30))
    assert numbers(cropping)[2] == pytest.approx(width + 60 * scale, abs=2)
    cropping.get_by_role("button", name="Take the proposal").click()
    assert numbers(cropping) == [left, top, width, height]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_number_that_is_typed_moves_the_frame_and_a_bad_one_is_told(cropping: Page) -> None:
    field = cropping.get_by_label("Width", exact=True)
    field.fill("600")
    field.blur()
    expect(cropping.locator("[data-crop-frame]")).to_have_attribute("width", "600")
    expect(cropping.locator("#outcome")).to_contain_text("600 ×")
    field.fill("4000")
    field.blur()
    expect(cropping.locator("#outcome")).to_contain_text("reaches over the border")


def test_the_crop_becomes_a_look(cropping: Page, distant: Look) -> None:
    cropping.get_by_role("button", name="Make it a new look").click()
    expect(cropping.locator("#look-2")).to_be_visible()
    made = Look.objects.exclude(pk=distant.pk).get()
    assert (made.number, made.character) == (2, distant.character)


def test_without_scripts_the_numbers_are_enough(
    browser: Browser, live_server: Any, as_: As, distant: Look, teammate: User
) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = opened(context.new_page(), live_server, as_(teammate), distant)
    page.get_by_label("Width", exact=True).fill("640")
    page.get_by_role("button", name="Show what it gives").click()
    expect(page.locator("#outcome")).to_contain_text("640 ×")
    expect(page.locator("[data-crop-frame]")).to_have_attribute("width", "640")
    page.get_by_role("button", name="Make it a new look").click()
    expect(page.locator("#look-2")).to_be_visible()
    assert Look.objects.filter(width=640).exists()
    context.close()


def test_in_the_editor_a_mascot_is_called_one_and_a_person_again(
    page: Page, live_server: Any, as_: As, clip: Clip, teammate: User
) -> None:
    faceless = people.encoded(people.drawn_fox())
    clip.look = add_look(
        character=Character.objects.get(), file=upload("fox.png", faceless), by=teammate
    )
    clip.save()
    cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("clip", args=[clip.pk]))
    ready(page)
    page.locator("#id_motion").fill("waves with one paw")
    page.get_by_role("button", name="It is a mascot").click()
    expect(page.locator("#findings-image")).to_contain_text("Nothing to mend in the look.")
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#id_motion")).to_have_value("waves with one paw")
    held = holding(page, "**/mascot/")
    page.get_by_role("button", name="It is a person").click()
    asked = first(page, held)
    with page.expect_response("**/offer/"):  # takes the button away before it is answered
        page.locator("#id_motion").fill("waves with both paws")
    asked.continue_()
    expect(page.locator("#findings-image")).to_contain_text("No face was found")
    expect(page.locator("#generate")).to_be_disabled()
