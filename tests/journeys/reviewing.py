"""People in the review room: the creator, approvers, and somebody outside without an account."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.people import Approver, Creator
from tests.journeys.studios import Studio
from tests.services.chromium import arriving, new_context, ready

#: So many presses of Tab lead anywhere on a page of the room, or it is a fault.
TABS = 120


class Colleague(Approver):
    """An approver at the room of a version that stays open; with the mouse or without one."""

    def __init__(
        self, browser: Browser, studio: Studio, email: str, *, by_keyboard: bool = False
    ) -> None:
        super().__init__(browser, studio, email)
        self.by_keyboard = by_keyboard

    def do(self, control: Locator) -> None:
        """Click it; or go to it with Tab, and no other way, and press Enter."""
        if not self.by_keyboard:
            control.click()
            return
        self.tab_to(control)
        self.page.keyboard.press("Enter")

    def tab_to(self, control: Locator) -> None:
        """Press Tab until it has the focus."""
        expect(control).to_be_visible()
        for _ in range(TABS):
            if control.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {control}")

    def write(self, text: str, *, into: Locator) -> None:
        """Type it, where one comes by mouse or by Tab."""
        if self.by_keyboard:
            self.tab_to(into)
            self.page.keyboard.type(text)
        else:
            into.fill(text)

    def open_from_desk(self, title: str) -> None:
        """From my desk to the room of the version that waits."""
        self.open("/o/demo/desk/")
        row = self.page.locator("[data-item]", has_text=title).first
        if self.by_keyboard:
            for _ in range(TABS):
                self.page.keyboard.press("j")
                if row.evaluate("one => one === document.activeElement"):
                    break
            self.page.keyboard.press("Enter")
        else:
            row.click()
        self.page.wait_for_url(re.compile("/versions/"))
        self.watched()

    def watched(self) -> None:
        """Wait until the film can be played, and remember that the page is never loaded anew."""
        self.ready()
        self.page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        self.page.evaluate("window.sameDocument = true")

    def is_same_page(self) -> None:
        """It was never loaded anew: what it shows came by itself."""
        assert self.page.evaluate("window.sameDocument"), "the page was loaded again"

    def says(self, words: str | re.Pattern[str]) -> None:
        """The bar of the room says it, sooner or later."""
        expect(self.page.locator("#decision")).to_contain_text(words)

    def comment_on(self, category: str, text: str) -> None:
        """Say something at the frame that is shown, and which input can cure it."""
        self.page.keyboard.press("m")
        self.page.keyboard.type(text)
        chosen = self.page.get_by_label("Which input cures it?")
        if self.by_keyboard:
            self.tab_to(chosen)
            self.page.keyboard.type(category)
        else:
            chosen.select_option(label=category)
        self.do(self.page.locator("#comment-send"))
        expect(self.page.locator(".comment__body", has_text=text)).to_be_visible()
        self.page.keyboard.press("Escape")

    def send_back(self, reason: str) -> None:
        """Request changes; first without a reason, which is not taken."""
        self.do(self.page.locator("#decision-open"))
        expect(self.page.get_by_label("Request changes")).to_be_checked()
        self.do(self.page.locator("#decision-send"))
        expect(self.page.locator("#reason-errors")).to_contain_text("Say why")
        self.write(reason, into=self.page.locator("#id_reason"))
        self.do(self.page.locator("#decision-send"))
        self.says(f"Changes asked: {reason}")

    def verify(self, text: str, button: str) -> None:
        """Say of an old comment whether this version does what it asks for."""
        old = self.old(text)
        self.do(old.get_by_role("button", name=button, exact=True))

    def old(self, text: str) -> Locator:
        """A comment on an earlier version, in the list to verify."""
        return self.page.locator("li[id^=verify-]", has_text=text)

    def approve_it(self) -> None:
        """One press: approved."""
        self.do(self.page.locator("#decision-approve"))


class Guest:
    """Somebody outside with nothing but a link."""

    def __init__(self, browser: Browser, address: str) -> None:
        context = new_context(
            browser, locale="en-GB", timezone_id="UTC", viewport={"width": 1440, "height": 900}
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = address

    def come_in(self, name: str, email: str, passphrase: str) -> None:
        """Say who one is; asked once."""
        self.page.goto(self.address)
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Your email").fill(email)
        self.page.get_by_label("Passphrase").fill(passphrase)
        with arriving(self.page):
            self.page.get_by_role("button", name="Open the review").click()
        self.ready()

    def ready(self) -> None:
        """Wait until the film can be played."""
        ready(self.page)
        self.page.wait_for_function("() => document.querySelector('video').readyState >= 2")

    def comment(self, text: str, *, at: int) -> None:
        """Step to the frame, draw a box on it, and say something about it."""
        self.page.keyboard.press("Home")
        for _ in range(at):
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("d")
        self.page.get_by_role("button", name="Box").click()
        self._drag()
        self.page.keyboard.press("m")
        self.page.keyboard.type(text)
        self.page.get_by_role("button", name="Comment", exact=True).click()
        expect(self.page.locator(".comment__body", has_text=text)).to_be_visible()
        self.ready()

    def _drag(self) -> None:
        box: Any = self.page.locator("[data-video]").bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.3)
        mouse.down()
        mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5, steps=4)
        mouse.up()

    def decide(self, verdict: str, reason: str) -> None:
        """Give the own opinion; the team sees it, and it does not count."""
        self.page.get_by_label(verdict, exact=False).first.check()
        self.page.locator("#id_reason").fill(reason)
        self.page.get_by_role("button", name="Send the decision").click()
        expect(self.page.get_by_text(f"You decided {verdict.lower()}")).to_be_visible()
        self.ready()


def set_two_stages(mara: Colleague, project: str, first: str, second: str) -> None:
    """On the page of the rule: two stages, in each one person by name."""
    page = mara.page
    mara.open(f"{project}rule/")
    page.locator("#add-stage").click()
    expect(page.locator("#stage-2")).to_be_visible()
    mara.ready()
    for number, (name, person) in enumerate((("Editing", first), ("Legal", second)), start=1):
        stage = page.locator(f"#stage-{number}")
        stage.get_by_label("Name of the stage").fill(name)
        stage.get_by_label("Only the people named below").check()
        stage.get_by_label(person).check()
    page.locator("#stage-1").get_by_label("Due in working days").fill("2")
    page.locator("#save-rule").click()
    expect(page.locator(".rule__sentences")).to_contain_text("2. Legal: One approval by")


def make_guest_link(mara: Colleague, room: str, clip: str, passphrase: str) -> str:
    """From the room of a version to a link that follows the clip's latest one; its address."""
    page = mara.page
    mara.open(room)
    page.locator("#take-along").click()
    page.get_by_role("link", name="Guest links").click()
    page.get_by_label("For whom").fill("Client")
    page.get_by_label("What they see").select_option(label=f"{clip}: its latest version")
    page.get_by_label("What they may do").select_option("approve")
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#fresh-link").input_value()


def path_of(creator: Creator, selector: str) -> str:
    """Where a link of the page leads."""
    return urlsplit(creator.page.locator(selector).first.get_attribute("href") or "").path
