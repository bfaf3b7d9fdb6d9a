"""Creator, two approvers and a guest on one version, sent back, mended, and approved."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.exactness import is_exact, numbers_in_the_pictures, stays_together
from tests.journeys.people import Creator
from tests.journeys.reviewing import (
    Colleague,
    Guest,
    make_guest_link,
    path_of,
    set_two_stages,
)
from tests.journeys.studios import Studio, embedded
from tests.journeys.test_pages_are_sound import MEANT, faults_of

#: Set by `make screenshots`: where the pictures of the documents go.
ALBUM = Path(os.environ["SCREENSHOTS"]) if "SCREENSHOTS" in os.environ else None
MARA, BEN, LI = "mara@demo.example", "ben@demo.example", "li@demo.example"
HUM = "There is a hum"
PASSPHRASE = "apricots in may"
REASON = "She should wave, and the hum has to go."
SECOND_APPROVER = f"""
from studio.organisations.models import Organisation, Role, User
from studio.operations.demo.organisation import PASSWORD
ben = User.objects.create_user({BEN!r}, "Ben Okafor", PASSWORD)
Organisation.objects.get(slug="demo").add_member(ben, Role.APPROVER)
"""
OUTCOMES = """
import json
from studio.reviews.models import Decision, Outcome
print(json.dumps([
    [[one.by.name, one.version.number, one.verdict, one.version_sha256 == one.version.sha256]
     for one in Decision.objects.filter(version__clip={clip!r})],
    [[one.version.number, one.result]
     for one in Outcome.objects.standing().filter(version__clip={clip!r}).order_by("at")],
]))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the clip is."""

    title: str
    project: str
    clip: str

    @property
    def key(self) -> str:
        """The clip's id."""
        return self.clip.strip("/").split("/")[-1]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with embedded(tmp_path_factory.mktemp("studio")) as running:
        running.manage("shell", "--no-imports", "-c", SECOND_APPROVER)
        yield running


def place_of(creator: Creator, title: str) -> Place:
    """The clip of the demo project with this title; ends in its editor."""
    creator.open("/o/demo/projects/")
    creator.follow("Spring release")
    project = creator.page.url.removeprefix(creator.studio.url)
    creator.follow(title)
    return Place(title, project, creator.page.url.removeprefix(creator.studio.url))


def room_of(creator: Creator, number: int) -> str:
    """From the editor to the room of a version, which stays open; its address."""
    room = path_of(creator, f"#open-v{number}")
    creator.open(room)
    creator.page.evaluate("window.sameDocument = true")
    return room


def fix(jonas: Creator, place: Place) -> None:
    """From the room to the filled-in editor; what is asked for is sorted by what cures it."""
    page = jonas.page
    page.get_by_role("link", name="Fix: make the next version").click()
    page.wait_for_url(re.compile(r"/clips/.+\?from="))
    jonas.ready()
    expect(page.locator("#asked-head")).to_contain_text("Inputs of v1 are filled in.")
    expect(page.locator("#cure-prompt")).to_contain_text("She should wave at the end")
    expect(page.locator("#cure-any")).to_contain_text(HUM)
    expect(page.locator("#offer-gesture-wave")).to_be_visible()
    before = page.get_by_role("textbox", name="Motion").input_value()
    assert "small open-hand gestures" in before
    page.locator("#offer-gesture-wave").click()
    expect(page.get_by_role("textbox", name="Motion")).not_to_have_value(before)
    expect(page.locator(".asked")).to_contain_text("v2 carries this list")
    jonas.screenshot(ALBUM and ALBUM / "review-fix.png")
    price = page.locator("#generate .button__price").inner_text()
    expect(page.locator(".asked")).to_contain_text(f"With these inputs it costs {price}")
    assert faults_of(page, f"{place.clip}?from=") == []
    page.set_viewport_size({"width": 1440, "height": 900})
    jonas.ready()
    assert jonas.generate(2) == price
    jonas.watch_it_finish(2)


