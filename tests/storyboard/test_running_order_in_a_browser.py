"""Reordering clips in a real browser: by keyboard and by drag, and it stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.conftest import STANDARD
from tests.services.chromium import ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def board(page: Page, live_server: Any, as_: As, project: Project, teammate: User) -> Page:
    """The storyboard of a project with the clips One, Two and Three."""
    for title in ("One", "Two", "Three"):
        add_clip(project, title=title, engine_model=STANDARD, by=teammate)
    cookie = as_(teammate).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("storyboard", args=[project.pk]))
    ready(page)
    return page


def shown(page: Page) -> list[str]:
    return [
        tile.get_attribute("data-label") or ""
        for tile in page.locator("[data-sortable] > [data-key]").all()
    ]


def saved(project: Project) -> list[str]:
    return list(Clip.objects.filter(project=project).values_list("title", flat=True))


def test_a_clip_is_lifted_moved_and_dropped_by_keyboard(board: Page, project: Project) -> None:
    board.get_by_role("button", name="Move One").focus()
    with board.expect_response("**/move/") as answer:
        for key in ("Space", "ArrowRight", "ArrowRight", "ArrowLeft", "Space"):
            board.keyboard.press(key)
    assert answer.value.ok
    assert shown(board) == saved(project) == ["Two", "One", "Three"]
    expect(board.get_by_role("button", name="Move One")).to_be_focused()


def test_escape_puts_a_lifted_clip_back(board: Page, project: Project) -> None:
    board.get_by_role("button", name="Move Three").focus()
    for key in ("Space", "ArrowLeft"):
        board.keyboard.press(key)
    assert shown(board) == ["One", "Three", "Two"]
    board.keyboard.press("Escape")
    assert shown(board) == saved(project) == ["One", "Two", "Three"]


def test_a_clip_is_dragged_to_another_place(board: Page, project: Project) -> None:
    board.get_by_role("button", name="Move Three").hover()
    board.mouse.down()
    target = board.locator("[data-key]", has_text="One").first.bounding_box()
    assert target
    with board.expect_response("**/move/") as answer:
        board.mouse.move(target["x"] + 40, target["y"] + 40, steps=8)
        board.mouse.up()
    assert answer.value.ok
    assert shown(board) == saved(project) == ["Three", "One", "Two"]


def test_signed_out_meanwhile_it_goes_back_and_moves_after_signing_in(
    board: Page, project: Project, live_server: Any, as_: As, teammate: User
) -> None:
    def move_one() -> None:
        board.get_by_role("button", name="Move One").focus()
        for key in ("Space", "ArrowRight", "Space"):
            board.keyboard.press(key)

    board.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    move_one()
    expect(board.locator("#toasts")).to_contain_text("“One” is back at place 1: sign in again")
    assert shown(board) == saved(project) == ["One", "Two", "Three"]
    session = as_(teammate).cookies[settings.SESSION_COOKIE_NAME].value
    for name, value in {settings.SESSION_COOKIE_NAME: session, "csrftoken": "a" * 32}.items():
        board.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    with board.expect_response("**/move/") as answer:
        move_one()
    assert answer.value.ok
    assert shown(board) == saved(project) == ["Two", "One", "Three"]
