"""A creator who mends inputs by nothing but what the studio offers, with the mouse or without."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from tests.journeys.people import RENDER_MS, Creator
from tests.journeys.studios import Studio

#: Whether the sound or film that was started goes on; asked of the element itself.
GOES_ON = "one => !one.paused && one.currentTime > 0.3"
OWNERS = ("image", "audio", "prompt")


class Mender(Creator):
    """Reads findings and presses their buttons."""

    def __init__(
        self,
        browser: Browser,
        studio: Studio,
        *,
        by_keyboard: bool = False,
        album: Path | None = None,
    ) -> None:
        super().__init__(browser, studio, "jonas@demo.example")
        self.by_keyboard = by_keyboard
        #: Where pictures of what is seen are kept, if anybody wants them.
        self.album = album
        #: What the browser asked before it left a page; a test says whether it may have asked.
        self.asked: list[str] = []
        self.page.on("dialog", self._leave)

    def _leave(self, dialog: Any) -> None:
        self.asked.append(dialog.type)
        dialog.accept()

    def do(self, control: Locator, key: str = "Enter") -> None:
        """Click it; or, without a mouse, go to it and press a key."""
        if not self.by_keyboard:
            control.click()
            return
        control.focus()
        expect(control).to_be_focused()
        self.page.keyboard.press(key)

    def act(self, control: Locator, leads_to: str | re.Pattern[str]) -> None:
        """Do what leads to another page, and wait until that works."""
        self.do(control)
        self.page.wait_for_url(leads_to)
        self.ready()

    def new_clip(self, title: str) -> None:
        """A clip in the demo project; ends in its editor."""
        self.open("/o/demo/projects/")
        self.follow("Spring release")
        self.add_clip(title)

    def bring(self, *, picture: Path, of: str, take: Path, prompt: str) -> None:
        """The three inputs, as a hurried person brings them; the character is a new one."""
        self.bring_picture(picture, character=of)
        self.bring_recording(take, title="Words from afar")
        self.page.get_by_role("textbox", name="Motion").fill(prompt)

    def findings(self, owner: str) -> Locator:
        """What stands under one of the three inputs."""
        return self.page.locator(f"#findings-{owner} [data-finding]")

    def expect_findings(self, expected: dict[str, set[str]]) -> None:
        """Exactly these ids are shown, each with one fix in words and a button that does it."""
        for owner in OWNERS:
            shown = self.findings(owner)
            expect(shown).to_have_count(len(expected[owner]))
            every = shown.all()
            assert {one.get_attribute("data-finding") for one in every} == expected[owner]
            for one in every:
                expect(one.locator(".finding__fix")).not_to_be_empty()
                expect(one.locator(".finding__action button")).to_have_count(1)

    def crop_as_proposed(self) -> None:
        """From the first finding of the look to its crop and back, with nothing lost."""
        self.act(self.findings("image").first.get_by_role("button"), re.compile("/crop/"))
        expect(self.page.locator("#outcome")).to_contain_text("Nothing to mend in the crop.")
        self.keep("inputs-crop.png")
        self.act(self.page.locator("#crop-save"), re.compile(r"/clips/[^/]+/$"))

    def mend_as_proposed(self) -> None:
        """From the first finding of the take to its treatment, heard and used."""
        self.act(self.findings("audio").first.get_by_role("button"), re.compile("/mend/"))
        expect(self.page.get_by_label("Trim pauses over 2 s")).to_be_checked()
        expect(self.page.get_by_label("Normalise to -16 LUFS")).to_be_checked()
        self.act(self.page.get_by_role("button", name="Make and listen"), re.compile("made="))
        self.listen(self.page.get_by_role("region", name="After"))
        use = self.page.get_by_role("button", name="Use it in this clip")
        self.act(use, re.compile(r"/clips/[^/]+/$"))

    def listen(self, treated: Locator) -> None:
        """Nothing is found in it any more, and it is heard."""
        expect(treated).to_contain_text("Nothing to mend in this take.")
        self.do(treated.get_by_role("button", name="Play"))
        sound = treated.locator("audio").element_handle()
        self.page.wait_for_function(GOES_ON, arg=sound)
        self.keep("inputs-mend.png")

    def mend_the_prompt(self) -> None:
        """Press what is offered until nothing is."""
        found = self.findings("prompt")
        while left := found.count():
            self.do(found.first.get_by_role("button"))
            expect(found).to_have_count(left - 1)

    def look_at_the_levers(self) -> None:
        """Open them, as somebody who wants more than what is mended; nothing is pressed."""
        levers = self.page.locator("#prompt-levers > summary")
        self.do(levers)
        expect(self.page.get_by_role("button", name="Close-up", exact=True)).to_be_visible()
        self.keep("prompt-desk.png", of=".inputs__column:last-child")
        self.do(levers)

    def draft(self) -> None:
        """Ask for the animatic, watch it and say something about it; ends in the editor."""
        self.act(self.page.locator("#draft-it"), re.compile(r"/clips/[^/?]+/$"))
        watch = self.page.locator("#watch-draft")
        expect(watch).to_be_visible(timeout=RENDER_MS)
        self.act(watch, re.compile("/animatics?/"))
        film = self.page.locator("video")
        self.page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        self.page.keyboard.press("Space")
        self.page.wait_for_function(GOES_ON, arg=film.element_handle())
        self.page.keyboard.press("Space")
        expect(self.page.locator("main")).to_contain_text("free draft")
        self.keep("inputs-animatic.png")

    def remark(self, text: str) -> None:
        """Say something at the frame that is shown."""
        self.page.keyboard.press("m")
        self.page.locator("#id_text").fill(text)
        self.do(self.page.locator("#comment-send"))
        expect(self.page.locator(".comment__body", has_text=text)).to_be_visible()

    def keep(self, name: str, of: str = "") -> None:
        """A picture for the album, of one element or of the whole page in a window as high."""
        if self.album is None:
            return
        self.page.set_viewport_size({"width": 1440, "height": 900})
        high = min(2400, self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": 1440, "height": max(900, high)})
        if of:
            self.page.locator(of).screenshot(path=self.album / name, animations="disabled")
        else:
            self.screenshot(self.album / name)
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def order(self, number: int) -> str:
        """Generate; the price that the button named."""
        button = self.page.locator("#generate")
        expect(button).to_be_enabled()
        price = button.locator(".button__price").inner_text()
        self.do(button)
        expect(self.page.locator(f"#attempt-{number}")).to_be_visible()
        self.ready()
        return price
