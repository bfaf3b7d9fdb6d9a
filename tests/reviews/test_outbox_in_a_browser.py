"""What could not be sent waits in the outbox, on this browser, and is sent once."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import As, Enter, go, room, send, shows, version
from tests.services.chromium import ready

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)

#: Notes when the part that follows the room has asked and got the page to sign in.
NOTE_SIGN_IN = """() => document.body.addEventListener('htmx:afterRequest', ({ detail }) => {
  window.wasAnsweredBySignIn ||= detail.elt.id === 'room-live'
    && new URL(detail.xhr.responseURL).pathname.startsWith('/login/');
})"""

#: The line breaks in the middle of the next answer that is read.
BREAK_OFF_ONE_ANSWER = """() => {
  const whole = Response.prototype.text;
  Response.prototype.text = Object.assign(() => {
    Response.prototype.text = whole;
    return Promise.reject(new TypeError('broken off'));
  }, { isBroken: true });
}"""


def sign_in(page: Page, person: Client, live_server: Any) -> None:
    """Somebody signs in in this browser, as in another tab; no page of theirs is open yet."""
    session = person.cookies[settings.SESSION_COOKIE_NAME].value
    for name, value in {settings.SESSION_COOKIE_NAME: session, "csrftoken": "a" * 32}.items():
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_without_a_connection_a_comment_waits_even_over_a_closed_page_and_is_sent_once(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version, "?frame=12"))
    shows(page, 12)
    address = f"**{reverse('comment_new', args=[version.pk])}"
    page.route(address, lambda route: route.abort("internetdisconnected"))
    page.locator("#id_text").fill("Louder")
    send(page)
    outbox = page.locator("[data-outbox]")
    expect(outbox).to_contain_text("Louder")
    expect(page.locator("#id_text")).to_have_value("")
    page.locator("#id_text").fill("and slower")
    send(page)
    expect(outbox.locator("li")).to_have_count(2)
    assert not Comment.objects.exists()
    page.reload()
    expect(outbox.locator("li")).to_have_count(2)
    page.unroute(address)
    page.locator("#outbox-now").click()
    expect(outbox).to_be_hidden()
    expect(page.locator(".comment__body")).to_have_text(["Louder", "and slower"])
    assert Comment.objects.get(text="Louder").frame == 12
    assert Comment.objects.count() == 2


def test_a_comment_whose_answer_was_lost_is_there_once(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    asked: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    page.route(f"**{reverse('comment_new', args=[version.pk])}", lose_the_first_answer)
    page.locator("#id_text").fill("Louder")
    send(page)
    page.locator("#outbox-now").click()
    expect(page.locator("[data-outbox]")).to_be_hidden()
    expect(page.locator(".comment__body")).to_have_text("Louder")
    assert len(asked) == 2
    assert Comment.objects.count() == 1


def test_signed_out_meanwhile_the_words_stay(go: Enter, version: Version, approver: User) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("Louder")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Louder")
    expect(page.locator("[data-outbox-state]")).to_contain_text("Sign in again in another tab")
    expect(page.locator("#toasts")).to_contain_text("signed out")
    expect(page.locator("#toasts").get_by_role("link", name="Sign in")).to_be_visible()
    page.evaluate(NOTE_SIGN_IN)
    page.wait_for_function("() => window.wasAnsweredBySignIn")
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    assert not Comment.objects.exists()
    go(approver, room(version))
    expect(page.locator(".comment__body")).to_have_text("Louder")
    expect(page.locator("[data-outbox]")).to_be_hidden()


def test_nothing_goes_out_as_somebody_elses_before_their_first_page_has_said_who_they_are(
    go: Enter, version: Version, approver: User, owner: User, as_: As, live_server: Any
) -> None:
    page = go(approver, room(version))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#id_text").fill("Louder")
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Louder")
    sign_in(page, as_(owner), live_server)
    page.locator("#outbox-now").click()
    expect(page.locator("[data-outbox-state]")).to_contain_text("Somebody else is signed in")
    page.locator("#id_text").fill("Softer")
    send(page)
    expect(page.locator("#toasts")).to_contain_text("Somebody else is signed in")
    expect(page.locator("#id_text")).to_have_value("Softer")
    assert not Comment.objects.exists()


def test_what_one_person_wrote_never_goes_out_as_somebody_elses(
    go: Enter, version: Version, approver: User, owner: User, as_: As, live_server: Any
) -> None:
    theirs = Comment.objects.create(version=version, author=owner, frame=5, text="Blink?")
    page, toasts = go(approver, room(version)), "#toasts"
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    resolve = page.locator(f"#resolution-{theirs.pk}")
    resolve.click()
    expect(page.locator(toasts)).to_contain_text("You are signed out.")
    page.locator("#id_text").fill("Louder")
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Louder")
    sign_in(page, as_(owner), live_server)
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    page.locator("#outbox-now").click()
    expect(page.locator("[data-outbox-state]")).to_contain_text("Somebody else is signed in")
    resolve.click()
    expect(page.locator(toasts)).to_contain_text("Somebody else is signed in")
    theirs.refresh_from_db()
    assert theirs.resolved_at is None
    assert not Comment.objects.filter(text="Louder").exists()
    other.close()
    go(approver, room(version))
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert Comment.objects.get(text="Louder").author == approver


def test_what_the_studio_refuses_later_can_be_taken_back_into_the_form(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    theirs = Comment.objects.create(version=version, author=teammate, frame=5, text="Blink?")
    page = go(approver, room(version))
    address = f"**{reverse('comment_new', args=[version.pk])}"
    page.route(address, lambda route: route.abort("internetdisconnected"))
    page.locator(f"#reply-{theirs.pk}").click()
    page.locator("#id_text").fill("Yes, blink")
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Yes, blink")
    theirs.take_back()
    page.unroute(address)
    page.evaluate(BREAK_OFF_ONE_ANSWER)
    page.locator("#outbox-now").click()
    page.wait_for_function("() => !Response.prototype.text.isBroken")
    page.locator("#outbox-now").click()
    expect(page.locator("[data-outbox]")).to_contain_text("was taken back")
    page.get_by_role("button", name="Back into the form").click()
    expect(page.locator("#id_text")).to_have_value("Yes, blink")
    expect(page.locator("[data-outbox]")).to_be_hidden()


def test_what_two_pages_could_not_send_waits_in_one_place(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    address = f"**{reverse('comment_new', args=[version.pk])}"
    for one, words in ((page, "Louder"), (other, "and slower")):
        one.route(address, lambda route: route.abort("internetdisconnected"))
        one.locator("#id_text").fill(words)
        send(one)
        expect(one.locator("[data-outbox]")).to_contain_text(words)
    expect(page.locator("[data-outbox-list] li")).to_have_count(2)
    page.close()
    other.unroute(address)
    other.locator("#outbox-now").click()
    expect(other.locator("[data-outbox]")).to_be_hidden()
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["Louder", "and slower"]


def test_what_comes_back_out_of_the_outbox_takes_no_half_written_words_away(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    address = f"**{reverse('comment_new', args=[version.pk])}"
    page.route(address, lambda route: route.abort("internetdisconnected"))
    page.locator("#id_text").fill("Louder")
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Louder")
    page.locator("#id_text").fill("half a thought")
    page.get_by_role("button", name="Back into the form").click()
    expect(page.locator("#id_text")).to_have_value("Louder\n\nhalf a thought")
