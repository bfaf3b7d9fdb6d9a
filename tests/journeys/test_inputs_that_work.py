"""Bad inputs, mended by the offered fixes only, watched as an animatic, and generated."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from studio.operations.demo.organisation import FOLDER
from tests.journeys import bad_inputs
from tests.journeys.mending import Mender
from tests.journeys.people import Approver
from tests.journeys.studios import Studio, embedded
from tests.journeys.test_pages_are_sound import faults_of

#: Set by `make screenshots`: where the pictures of the documents go.
ALBUM = Path(os.environ["SCREENSHOTS"]) if "SCREENSHOTS" in os.environ else None
EVERYTHING = {
    "image": {"image.ratio", "image.small_face"},
    "audio": {"audio.quiet", "audio.silence"},
    "prompt": {"prompt.appearance", "prompt.vague", "prompt.no_camera"},
}
NOTHING: dict[str, set[str]] = {"image": set(), "audio": set(), "prompt": set()}
REASON = "A greeting of six seconds is what the client ordered."
LEDGER = """
import json
from jobs.models import LedgerEntry
print(json.dumps([[one.kind, str(one.spent_amount)] for one in LedgerEntry.objects.order_by("at")]))
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with embedded(tmp_path_factory.mktemp("studio")) as running:
        yield running


def charges(studio: Studio) -> list[Decimal]:
    """What the studio itself has written down as spent."""
    rows = json.loads(studio.manage("shell", "--no-imports", "-c", LEDGER))
    return [Decimal(amount) for kind, amount in rows if kind == "charge"]


def mended_and_generated(jonas: Mender, folder: Path, *, title: str, of: str) -> str:
    """Everything by the offered fixes; the price of the version that came of it."""
    jonas.new_clip(title)
    jonas.bring(
        picture=bad_inputs.bad_picture(folder),
        of=of,
        take=bad_inputs.bad_take(folder),
        prompt=bad_inputs.PROMPT,
    )
    page = jonas.page
    jonas.expect_findings(EVERYTHING)
    expect(page.locator("#generate")).to_be_disabled()
    assert faults_of(page, "the clip with all its findings") == []
    page.emulate_media(color_scheme="dark")
    jonas.keep("inputs-bad.png")
    jonas.crop_as_proposed()
    jonas.mend_as_proposed()
    jonas.mend_the_prompt()
    jonas.expect_findings(NOTHING)
    expect(page.get_by_role("textbox", name="Motion")).to_have_value("nods")
    expect(page.locator("#offer")).to_contain_text("No findings.")
    expect(page.locator("#override-reason")).to_have_count(0)
    jonas.keep("inputs-mended.png")
    jonas.look_at_the_levers()
    jonas.draft()
    jonas.remark("Nod earlier.")
    jonas.act(page.get_by_role("link", name="Inputs"), re.compile("/clips/"))
    price = jonas.order(1)
    jonas.watch_it_finish(1)
    return price


def test_everything_is_mended_by_the_offered_fixes_watched_and_generated(
    studio: Studio, browser: Browser, tmp_path: Path
) -> None:
    before, paid = len(studio.billed()), len(charges(studio))
    jonas = Mender(browser, studio, album=ALBUM)
    price = mended_and_generated(
        jonas, tmp_path, title="From the great hall", of="Ines in the great hall"
    )
    assert len(studio.billed()) == before + 1
    assert [f"${amount:.2f}" for amount in charges(studio)[paid:]] == [price]
    assert jonas.asked == [], "a fix that is offered never makes a person choose what to lose"
    assert jonas.complaints == []


def test_all_of_it_without_a_mouse(studio: Studio, browser: Browser, tmp_path: Path) -> None:
    jonas = Mender(browser, studio, by_keyboard=True)
    mended_and_generated(jonas, tmp_path, title="Without a mouse", of="Ines at the far end")
    assert jonas.asked == []
    assert jonas.complaints == []


def test_a_warning_that_is_left_wants_a_reason_that_the_approver_reads(
    studio: Studio, browser: Browser, tmp_path: Path
) -> None:
    jonas = Mender(browser, studio)
    jonas.new_clip("A short greeting")
    jonas.bring(
        picture=FOLDER / "ines-blazer.jpg",
        of="Ines at the door",
        take=bad_inputs.short_take(tmp_path),
        prompt="nods and smiles",
    )
    jonas.page.get_by_role("textbox", name="Camera").fill("medium shot, static camera")
    expect(jonas.findings("prompt")).to_have_count(0)
    expect(jonas.findings("audio")).to_have_attribute("data-finding", "audio.short")
    reason = jonas.page.get_by_label("Why go on with this warning?")
    jonas.do(jonas.page.locator("#generate"))
    expect(jonas.page.get_by_role("alert").first).to_contain_text("say why you go on")
    expect(jonas.page.locator("#attempt-1")).to_have_count(0)
    jonas.ready()
    reason.fill(REASON)
    jonas.order(1)
    jonas.watch_it_finish(1)
    mara = Approver(browser, studio, "mara@demo.example")
    mara.open_what_waits("A short greeting")
    warned = mara.page.locator("#warned")
    expect(warned).to_contain_text(REASON)
    expect(warned).to_contain_text("Jonas Weber")
    expect(warned.locator("[data-finding='audio.short']")).to_be_visible()
    mara.screenshot(ALBUM and ALBUM / "inputs-reason.png")
    # What is refused is answered with 422, which the browser itself reports.
    assert [line for line in jonas.complaints if "422" not in line] + mara.complaints == []
