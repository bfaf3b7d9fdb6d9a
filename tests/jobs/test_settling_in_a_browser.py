"""A lost answer and a paused account in a real browser: sound pages, and the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from jobs import accounts, late_acceptances, ordering, settling
from jobs.models import AvatarJob, EngineAccount, Problem, State
from jobs.polling import OVERDUE
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.journeys.test_pages_are_sound import faults_of, settled

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)

#: What an answer of the studio does that comes while the dialog is open.
REPLACED = """(data) => {
  const button = document.getElementById('pay-again'), other = button.cloneNode(true);
  Object.assign(other.dataset, data);
  button.replaceWith(other);
}"""


@pytest.fixture
def unknown(clip: Clip, teammate: User) -> AvatarJob:
    job = ordering.order(clip, by=teammate)
    job.advance(State.SUBMITTING, cause="sending", sent_at=timezone.now())
    lost = Problem("no_answer", "The engine's answer was lost.", "ReadTimeout")
    job.advance(State.UNKNOWN, cause="no_answer", next_at=None, problem=lost)
    return job


@pytest.fixture
def open_as_admin(page: Page, live_server: Any, as_: As, owner: User) -> Callable[[str], Page]:
    """`open_as_admin(path)`: the page, ready, in the admin's browser."""
    cookie = as_(owner).cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    def open_page(path: str) -> Page:
        page.goto(live_server.url + path)
        settled(page)
        return page

    return open_page


def press(page: Page, selector: str) -> None:
    page.locator(selector).focus()
    page.keyboard.press("Enter")


def test_paying_again_by_keyboard_asks_with_the_cost_first(
    open_as_admin: Callable[[str], Page], unknown: AvatarJob
) -> None:
    page = open_as_admin(reverse("job", args=[unknown.pk]))
    press(page, "#pay-again")
    dialog = page.locator("#confirm")
    expect(dialog).to_contain_text("Pay again for $0.17?")
    expect(dialog).to_contain_text("in fact billed in nearly all cases")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert AvatarJob.objects.count() == 1
    press(page, "#pay-again")
    press(page, "#confirm [data-confirm-yes]")
    expect(page.locator("#job-replaces")).to_have_text("v1")
    assert AvatarJob.objects.get(replaces=unknown).number == 2


def test_yes_to_one_price_orders_nothing_at_another(
    open_as_admin: Callable[[str], Page], unknown: AvatarJob
) -> None:
    page = open_as_admin(reverse("job", args=[unknown.pk]))
    dialog = page.locator("#confirm")
    press(page, "#pay-again")
    page.evaluate(REPLACED, {"confirm": "Pay again for $9.99?"})
    press(page, "#confirm [data-confirm-yes]")
    expect(dialog).to_contain_text("Pay again for $9.99?")
    expect(dialog).to_contain_text("This has changed meanwhile.")
    page.evaluate(REPLACED, {"confirm": ""})
    press(page, "#confirm [data-confirm-yes]")
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("This has changed meanwhile: look again.")
    assert AvatarJob.objects.count() == 1


def test_pages_with_a_lost_answer_and_a_paused_account_are_sound(
    open_as_admin: Callable[[str], Page], unknown: AvatarJob, clip: Clip, owner: User
) -> None:
    ordering.order(clip, by=owner)
    accounts.pause("sandbox", Problem("out_of_credit", "The account is out of credit.", "no"))
    EngineAccount.objects.update(tested_at=timezone.now(), test_message="The engine answers.")
    faults = []
    for path in (
        reverse("job", args=[unknown.pk]),
        reverse("job", args=[AvatarJob.objects.get(number=2).pk]),
        reverse("storyboard", args=[clip.project_id]),
        reverse("project_engine", args=[clip.project_id]),
    ):
        faults += faults_of(open_as_admin(path), path)
    assert faults == []


def test_a_paused_account_is_resumed_by_keyboard_and_the_page_stays(
    open_as_admin: Callable[[str], Page], clip: Clip, owner: User
) -> None:
    ordering.order(clip, by=owner)
    accounts.pause("sandbox", Problem("out_of_credit", "The account is out of credit.", "no"))
    EngineAccount.objects.update(tested_at=timezone.now(), test_message="The engine answers.")
    board = reverse("storyboard", args=[clip.project_id])
    page = open_as_admin(board)
    press(page, "#resume-untested-sandbox")
    expect(page.locator(".standstill")).to_have_count(0)
    assert page.url.endswith(board)
    assert not EngineAccount.objects.get(name="sandbox").is_paused


def test_giving_up_on_an_overdue_job_says_first_that_its_money_stays_held(
    open_as_admin: Callable[[str], Page], unknown: AvatarJob
) -> None:
    AvatarJob.objects.update(
        state=State.STALLED, handle="task_1", **OVERDUE.as_fields(), next_at=timezone.now()
    )
    page = open_as_admin(reverse("job", args=[unknown.pk]))
    press(page, "#stop-waiting")
    dialog = page.locator("#confirm")
    expect(dialog).to_contain_text("Stop waiting for v1?")
    expect(dialog).to_contain_text("stays held")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    press(page, "#stop-waiting")
    dialog.get_by_role("button", name="Stop waiting for v1").click()
    expect(page.locator(".page-head")).to_contain_text("nobody waits for it")
    expect(page.locator("#stop-waiting")).to_have_count(0)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.put_aside_at is None) == (State.STALLED, False)


def test_an_order_that_was_taken_after_all_is_a_sound_page(
    open_as_admin: Callable[[str], Page], unknown: AvatarJob, teammate: User
) -> None:
    settling.it_does_not_exist(unknown, by=teammate, evidence="Not in the log.")
    late_acceptances.keep(unknown, "task_1", answer={"task_id": "task_1"})
    path = reverse("job", args=[unknown.pk])
    page = open_as_admin(path)
    assert faults_of(page, path) == []
    expect(page.get_by_label("The engine's id of the job")).to_have_value("task_1")