def sent_back(mara: Colleague, guest: Guest, place: Place) -> None:
    """The guest is heard and seen at once; the approver comments at a frame and sends it back."""
    guest.come_in("Grete Gast", "grete@client.example", PASSPHRASE)
    guest.comment(HUM, at=10)
    guest.decide("Request changes", "The hum")
    heard = mara.page.locator(".comment__body", has_text=HUM)
    expect(heard).to_be_visible()
    mara.is_same_page()
    mara.step_to_frame(12)
    mara.comment_on("Prompt", "She should wave at the end")
    expect(mara.page.locator(".comment__frame", has_text="00:00:12")).to_be_visible()
    heard.click()
    mara.screenshot(ALBUM and ALBUM / "review-room.png")
    mara.send_back(REASON)


def approved(mara: Colleague, ben: Colleague) -> None:
    """v2 is looked at, old comments are ticked off, and both approve, one after the other.

    The second approver's page tells whose turn it is, and is never loaded anew.
    """
    replaced = mara.page.get_by_role("link", name="Open v2")
    expect(replaced).to_be_visible()
    mara.is_same_page()
    replaced.click()
    mara.watched()
    ben.open(mara.page.url.removeprefix(mara.studio.url))
    ben.watched()
    ben.says("Editing: waits for Mara")
    ben.says("It is not your turn yet: Editing comes before Legal.")
    expect(ben.page.locator("#decision-approve")).to_have_count(0)
    mara.verify("She should wave", "Fixed")
    expect(mara.old("She should wave")).to_contain_text("seen by Mara Petrović")
    mara.verify(HUM, "Fixed")
    mara.verify(HUM, "Open again")
    expect(mara.old(HUM)).to_contain_text("Not fixed")
    mara.approve_it()
    for one in (mara, ben):
        one.says("Legal: waits for Ben")
        one.is_same_page()
    ben.approve_it()
    for one in (ben, mara):
        one.says(re.compile("Approved by (Mara|Ben) and (Mara|Ben)"))
        one.is_same_page()


def is_written_down(studio: Studio, place: Place) -> None:
    """Who decided what, on which very video, and what came of it."""
    rows = studio.manage("shell", "--no-imports", "-c", OUTCOMES.format(clip=place.key))
    decisions, outcomes = json.loads(rows)
    assert decisions == [
        ["Mara Petrović", 1, "request_changes", True],
        ["Mara Petrović", 2, "approve", True],
        ["Ben Okafor", 2, "approve", True],
    ]
    assert outcomes == [[1, "changes"], [2, "approved"]]


def is_measured(studio: Studio, li: Colleague, place: Place, room: str) -> None:
    """Frames and drift, read from the pictures of the very versions that were decided on."""
    frames, rates = zip(*numbers_in_the_pictures(studio, place.key), strict=True)
    li.open(room)
    is_exact(li.page, frames[0], rates[0])
    li.open(f"{place.clip}compare/?a=1&b=2")
    stays_together(li.page, rates)


def faults_of_the_room(mara: Colleague, guest: Guest, place: Place, newest: str) -> list[str]:
    """What is wrong with its pages, with all that was said and decided on them.

    At two widths and in both themes; the pages of links are in `test_guest_pages_in_a_browser.py`.
    """
    faults = faults_of(guest.page, "the guest's room")
    for path in (
        "/o/demo/desk/", newest, f"{newest}?decide=1", f"{place.clip}lineage/",
        f"{place.clip}compare/", f"{place.project}rule/",
    ):  # fmt: skip
        mara.open(path)
        faults += faults_of(mara.page, path)
    return faults


