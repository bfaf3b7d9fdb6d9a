"""Nothing that was typed or drawn is lost: not by a reload, not without a connection."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import Enter, go, numbered, room, shows

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)

IS_PLAYING = "() => document.getElementById('player').isPlaying()"


@pytest.fixture
def version(clip: Clip, teammate: User, tmp_path: Path) -> Version:
    return numbered(clip, teammate, tmp_path)


def send(page: Page) -> None:
    page.locator("#comment-send").click()


def holding(page: Page, address: str) -> list[Route]:
    """Requests to the address, which wait here until the test lets them go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def test_a_draft_with_its_drawing_and_its_choices_outlives_a_reload(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version, "?frame=30"))
    shows(page, 30)
    page.keyboard.press("d")
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(300, 260, steps=3)
    page.mouse.up()
    page.keyboard.press("Escape")
    page.locator("#comment-category").select_option("audio")
    page.locator("#comment-point").select_option("lip_sync")
    page.locator("#id_text").fill("half a thought")
    page.goto(page.url.partition("?")[0])
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#id_text")).to_have_value("half a thought")
    expect(page.locator("[data-comment-drawn]")).to_contain_text("1 shape")
    send(page)
    expect(page.locator(".comment")).to_have_count(1)
    comment = Comment.objects.get()
    assert (comment.frame, comment.category, comment.point) == (30, "audio", "lip_sync")
    assert comment.drawing is not None
    page.reload()
    expect(page.locator("#id_text")).to_have_value("")


def test_another_person_at_the_same_browser_does_not_get_the_draft(
    go: Enter, version: Version, approver: User, owner: User
) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("between us")
    page = go(owner, room(version))
    expect(page.locator("#id_text")).to_have_value("")
    page = go(approver, room(version))
    expect(page.locator("#id_text")).to_have_value("between us")


