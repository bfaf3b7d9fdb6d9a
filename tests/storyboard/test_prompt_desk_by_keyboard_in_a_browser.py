"""The prompt desk without a mouse: what is pressed goes with its answer, and the focus goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.storyboard.editors import desk

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lever_is_found_and_pressed_by_keyboard_and_follows_what_is_typed(desk: Page) -> None:
    desk.locator("#prompt-levers > summary").focus()
    desk.keyboard.press("Enter")
    find = desk.get_by_label("Find a lever")
    find.fill("golden")
    chip = desk.get_by_role("button", name="Golden hour")
    expect(desk.get_by_role("button", name="Dutch angle")).to_be_hidden()
    find.press("ArrowDown")
    expect(chip).to_be_focused()
    expect(desk.locator("[data-lever-about]")).to_contain_text("Low warm sun")
    chip.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    expect(desk.locator("#id_atmosphere")).to_have_value("golden hour light")
    chip.press("Escape")
    expect(find).to_be_focused()
    desk.locator("#id_atmosphere").fill("a grey afternoon")
    expect(chip).to_have_attribute("aria-pressed", "false")
    find.fill("nothing like it")
    expect(desk.get_by_text("No lever of this name")).to_be_visible()


def test_who_mends_by_keyboard_goes_on_at_the_next_finding_and_not_at_the_top_of_the_page(
    desk: Page,
) -> None:
    for part in ("camera", "style", "atmosphere"):
        desk.locator(f"#id_{part}").fill("")
    desk.locator("#id_motion").fill("nods, moves around, red dress")
    findings = desk.locator("#findings-prompt [data-finding]")
    expect(findings).to_have_count(3)
    findings.first.get_by_role("button").focus()
    for left in (2, 1):
        desk.keyboard.press("Enter")
        expect(findings).to_have_count(left)
        expect(findings.first.get_by_role("button")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#findings-prompt")).to_contain_text("Nothing to mend")
    expect(desk.locator("#findings-prompt")).to_be_focused()


def test_a_panel_that_closes_gives_the_focus_back_to_what_opened_it(desk: Page) -> None:
    history = desk.get_by_role("button", name="History")
    history.focus()
    desk.keyboard.press("Enter")
    close = desk.get_by_role("button", name="Close", exact=True)
    expect(close).to_be_visible()
    close.focus()
    desk.keyboard.press("Enter")
    expect(close).to_have_count(0)
    expect(history).to_be_focused()
