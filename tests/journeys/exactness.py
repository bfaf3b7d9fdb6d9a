"""Frames and drift in a running studio, read from the pictures of its own versions."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from tests.journeys.studios import Studio
from tests.reviews.counting_video import write_numbered_video
from tests.reviews.drift import measured
from tests.reviews.rooms import shows

#: The demo's clip lasts 12.5 s.
PLAYED_SECONDS = 6
#: A busy machine disturbs a play; a drift of our own would be there in each.
PLAYS = 12
BOTH_STAND = """() => [...document.querySelectorAll("[data-compare-side] video")]
    .every((one) => one.readyState >= 2 && !one.seeking && one.paused)"""
FILES = """
import json
from jobs.models import Version
names = "frames", "rate_numerator", "rate_denominator", "width", "height"
versions = Version.objects.filter(clip={clip!r}).order_by("number")
print(json.dumps([
    [one.review_copy.path, *(getattr(one, name) for name in names)] for one in versions
]))
"""


def numbers_in_the_pictures(studio: Studio, clip: str) -> list[tuple[int, Fraction]]:
    """Give the versions' review copies pictures that say their number; frames and rate of each.

    A face does not say which frame it is. Length, rate and size stay what the studio made.
    """
    rows = json.loads(studio.manage("shell", "--no-imports", "-c", FILES.format(clip=clip)))
    for path, frames, above, below, width, height in rows:
        rate = Fraction(above, below)
        size = (width // 12 * 12, height // 2 * 2)
        write_numbered_video(Path(path), frames=frames, rate=rate, size=size, sound=True)
    return [(row[1], Fraction(row[2], row[3])) for row in rows]


def is_exact(page: Page, frames: int, rate: Fraction) -> None:
    """Steps, jumps and the comment's own link end on exactly their frame."""
    shows(page, 0)
    at, second = 0, round(rate)
    for key, step in (("ArrowRight", 1), ("ArrowRight", 1), ("Shift+ArrowRight", second),
                      ("ArrowLeft", -1), ("Shift+ArrowLeft", -second)):  # fmt: skip
        page.keyboard.press(key)
        at += step
        shows(page, at)
    page.keyboard.press("End")
    shows(page, frames - 1)
    page.keyboard.press("Home")
    page.keyboard.press("n")
    shows(page, 10)


def stays_together(page: Page, rates: tuple[Fraction, Fraction]) -> None:
    """Both versions on one clock, for some seconds: a short form of the test of the comparison.

    A machine that is busy with other things misses frames; what it shows then is left out, and
    a play that was disturbed is repeated.
    """
    for _ in range(PLAYS):
        page.wait_for_function(BOTH_STAND)
        drift = measured(page, PLAYED_SECONDS, rates)
        page.keyboard.press("k")
        page.keyboard.press("Home")
        if drift.is_together(1.01):
            break
    assert median(map(abs, drift.clocks)) <= 1
    assert median(map(abs, drift.pictures)) <= 1
    if drift.calm_pictures:
        assert drift.drift <= 1
        assert drift.share_within(1.01) > 0.99
