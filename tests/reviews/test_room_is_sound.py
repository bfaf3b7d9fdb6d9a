"""The room and the comparison at two widths and in both themes: axe finds nothing, nothing
overflows. `SCREENSHOTS=folder` keeps what was seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from studio.reviews.saying import Place, Words, change, say
from tests.conftest import make_animatic
from tests.journeys.test_pages_are_sound import faults_of
from tests.reviews.crowd import VERSIONS, crowd, older_versions
from tests.reviews.rooms import Enter, go, numbered, room

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)

ARROW = [
    {"tool": "arrow", "colour": "yellow", "points": [[0.8, 0.8], [0.5, 0.4]]},
    {"tool": "text", "colour": "white", "points": [[0.1, 0.1]], "words": "late"},
]


@pytest.fixture
def version(clip: Clip, teammate: User, approver: User, tmp_path: Path) -> Version:
    """v1 with a thread of every kind."""
    assert clip.take
    clip.take.facts = clip.take.facts | {"silences": [[0.5, 1.2], [2.5, 3.0]]}
    clip.take.save()
    made = numbered(clip, teammate, tmp_path, size=(640, 360))
    drawn = say(
        footage=made, by=approver, place=Place(frame=20), drawing=ARROW,
        words=Words(text="@Theo the lips are late here", category="audio", point="lip_sync"),
    )  # fmt: skip
    say(footage=made, by=teammate, place=Place(frame=20, answers=drawn),
        words=Words(text="By three frames, yes"))  # fmt: skip
    ranged = say(footage=made, by=teammate, place=Place(frame=30, last_frame=55),
                 words=Words(text="Hand", is_shared=True))  # fmt: skip
    change(ranged, Words(text="The hand leaves the picture", category="prompt", is_shared=True))
    Comment.objects.create(version=made, author=approver, frame=5, text="ok").resolve(by=teammate)
    return made


def keep(page: Page, name: str) -> None:
    """Screenshots in both themes at both widths, where somebody wants to look."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    for width, height in ((1440, 900), (390, 844)):
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(400)  # colours change by and by
            page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png")


def test_the_room_with_everything_in_it_is_sound(
    go: Enter, version: Version, teammate: User
) -> None:
    page = go(teammate, room(version, "?frame=20"))
    page.keyboard.press("i")
    page.keyboard.press("d")
    page.locator("#id_text").fill("half a thought")
    keep(page, "room")
    assert faults_of(page, "the room") == []


def test_twenty_versions_their_menu_and_the_help_sheet_are_sound(
    go: Enter, clip: Clip, teammate: User, approver: User, owner: User, tmp_path: Path
) -> None:
    older_versions(clip, teammate, VERSIONS - 1)
    latest = numbered(clip, teammate, tmp_path, number=VERSIONS, size=(640, 360))
    crowd(latest, [approver, owner, teammate], threads=10)
    page = go(approver, room(latest, "?frame=30"))
    page.locator(f"[aria-label^='Version {VERSIONS} of {VERSIONS}']").click()
    keep(page, "versions")
    assert faults_of(page, "the menu of versions") == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keep(page, "help")
    assert faults_of(page, "the help sheet") == []


def test_the_room_of_who_only_watches_is_sound(go: Enter, version: Version, viewer: User) -> None:
    page = go(viewer, room(version, "?frame=20"))
    assert faults_of(page, "the room of a viewer") == []


def test_what_waits_to_be_sent_and_whom_one_may_mean_is_sound(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    page.route("**/comments/", lambda route: route.abort("internetdisconnected"))
    page.locator("#id_text").fill("Louder")
    page.locator("#comment-send").click()
    page.locator("[data-outbox-list] li").wait_for()
    page.locator("#id_text").press_sequentially("@")
    page.get_by_role("listbox", name="People").wait_for()
    keep(page, "outbox")
    assert faults_of(page, "the room without a connection") == []


def test_the_animatic_is_sound(go: Enter, clip: Clip, teammate: User) -> None:
    animatic = make_animatic(clip, teammate)
    page = go(teammate, reverse("animatic", args=[animatic.pk]))
    keep(page, "animatic")
    assert faults_of(page, "the animatic") == []


@pytest.mark.parametrize("mode", ["s", "w", "v", "e"])
def test_the_comparison_is_sound_in_every_mode(
    go: Enter, version: Version, teammate: User, tmp_path: Path, mode: str
) -> None:
    second = numbered(version.clip, teammate, tmp_path, number=2, size=(640, 360))
    second.job.prompt_text = "Friendly presenter, waves, medium shot"
    second.job.save()
    page = go(teammate, reverse("compare", args=[version.clip_id]))
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press(mode)
    page.wait_for_timeout(300)
    keep(page, f"compare-{mode}")
    assert faults_of(page, "the comparison") == []
