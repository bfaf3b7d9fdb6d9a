"""The review room in a real browser while the review copy is still being made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.conftest import make_job, make_version
from tests.reviews.counting_video import FRAMES, RATE, shows, write_counting_video
from tests.reviews.rooms import lost_places
from tests.reviews.test_room_in_a_browser import enter

__all__ = ["enter"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    """A video whose frames tell their numbers."""
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    return path.read_bytes()


def just_home(clip: Clip, by: User, film: bytes, *, plays: bool) -> Version:
    """v1 a moment after it was brought home."""
    return make_version(
        make_job(clip, by), video=ContentFile(film, name="video.mp4"), video_plays=plays,
        review_copy="", film_strip="", renditions_at="2100-01-01T00:00:00Z",
        frames=FRAMES, rate_numerator=RATE,
    )  # fmt: skip


def copy_is_there(version: Version, film: bytes) -> None:
    version.review_copy = ContentFile(film, name="review.mp4")
    version.renditions_at = None
    version.save()


def test_the_engines_own_file_is_reviewed_frame_by_frame(
    enter: Callable[..., Page], clip: Clip, teammate: User, approver: User, film: bytes
) -> None:
    version = just_home(clip, teammate, film, plays=True)
    page = enter(approver, version, "?frame=42")
    shows(page, 42)
    page.keyboard.press("ArrowRight")
    shows(page, 43)
    page.keyboard.press("m")
    page.keyboard.type("Lips are late")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Lips are late")
    assert Comment.objects.get().frame == 43
    poster = page.locator(
        f".comment__tile image[href='{reverse('version_poster', args=[version.pk])}']"
    )
    expect(poster).to_be_visible()


def test_when_the_stand_in_is_gone_the_copy_takes_over_at_the_same_frame(
    enter: Callable[..., Page], clip: Clip, teammate: User, approver: User, film: bytes
) -> None:
    version = just_home(clip, teammate, film, plays=True)
    page = enter(approver, version, "?frame=30")
    shows(page, 30)
    copy_is_there(version, film)
    page.evaluate("document.querySelector('[data-video]').src = '/nothing.mp4'")
    copy = reverse("version_review_copy", args=[version.pk])
    expect(page.locator("[data-video]")).to_have_attribute("src", copy)
    shows(page, 30)


def test_a_picture_becomes_the_player_without_a_reload(
    enter: Callable[..., Page], clip: Clip, teammate: User, approver: User, film: bytes
) -> None:
    version = just_home(clip, teammate, film, plays=False)
    page = enter(approver, version, "?frame=12")
    expect(page.get_by_text("Making the copy that browsers play")).to_be_visible()
    page.locator("#id_text").fill("half a thought")
    lost = lost_places(page)
    Comment.objects.create(version=version, author=teammate, frame=3, text="Blink?")
    expect(page.locator(".comment__body")).to_have_text("Blink?")
    assert lost == []
    copy_is_there(version, film)
    expect(page.locator("#player [data-video]")).to_be_visible()
    shows(page, 12)
    expect(page.locator("#id_text")).to_have_value("half a thought")