def test_the_room_from_the_first_look_to_the_approval(studio: Studio, browser: Browser) -> None:
    jonas = Creator(browser, studio, "jonas@demo.example")
    mara, ben, li = (Colleague(browser, studio, email) for email in (MARA, BEN, LI))
    place = place_of(jonas, "Welcome to the spring release")
    set_two_stages(mara, place.project, "Mara Petrović", "Ben Okafor")
    first_price = jonas.generate(1)
    jonas.watch_it_finish(1)
    room = room_of(jonas, 1)
    expect(jonas.page.locator("#decision-approve")).to_have_count(0)
    guest = Guest(browser, make_guest_link(mara, room, place.title, PASSPHRASE))
    guest.page.goto(guest.address)
    faults = faults_of(guest.page, "the guest's door")
    guest.page.set_viewport_size({"width": 1440, "height": 900})
    mara.open_from_desk(place.title)
    sent_back(mara, guest, place)

    expect(jonas.page.locator("#decision")).to_contain_text("Changes asked")
    expect(jonas.page.locator(".comments", has_text="Grete Gast").first).to_be_visible()
    assert jonas.page.evaluate("window.sameDocument"), "the page was loaded again"
    fix(jonas, place)

    approved(mara, ben)
    is_written_down(studio, place)
    lineage(jonas, place, first_price)
    newest = ben.page.url.removeprefix(studio.url).split("?")[0]
    is_measured(studio, li, place, room)
    faults += faults_of_the_room(mara, guest, place, newest)
    complaints = jonas.complaints + mara.complaints + ben.complaints + li.complaints
    # A decision without its reason is answered with 422, which the browser itself reports.
    faults += [one for one in complaints if not one.startswith(MEANT)]
    assert faults + guest.complaints == []


def lineage(jonas: Creator, place: Place, first_price: str) -> None:
    """Both versions with what was changed, what it cost, and who decided."""
    jonas.open(f"{place.clip}lineage/")
    first, second = jonas.page.locator("#v1"), jonas.page.locator("#v2")
    expect(second).to_contain_text("from v1")
    jonas.screenshot(ALBUM and ALBUM / "review-lineage.png")
    expect(second.locator("ins").first).to_contain_text(re.compile("wave", re.IGNORECASE))
    expect(second).to_contain_text("Of what was asked before: 1 fixed, 1 not fixed")
    for name in ("Mara Petrović, Editing", "Ben Okafor, Legal"):
        expect(second).to_contain_text(name)
    expect(first).to_contain_text(f"“{REASON}”")
    expect(first).to_contain_text(first_price)
    total = sum(Decimal(one.locator("a[href*='/jobs/']").last.inner_text().strip("$"))
                for one in (first, second))  # fmt: skip
    expect(jonas.page.locator(".page-head")).to_contain_text(f"2 versions, ${total} in all")


def test_the_approver_s_part_without_a_mouse_and_the_maker_decides_nothing(
    studio: Studio, browser: Browser
) -> None:
    ada = Creator(browser, studio, "ada@demo.example")
    place = place_of(ada, "When we are here for you")
    set_two_stages(Colleague(browser, studio, MARA), place.project, "Mara Petrović", "Ben Okafor")
    ada.open(place.clip)
    ada.generate(1)
    ada.watch_it_finish(1)
    room_of(ada, 1)
    expect(ada.page.locator("#decision")).to_contain_text(
        "You made this version, so somebody else decides on it."
    )
    expect(ada.page.locator("#decision-approve")).to_have_count(0)
    mara = Colleague(browser, studio, MARA, by_keyboard=True)
    mara.open_from_desk(place.title)
    mara.step_to_frame(7)
    mara.comment_on("Prompt", "Nod later")
    expect(mara.page.locator(".comment__frame", has_text="00:00:07")).to_be_visible()
    mara.send_back("The nod comes too early")
    mara.do(mara.page.locator("#decision-withdraw"))
    mara.says("Editing: waits for Mara")
    mara.approve_it()
    mara.says("Legal: waits for Ben")
    mara.is_same_page()
    expect(mara.page.locator(".comments s", has_text="Request changes")).to_be_visible()
    complaints = [one for one in ada.complaints + mara.complaints if not one.startswith(MEANT)]
    assert complaints == []
