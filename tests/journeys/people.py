"""People at their browsers: what they see and do, in their own words."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from studio.operations.demo.organisation import PASSWORD
from tests.journeys.studios import Studio
from tests.services.chromium import new_context, ready

RENDER_MS = 120_000


class Person:
    """One person with a browser of their own."""

    def __init__(self, browser: Browser, studio: Studio, email: str) -> None:
        context = new_context(
            browser, locale="en-GB", timezone_id="UTC", viewport={"width": 1440, "height": 900},
            color_scheme="dark",
        )  # fmt: skip
        self.page: Page = context.new_page()
        self.studio = studio
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.open("/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Projects")).to_be_visible()

    def _listen(self, line: ConsoleMessage) -> None:
        # Leaving a page that is being followed breaks off its request, and so does a newer one of
        # the same form, which htmx reports.
        if line.type == "error" and not line.text.startswith(("htmx:afterRequest", "htmx:send")):
            self.complaints.append(line.text)

    def open(self, path: str) -> None:
        """Go to an address of the studio and wait until the page's behaviours are attached."""
        self.page.goto(self.studio.url + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the behaviours of the page are attached."""
        ready(self.page)

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Click a link of the page's content."""
        before = self.page.url
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_url(lambda url: url != before)
        self.ready()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Click a button."""
        self.page.get_by_role("button", name=name).first.click()

    def screenshot(self, path: Path | None) -> None:
        """Keep a picture of the page, if somebody wants one."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=path, animations="disabled")


class Creator(Person):
    """Makes clips."""

    def make_project(self, name: str, budget: str) -> None:
        """A new project; ends on its storyboard."""
        self.follow("New project")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label(re.compile("Budget")).fill(budget)
        self.press("Make the project")
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        self.ready()

    def add_clip(self, title: str) -> None:
        """A new clip; ends in its editor."""
        self.press("Add clip")
        self.page.get_by_role("dialog").get_by_label("Title").fill(title)
        self.press("Add and choose its inputs")
        expect(self.page.get_by_label("Title of the clip")).to_have_value(title)
        self.ready()

    def bring_picture(self, file: Path, character: str) -> None:
        """Upload the picture of a new character and choose it."""
        self.page.locator("[data-dialog-open=pick-look]").click()
        form = self.page.locator("#new-look-form")
        form.locator("input[type=file]").set_input_files(file)
        form.get_by_label(re.compile("name", re.IGNORECASE)).fill(character)
        form.get_by_role("button", name="Add and choose it").click()
        expect(self.page.locator("#pick-look")).to_be_hidden()
        expect(self.page.locator("#image-preview img")).to_be_visible()

    def bring_recording(self, file: Path, title: str) -> None:
        """Upload a recording and choose it."""
        self.page.locator("[data-dialog-open=pick-take]").click()
        form = self.page.locator("#new-take-form")
        form.locator("input[type=file]").set_input_files(file)
        form.get_by_label("Title").fill(title)
        form.get_by_role("button", name="Add and choose it").click()
        expect(self.page.locator("#pick-take")).to_be_hidden()
        expect(self.page.locator("#audio-preview")).to_contain_text(title)

    def choose_preset(self, name: str) -> None:
        """Fill the prompt from a preset."""
        self.page.get_by_label("Preset").select_option(label=name)

    def generate(self, number: int) -> str:
        """Click the button that names the version and its price; the price it named."""
        button = self.page.locator("#generate")
        expect(button).to_be_enabled()
        expect(button).to_contain_text(
            re.compile(rf"Generate v{number}, .+ s.*\$\d+\.\d\d", re.DOTALL)
        )
        price = button.locator(".button__price").inner_text()
        button.click()
        expect(self.page.locator(f"#attempt-{number}")).to_be_visible()
        self.ready()
        return price

    def watch_it_finish(self, number: int) -> None:
        """Stay on the page, without reloading, until the version is there."""
        marked = self.page.evaluate("window.sameDocument = true")
        attempt = self.page.locator(f"#attempt-{number}")
        expect(attempt).to_contain_text(re.compile("[Ww]aits for"), timeout=RENDER_MS)
        assert marked
        assert self.page.evaluate("window.sameDocument"), "the page was loaded again"

    def open_desk(self) -> None:
        """Look at what waits."""
        self.open("/o/demo/desk/")


class Approver(Person):
    """Watches, comments and decides."""

    def open_what_waits(self, title: str) -> None:
        """From the desk to the review of the version."""
        self.open("/o/demo/desk/")
        self.follow(re.compile(re.escape(title)))
        expect(self.page.locator("video")).to_be_visible()
        self.page.wait_for_function("() => document.querySelector('video').readyState >= 2")

    def step_to_frame(self, frame: int) -> None:
        """Frame by frame with the arrow key; ends exactly there."""
        self.page.keyboard.press("Home")
        for _ in range(frame):
            self.page.keyboard.press("ArrowRight")

    def comment(self, text: str) -> None:
        """Say something at the frame that is shown."""
        self.page.keyboard.press("m")
        self.page.locator("#id_text").fill(text)
        self.page.locator("#comment-send").click()
        expect(self.page.locator(".comment__body", has_text=text)).to_be_visible()

    def request_changes(self, reason: str) -> None:
        """Send the version back, with the reason."""
        self.page.locator("#decision-open").click()
        self.page.get_by_label("Request changes").check()
        self.page.get_by_label(re.compile("Reason")).fill(reason)
        self.page.locator("#decision-send").click()
        expect(self.page.locator("#decision")).to_contain_text(
            re.compile("[Cc]hanges asked|Sent back")
        )

    def approve(self) -> None:
        """Approve the version that is shown."""
        self.page.locator("#decision-approve").click()
        expect(self.page.locator("#decision")).to_contain_text("Approved")
