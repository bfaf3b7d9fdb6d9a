"""The main job from end to end, in real browsers, with real processes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from studio.operations.demo.organisation import FOLDER
from tests.journeys.people import RENDER_MS, Approver, Creator
from tests.journeys.studios import Studio, embedded, production
from tests.services.ceph import S3

#: Set by `make screenshots`: where the README's pictures go.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


def picture(name: str) -> Path | None:
    return Path(SCREENSHOTS) / name if SCREENSHOTS else None


@pytest.fixture
def embedded_studio(tmp_path: Path) -> Iterator[Studio]:
    with embedded(tmp_path) as studio:
        yield studio


@pytest.fixture
def production_studio(
    tmp_path: Path, postgres_url: str, redis_url: str, s3: S3
) -> Iterator[Studio]:
    services = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, **s3.environment}
    with production(tmp_path, services=services) as studio:
        yield studio


def main_job(studio: Studio, browser: Browser) -> None:
    """Upload, generate, watch, comment at a frame, request changes, regenerate, approve."""
    jonas = Creator(browser, studio, "jonas@demo.example")
    jonas.make_project("Autumn campaign", budget="5.00")
    jonas.add_clip("Opening words")
    jonas.bring_picture(FOLDER / "ines-knit.jpg", character="Ines in autumn")
    jonas.bring_recording(FOLDER / "support.mp3", title="Opening words, take 1")
    jonas.choose_preset("News broadcast")
    price = jonas.generate(1)
    jonas.watch_it_finish(1)

    mara = Approver(browser, studio, "mara@demo.example")
    mara.open_what_waits("Opening words")
    mara.step_to_frame(12)
    mara.comment("The camera should move here.")
    expect(mara.page.locator(".comment__frame").first).to_contain_text("00:00:12")
    mara.screenshot(picture("review.png"))
    mara.request_changes("Let the camera come closer.")

    jonas.open_desk()
    jonas.follow("Opening words")
    expect(jonas.page.locator("#asked-head")).to_contain_text("Inputs of v1 are filled in")
    expect(jonas.page.locator(".asked__list")).to_contain_text("The camera should move here.")
    jonas.page.get_by_label("Camera").fill("medium close-up, slow push-in")
    assert jonas.generate(2) == price
    jonas.watch_it_finish(2)
    expect(jonas.page.locator("#attempt-2")).to_contain_text("camera")

    mara.open_what_waits("Opening words")
    mara.approve()

    jonas.open("/o/demo/projects/")
    jonas.follow("Autumn campaign")
    expect(jonas.page.locator("main")).to_contain_text("v2 approved by Mara")
    expect(jonas.page.locator("main")).to_contain_text("1 of 1 approved")
    paid = 2 * Decimal(price.removeprefix("$"))
    assert abs(sum(studio.billed()) - paid) < Decimal("0.01")
    assert len(studio.billed()) == 2
    assert jonas.complaints + mara.complaints == []


def test_the_main_job_from_one_command(embedded_studio: Studio, browser: Browser) -> None:
    main_job(embedded_studio, browser)


def test_the_storyboard_follows_its_jobs_by_itself(
    embedded_studio: Studio, browser: Browser
) -> None:
    jonas = Creator(browser, embedded_studio, "jonas@demo.example")
    for title in ("Welcome to the spring release", "When we are here for you"):
        jonas.open("/o/demo/projects/")
        jonas.follow("Spring release")
        jonas.follow(title)
        jonas.generate(1)
    jonas.open("/o/demo/projects/")
    jonas.follow("Spring release")
    jonas.page.evaluate("window.sameDocument = true")
    board = jonas.page.locator("main")
    expect(board).to_contain_text("v1 waits for Mara", timeout=RENDER_MS, ignore_case=True)
    jonas.screenshot(picture("storyboard.png"))
    expect(board.get_by_text(re.compile("waits for Mara"))).to_have_count(2, timeout=RENDER_MS)
    assert jonas.page.evaluate("window.sameDocument"), "the page was loaded again"
    expect(jonas.page.locator("[data-live][hx-trigger]")).to_have_count(0)
    assert jonas.complaints == []


def test_the_main_job_on_postgresql_redis_and_s3_with_two_workers(
    production_studio: Studio, browser: Browser
) -> None:
    main_job(production_studio, browser)