def test_an_answer_and_an_edit_have_drafts_of_their_own(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    theirs = Comment.objects.create(version=version, author=teammate, frame=5, text="Blink?")
    mine = Comment.objects.create(version=version, author=approver, frame=9, text="Lips")
    page = go(approver, room(version))
    page.locator("#id_text").fill("a new one")
    page.locator(f"#reply-{theirs.pk}").click()
    shows(page, 5)
    expect(page.locator("#id_text")).to_have_value("")
    page.locator("#id_text").fill("an answer")
    page.locator(f"#edit-{mine.pk}").click()
    expect(page.locator("#id_text")).to_have_value("Lips")
    page.locator(f"#reply-{theirs.pk}").click()
    expect(page.locator("#id_text")).to_have_value("an answer")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("an answer")
    expect(page.locator("#comment-form")).to_contain_text("Answer to Theo")
    send(page)
    expect(page.locator(".reply")).to_contain_text("an answer")
    expect(page.locator("#id_text")).to_have_value("a new one")
    page.locator(f"#edit-{mine.pk}").click()
    page.locator("#id_text").fill("Lips are late")
    send(page)
    expect(page.locator(f"#comment-{mine.pk}")).to_contain_text("Lips are late")
    expect(page.locator(f"#comment-{mine.pk}")).to_contain_text("edited")
    assert Comment.objects.get(text="an answer").parent == theirs
    assert Comment.objects.count() == 3


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
    expect(outbox).to_be_hidden(timeout=20_000)
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
    expect(page.locator("[data-outbox]")).to_be_hidden(timeout=20_000)
    expect(page.locator(".comment__body")).to_have_text("Louder")
    assert len(asked) == 2
    assert Comment.objects.count() == 1


def test_signed_out_meanwhile_the_words_stay(go: Enter, version: Version, approver: User) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("Louder")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    send(page)
    expect(page.locator("[data-outbox]")).to_contain_text("Louder")
    expect(page.locator("#toasts")).to_contain_text("signed out")
    page.wait_for_timeout(5_000)  # the part that follows the room has asked meanwhile
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    assert not Comment.objects.exists()
    go(approver, room(version))
    expect(page.locator(".comment__body")).to_have_text("Louder", timeout=20_000)
    expect(page.locator("[data-outbox]")).to_be_hidden()


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
    page.locator("#outbox-now").click()
    expect(page.locator("[data-outbox]")).to_contain_text("was taken back")
    page.get_by_role("button", name="Back into the form").click()
    expect(page.locator("#id_text")).to_have_value("Yes, blink")
    expect(page.locator("[data-outbox]")).to_be_hidden()


def type_while_it_plays(page: Page) -> None:
    """Slowly, so that there is time."""
    page.evaluate("document.querySelector('[data-video]').defaultPlaybackRate = 0.25")
    page.keyboard.press("Space")
    page.wait_for_function(IS_PLAYING)
    page.locator("#id_text").press_sequentially("Stop")


def test_typing_stops_the_player_and_sending_plays_on(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    type_while_it_plays(page)
    assert not page.evaluate(IS_PLAYING)
    at = int(page.locator("[data-comment-frame]").input_value())
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Stop")
    page.wait_for_function(IS_PLAYING)
    assert Comment.objects.get().frame == at


def test_who_played_by_hand_since_is_not_played_on(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    type_while_it_plays(page)
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_function(IS_PLAYING)
    page.keyboard.press("k")
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Stop")
    expect(page.locator("#id_text")).to_have_value("")
    assert not page.evaluate(IS_PLAYING)


def test_two_pages_with_one_draft_lose_no_words_of_either(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("Louder")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#id_text")).to_have_value("Louder")
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Louder")
    other.locator("#id_text").fill("Louder, and slower")
    send(other)
    expect(other.locator(".comment__body")).to_have_count(2)
    said = Comment.objects.values_list("text", flat=True)
    assert sorted(said) == ["Louder", "Louder, and slower"]


def test_what_two_pages_could_not_send_waits_in_one_place(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-ready]")
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
    expect(other.locator("[data-outbox]")).to_be_hidden(timeout=20_000)
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["Louder", "and slower"]


def test_an_at_sign_offers_people_who_see_the_project_by_key(
    go: Enter, version: Version, approver: User, owner: User, outsider: User
) -> None:
    page = go(approver, room(version))
    page.keyboard.press("m")
    page.keyboard.type("Look, @")
    options = page.get_by_role("listbox", name="People").get_by_role("option")
    expect(options).to_have_text(["Mara", "Olga", "Theo"])
    page.keyboard.type("o")
    expect(options).to_have_text(["Olga"])
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("Look, @Olga ")
    expect(options).to_have_count(0)
    page.keyboard.type("at the lips")
    send(page)
    expect(page.locator(".mention")).to_have_text("@Olga")
    assert list(Comment.objects.get().mentions.all()) == [owner]


def test_an_answer_begun_while_a_comment_is_under_way_stays_an_answer(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    theirs = Comment.objects.create(version=version, author=teammate, frame=5, text="Blink?")
    page = go(approver, room(version))
    held = holding(page, f"**{reverse('comment_new', args=[version.pk])}")
    page.locator("#id_text").fill("Louder")
    send(page)
    page.wait_for_function("() => document.querySelector('#comment-send').disabled")
    page.locator(f"#reply-{theirs.pk}").click()
    page.locator("#id_text").fill("Yes, blink")
    [route] = held
    route.continue_()
    expect(page.get_by_text("Louder", exact=True)).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Yes, blink")
    expect(page.locator("[data-comment-mode-words]")).to_have_text("Answer to Theo")
    page.unroute_all()
    send(page)
    expect(page.locator(".reply")).to_contain_text("Yes, blink")
    assert Comment.objects.get(text="Yes, blink").parent == theirs
    expect(page.locator("#id_text")).to_have_value("")


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


def test_the_reason_for_withdrawing_outlives_what_others_say_meanwhile(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    page = go(teammate, room(version))
    page.locator("#take-out summary").click()
    page.locator("#take-out-reason").fill("wrong take")
    page.locator("#comments-head").click()
    Comment.objects.create(version=version, author=approver, frame=5, text="Blink?")
    expect(page.locator(".comment__body", has_text="Blink?")).to_be_visible(timeout=20_000)
    expect(page.locator("#take-out-reason")).to_be_visible()
    expect(page.locator("#take-out-reason")).to_have_value("wrong take")
    page.locator("#id_text").fill("Louder")
    send(page)
    expect(page.locator(".comment__body", has_text="Louder")).to_be_visible()
    expect(page.locator("#take-out-reason")).to_have_value("wrong take")


def test_names_that_are_offered_too_late_take_no_key_away(
    go: Enter, version: Version, approver: User, owner: User
) -> None:
    page = go(approver, room(version))
    held = holding(page, "**/people/?q=*")
    words = page.locator("#id_text")
    with page.expect_request("**/people/?q=*"):
        words.press_sequentially("@")
    words.press_sequentially(" 18:00")
    with page.expect_response("**/people/?q=*"):
        held[0].continue_()
    page.wait_for_timeout(100)  # what the answer brings about
    page.keyboard.press("Enter")
    page.keyboard.type("sharp")
    expect(words).to_have_value("@ 18:00\nsharp")
