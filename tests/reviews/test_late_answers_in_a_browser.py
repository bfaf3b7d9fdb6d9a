"""Answers in the review room that come in another order, or while something is pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from jobs.models import Version
from studio.organisations.models import Member, Role, User
from studio.reviews.models import Comment, Decision
from tests.conftest import make_job, make_version
from tests.reviews.rooms import first, holding, lost_places
from tests.reviews.test_room_in_a_browser import enter
from tests.services.chromium import arriving

__all__ = ["enter"]

pytestmark = pytest.mark.django_db(transaction=True)


def asking_for_news(page: Page, version: Version) -> Route:
    """The room's question for news, which waits until the test lets it go."""
    return first(page, holding(page, f"**{reverse('review_live', args=[version.pk])}*"))


def tell(page: Page, asked: Route) -> None:
    """Let it be answered, and go on when the answer has been dealt with."""
    with page.expect_response(asked.request.url) as news:
        asked.continue_()
    news.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")


@contextmanager
def held_down(button: Locator, how: str) -> Iterator[None]:
    """The button is pressed by the pointer, or by the Space key, and let go of afterwards."""
    page = button.page
    if how == "pointer":
        button.hover()
        page.mouse.down()
        yield
        page.mouse.up()
    else:
        button.focus()
        page.keyboard.down("Space")
        yield
        page.keyboard.up("Space")


def test_a_refusal_is_read_although_news_replaced_the_bar_while_it_was_under_way(
    enter: Callable[..., Page], counting: Version, approver: User, teammate: User
) -> None:
    page = enter(approver, counting)
    held = holding(page, f"**{reverse('decide', args=[counting.pk])}")
    page.locator("#decision-approve").click()
    make_version(make_job(counting.clip, teammate, number=2))
    expect(page.locator("#room-live")).to_contain_text("v2 has replaced")
    expect(page.locator("#decision-approve")).to_have_count(0)
    first(page, held).continue_()
    expect(page.locator("#decide")).to_contain_text("v2 has replaced v1: decide on v2.")
    expect(page.locator("form[inert]")).to_have_count(0)
    assert not Decision.objects.exists()


def test_news_asked_for_before_a_decision_and_told_after_it_are_passed_over(
    enter: Callable[..., Page], counting: Version, approver: User
) -> None:
    page = enter(approver, counting)
    lost = lost_places(page)
    asked = asking_for_news(page, counting)
    page.locator("#decision-approve").click()
    expect(page.locator("#decision")).to_contain_text("Approved")
    tell(page, asked)
    expect(page.locator("#decision")).to_contain_text("Approved")
    assert lost == []


@pytest.mark.parametrize("how", ["pointer", "space"])
def test_news_that_come_while_a_button_is_held_down_take_no_click_away(
    enter: Callable[..., Page], counting: Version, approver: User, teammate: User, how: str
) -> None:
    page = enter(approver, counting)
    asked = asking_for_news(page, counting)
    Comment.objects.create(version=counting, author=teammate, frame=3, text="Blink?")
    with held_down(page.locator("#decision-approve"), how):
        tell(page, asked)
    expect(page.locator("#decision")).to_contain_text("Approved")
    expect(page.locator("p.comment__body")).to_have_text("Blink?")


def test_who_may_decide_since_a_moment_ago_is_led_to_the_decision(
    enter: Callable[..., Page], counting: Version, viewer: User, teammate: User
) -> None:
    page = enter(viewer, counting)
    lost = lost_places(page)
    Member.objects.filter(user=viewer).update(role=Role.APPROVER)
    Comment.objects.create(version=counting, author=teammate, frame=3, text="Blink?")
    with arriving(page):
        page.get_by_role("link", name="Request changes").click()
    page.locator("#id_reason").fill("lips")
    page.get_by_role("button", name="Request changes to v1").click()
    expect(page.locator("#decision")).to_contain_text("Changes asked: lips")
    assert lost == []
