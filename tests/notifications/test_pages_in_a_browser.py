"""What people see of it, in a real browser: sound on every window, and worked by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.notifications.models import Mail, Message, Notification, Preference, Webhook
from studio.notifications.webhooks import send_due
from studio.organisations.models import User
from tests.journeys.test_pages_are_sound import faults_of
from tests.notifications.receiving import Receiver
from tests.reviews.rooms import Enter, go

type Told = Callable[..., Notification]
pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["go"]

HOOKS = "/o/nordlicht/webhooks/"
LONG = "Donaudampfschifffahrtsgesellschaft " * 6


def test_the_list_is_sound_empty_and_full(go: Enter, told: Told, teammate: User) -> None:
    page = go(teammate, reverse("notifications"))
    expect(page.get_by_role("heading", name="Nothing yet")).to_be_visible()
    assert faults_of(page, "the empty list") == []
    told(teammate, sentence=f"Mara names you in {LONG}", quote=f"你好 {LONG * 2}"[:280])
    told(teammate, read_at=timezone.now(), mail_problem="SMTPException: no", quote="")
    assert faults_of(go(teammate, reverse("notifications")), "the list") == []


def test_all_are_marked_read_by_keyboard(go: Enter, told: Told, teammate: User) -> None:
    told(teammate)
    page = go(teammate, reverse("notifications"))
    page.get_by_role("button", name="Mark all read").press("Enter")
    expect(page.get_by_role("button", name="Mark all read")).to_have_count(0)
    expect(page.locator(".bell__count")).to_have_count(0)


def test_mails_are_chosen_by_keyboard_on_a_sound_page(go: Enter, teammate: User) -> None:
    page = go(teammate, reverse("notification_settings"))
    assert faults_of(page, "the choices") == []
    failed = page.get_by_role("group", name=re.compile("A generation of yours fails"))
    failed.get_by_role("radio", name="At once").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It holds for what happens from now on.")).to_be_visible()
    kept = Preference.objects.get(user=teammate, kind="failed")
    assert kept.mail == Mail.DIGEST


def set_up(page: Page, url: str) -> str:
    """Fill the form in by keyboard; the secret, as it is shown."""
    page.get_by_label("Address").fill(url)
    page.keyboard.press("Enter")
    return page.get_by_role("textbox", name="The signing secret").input_value()


def test_a_webhook_is_set_up_tried_and_removed_on_sound_pages(
    go: Enter, owner: User, receiver: Receiver
) -> None:
    page = go(owner, HOOKS)
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    assert faults_of(page, "no webhooks") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    url = f"{receiver.url}/a/long/path/to/a/channel/{'x' * 60}"
    secret = set_up(page, url)
    assert secret == Webhook.objects.get().secret
    expect(page.get_by_role("heading", name="The signing secret")).to_be_focused()
    assert faults_of(page, "the secret") == []
    receiver.answers("503 Busy", body=b"try later")
    page.get_by_role("button", name="Send a test message").press("Enter")
    expect(page.get_by_text("It answered 503: try later.").first).to_be_visible()
    Message.objects.update(next_at=None)
    assert faults_of(page, "the webhooks and their log") == []
    page = go(owner, HOOKS)
    receiver.answers("200 OK")
    page.get_by_role("button", name="Send test again").press("Enter")
    expect(page.get_by_text("It is sent again within seconds.")).to_be_visible()
    assert send_due() == 1
    page.get_by_role("button", name="Remove").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_text("The webhook is removed. Its log stays.")).to_be_visible()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()


def test_an_address_that_is_refused_comes_back_with_the_reason_at_the_field(
    go: Enter, owner: User
) -> None:
    page = go(owner, HOOKS)
    page.get_by_label("Address").fill("http://10.0.0.7/")
    page.keyboard.press("Enter")
    field = page.get_by_label("Address")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator(".field__error")).to_contain_text("private address")
