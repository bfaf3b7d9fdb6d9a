"""The review room in a real browser, for the tests that look at pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job, make_version
from tests.reviews.counting_video import NUMBER, write_numbered_video
from tests.services.chromium import PATIENCE_MS, ready

type As = Callable[[User], Client]
type Enter = Callable[..., Page]

SHOWN = f"({NUMBER})(document.querySelector('[data-video]'))"


def numbered(
    clip: Clip, by: User, folder: Path, *, number: int = 1, frames: int = 75,
    rate: Fraction = Fraction(25), size: tuple[int, int] = (384, 216), sound: bool = False,
) -> Version:  # fmt: skip
    """A version whose frames show their numbers."""
    path = folder / f"numbered-{number}.mp4"
    write_numbered_video(path, frames=frames, rate=rate, size=size, sound=sound)
    return make_version(
        make_job(clip, by, number=number),
        review_copy=ContentFile(path.read_bytes(), name="review.mp4"), frames=frames,
        rate_numerator=rate.numerator, rate_denominator=rate.denominator,
        width=size[0], height=size[1], duration_seconds=round(float(frames / rate), 3),
    )  # fmt: skip


@pytest.fixture
def go(page: Page, live_server: Any, as_: As) -> Iterator[Enter]:
    """`go(approver, "/versions/...")`: the page as this person opens it, without a fault."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def open_page(user: User, address: str) -> Page:
        cookie = as_(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{address}")
        ready(page)
        return page

    yield open_page
    assert faults == []


def room(version: Version, query: str = "") -> str:
    """The address of a version's room."""
    return reverse("review", args=[version.pk]) + query


def shows(page: Page, frame: int) -> None:
    """Waits until the picture is that of `frame`, and says what it is if it never becomes that."""
    page.wait_for_function(
        f"() => !document.querySelector('[data-video]').seeking && {SHOWN} === {frame}"
    )


@pytest.fixture
def version(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    """v1, whose frames show their numbers."""
    return numbered(clip, teammate, tmp_path)


def send(page: Page) -> None:
    """Send the comment that is typed."""
    page.locator("#comment-send").click()


def holding(page: Page, address: str) -> list[Route]:
    """Requests to the address, which wait here until the test lets them go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def first(page: Page, held: list[Route]) -> Route:
    """The only one that is held, as soon as it has come."""
    for _ in range(PATIENCE_MS // 20):
        if held:
            break
        page.wait_for_timeout(20)
    [route] = held
    return route


def lost_places(page: Page) -> list[str]:
    """What the answers from now on bring a place for that is not on the page, as it is found."""
    lost: list[str] = []
    page.on(
        "console",
        lambda line: lost.append(line.text) if line.text.startswith("htmx:oob") else None,
    )
    return lost
