"""The prompt desk in a real browser: undo step by step, levers by keyboard, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from assets.models import Preset
from jobs.models import AvatarJob
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.reviews.rooms import first, holding, lost_places
from tests.services.chromium import new_context, ready
from tests.storyboard.editors import ask_for_an_offer, desk, get_an_offer

__all__ = ["desk"]

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


def test_each_step_is_undone_to_the_very_characters_and_done_again(desk: Page) -> None:
    motion, undo = desk.locator("#id_motion"), desk.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_disabled()
    motion.fill("nods ,  and\nwaits  ")
    desk.locator("#prompt-levers > summary").click()
    desk.get_by_role("button", name="Count off").click()
    expect(motion).to_have_value("nods , and waits, counts the points off on one hand")
    desk.get_by_role("button", name="Close-up", exact=True).click()
    expect(desk.locator("#id_camera")).to_have_value("close-up, static camera")
    desk.get_by_role("button", name="Text", exact=True).click()
    expect(desk.locator("#id_text")).to_be_visible()
    undo.click()
    expect(desk.locator("#id_text")).to_be_hidden()
    undo.click()
    expect(desk.locator("#id_camera")).to_have_value("medium shot, static camera")
    undo.click()
    expect(motion).to_have_value("nods ,  and\nwaits  ")
    expect(undo).to_be_disabled()
    redo = desk.get_by_role("button", name="Redo", exact=True)
    redo.click()
    redo.click()
    expect(desk.locator("#id_camera")).to_have_value("close-up, static camera")
    expect(desk.locator("#composed")).to_contain_text("counts the points off on one hand")


def test_turning_the_speed_turns_the_movement_that_is_set(desk: Page) -> None:
    desk.locator("#prompt-levers > summary").click()
    desk.get_by_role("button", name="Push-in").click()
    camera = desk.locator("#id_camera")
    expect(camera).to_have_value("medium shot, push-in")
    desk.locator("#lever-speed").select_option("slow")
    expect(camera).to_have_value("medium shot, slow push-in")
    desk.locator("#lever-purpose").select_option("emotion")
    expect(camera).to_have_value("medium shot, slow push-in to bring out the feeling")


def test_a_preset_is_filled_in_with_its_variable_and_undone(
    desk: Page, clip: Clip, teammate: User
) -> None:
    Preset.objects.create(
        organisation=clip.organisation, name="Demo", motion="holds {product} up", camera="close-up"
    )
    desk.reload()
    ready(desk)
    motion, value = desk.locator("#id_motion"), desk.get_by_label("product", exact=True)
    desk.locator("#id_preset").select_option(label="Demo")
    expect(motion).to_have_value("holds {product} up")
    expect(desk.locator("mark")).to_have_text("{product}")
    value.press_sequentially("the lamp", delay=60)
    expect(value).to_have_value("the lamp")
    desk.get_by_role("button", name="Fill in").click()
    expect(motion).to_have_value("holds the lamp up")
    expect(value).to_have_count(0)
    undo = desk.get_by_role("button", name="Undo", exact=True)
    undo.click()
    undo.click()
    expect(motion).to_have_value("nods and opens one hand")
    expect(desk.locator("#id_preset")).to_have_value("")


def test_a_finding_is_mended_by_a_click_and_the_click_undone(desk: Page) -> None:
    for part in ("motion", "camera", "style", "atmosphere"):
        desk.locator(f"#id_{part}").fill("" if part != "motion" else "nods and smiles")
    fix = desk.locator("#findings-prompt [data-finding='prompt.no_camera'] button")
    fix.click()
    expect(desk.locator("#id_camera")).not_to_have_value("")
    expect(fix).to_have_count(0)
    desk.get_by_role("button", name="Undo", exact=True).click()
    expect(desk.locator("#id_camera")).to_have_value("")
    expect(fix).to_have_count(1)


def test_what_is_typed_while_an_answer_is_on_its_way_is_not_lost(desk: Page) -> None:
    held = holding(desk, "**/prompt/lever/")
    desk.locator("#prompt-levers > summary").click()
    with desk.expect_request("**/prompt/lever/"):
        desk.get_by_role("button", name="Count off").click()
    desk.locator("#id_motion").fill("typed meanwhile")
    first(desk, held).continue_()
    expect(desk.locator("#toasts")).to_contain_text("nothing was changed")
    expect(desk.locator("#id_motion")).to_have_value("typed meanwhile")


def test_of_two_steps_pressed_at_once_each_is_undone_and_neither_takes_what_is_typed(
    desk: Page,
) -> None:
    motion, undo = desk.locator("#id_motion"), desk.get_by_role("button", name="Undo", exact=True)
    desk.locator("#prompt-levers > summary").click()
    held = holding(desk, "**/prompt/lever/")
    desk.get_by_role("button", name="Count off").click()
    desk.get_by_role("button", name="Close-up", exact=True).click()
    first(desk, held)
    held.pop().continue_()
    expect(motion).to_have_value(re.compile("counts the points off"))
    second = first(desk, held)
    motion.fill("typed meanwhile")
    second.continue_()
    expect(desk.locator("#toasts")).to_contain_text("nothing was changed")
    expect(motion).to_have_value("typed meanwhile")
    desk.unroute_all()
    names = ("Golden hour", "Low angle")
    desk.evaluate(
        "names => document.querySelectorAll('#prompt-levers .chip').forEach("
        "chip => names.includes(chip.textContent) && chip.click())",
        names,
    )
    expect(desk.locator("#id_camera")).to_have_value(re.compile("low angle"))
    expect(desk.locator("#id_atmosphere")).to_have_value(re.compile("golden hour"))
    expect(desk.locator(".htmx-settling")).to_have_count(0)  # only then it is a step
    undo.click()
    undo.click()
    expect(desk.locator("#id_camera")).to_have_value("medium shot, static camera")
    expect(desk.locator("#id_atmosphere")).to_have_value("soft natural light")


def test_an_offer_that_is_quicker_than_a_fix_leaves_its_button_until_it_is_answered(
    desk: Page,
) -> None:
    for part in ("camera", "style", "atmosphere"):
        desk.locator(f"#id_{part}").fill("")
    fix = desk.locator("#findings-prompt [data-finding='prompt.no_camera'] button")
    expect(fix).to_be_visible()
    lost = lost_places(desk)
    held = holding(desk, "**/prompt/fix/")
    fix.click()
    asked = first(desk, held)
    get_an_offer(desk)
    asked.continue_()
    expect(desk.locator("#id_camera")).not_to_have_value("")
    expect(fix).to_have_count(0)
    expect(desk.locator("#prompt-fields")).to_have_count(1)
    assert lost == []


def test_the_desk_goes_on_while_the_language_model_is_asked_once(desk: Page, settings: Any) -> None:
    settings.REWRITER_URL, settings.REWRITER_MODEL = "http://127.0.0.1:9/v1", "small-model"
    desk.reload()
    ready(desk)
    held, rewrite = holding(desk, "**/prompt/rewrite/"), desk.locator("#rewrite-prompt")
    rewrite.dblclick()
    expect(rewrite).to_have_text("Rewriting")
    desk.locator("#prompt-levers > summary").click()
    desk.get_by_role("button", name="Close-up", exact=True).click()
    expect(desk.locator("#id_camera")).to_have_value("close-up, static camera")
    first(desk, held).continue_()
    expect(desk.locator("#toasts")).to_contain_text("nothing was changed")
    expect(rewrite).to_have_text("Rewrite")
    expect(desk.locator("#prompt-panel")).to_be_empty()


def test_what_is_typed_is_only_offered_while_the_button_that_pays_has_the_focus(
    desk: Page,
) -> None:
    desk.locator("#generate").focus()
    with desk.expect_request(lambda request: request.method == "POST") as asked:
        ask_for_an_offer(desk)
    assert asked.value.url.endswith("/offer/")
    assert not AvatarJob.objects.exists()


def test_signed_out_meanwhile_what_was_typed_stays_and_is_saved_after_signing_in(
    desk: Page, live_server: Any, as_: As, teammate: User, clip: Clip
) -> None:
    motion, door = desk.locator("#id_motion"), desk.locator("#toasts").get_by_role("link")
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    motion.fill("waves once")
    expect(desk.locator("#toasts")).to_contain_text("You are signed out.")
    expect(door).to_have_attribute("target", "_blank")
    # Each answer brings the old token along: it must be there before signing in makes it anew.
    with desk.expect_response(re.compile("/login/.*offer")):
        motion.fill("waves twice")
    with desk.expect_response(re.compile("/login/.*prompt")):
        desk.get_by_role("button", name="Match the voice").click()
    expect(door).to_have_count(1)
    expect(desk.get_by_role("heading", name="Sign in")).to_have_count(0)
    session = as_(teammate).cookies[settings.SESSION_COOKIE_NAME].value
    for name, value in {settings.SESSION_COOKIE_NAME: session, "csrftoken": "a" * 32}.items():
        desk.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    # Leaving the field asked for an offer too, which may still be under way.
    with desk.expect_response(lambda one: "thrice" in (one.request.post_data or "")) as answer:
        motion.fill("waves thrice")
    assert answer.value.status == 200
    desk.locator("#save").click()
    expect(desk.locator("#toasts")).to_contain_text("The clip is saved.")
    clip.refresh_from_db()
    assert clip.motion == "waves thrice"


def test_the_list_of_findings_leads_to_a_part_that_is_too_long_and_gives_way(desk: Page) -> None:
    desk.locator("#id_motion").fill("nods and smiles, " * 40)
    expect(desk.locator(".price-bar__why")).to_contain_text("Motion takes at most 600 characters")
    expect(desk.locator("#generate")).to_be_disabled()
    desk.locator("#found-count").click()
    found = desk.get_by_role("dialog", name="What the checks say")
    found.get_by_role("link", name="Go to its fix: Motion takes at most").click()
    expect(found).to_be_hidden()
    expect(desk.locator("#findings-prompt")).to_be_focused()


def test_the_desk_works_without_javascript(
    browser: Any, live_server: Any, as_: As, teammate: User, clip: Clip
) -> None:
    context = new_context(browser, java_script_enabled=False)
    cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('clip', args=[clip.pk])}")
    page.locator("#id_motion").fill("waves {name}")
    page.get_by_role("button", name="Text", exact=True).click()
    text = page.locator("#id_text")
    expect(text).to_have_value(
        "Friendly presenter waves {name}, medium shot, static camera, soft natural light"
    )
    page.locator("#prompt-levers > summary").click()
    page.get_by_role("button", name="Golden hour").click()
    expect(text).to_have_value(
        "Friendly presenter waves {name}, medium shot, static camera, golden hour light"
    )
    page.get_by_label("name", exact=True).fill("to Ines")
    page.get_by_label("name", exact=True).press("Enter")
    expect(text).to_have_value(
        "Friendly presenter waves to Ines, medium shot, static camera, golden hour light"
    )
    clip.refresh_from_db()
    assert clip.motion == "waves to Ines"
    assert clip.prompt_view == "text"
    context.close()
