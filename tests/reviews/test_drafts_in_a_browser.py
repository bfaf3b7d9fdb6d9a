"""What was typed or drawn is not lost: not by a reload, not by other pages or people."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment
from tests.reviews.rooms import Enter, first, go, holding, room, send, shows, version
from tests.services.chromium import ready

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)


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
    ready(page)
    expect(page.locator("#id_text")).to_have_value("half a thought")
    expect(page.locator("[data-comment-drawn]")).to_contain_text("1 shape")
    send(page)
    expect(page.locator(".comment")).to_have_count(1)
    expect(page.locator("#id_text")).to_have_value("")  # a moment later: what is sent is no draft
    comment = Comment.objects.get()
    assert (comment.frame, comment.category, comment.point) == (30, "audio", "lip_sync")
    assert comment.drawing is not None
    page.reload()
    expect(page.locator("#id_text")).to_have_value("")


def test_the_reason_of_a_decision_outlives_a_reload_until_it_is_given(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    page.locator("#decision-open").click()
    page.locator("#id_reason").fill("lips at 00:01")
    page.reload()
    ready(page)
    page.locator("#decision-open").click()
    expect(page.locator("#id_reason")).to_have_value("lips at 00:01")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#decision")).to_contain_text("Changes asked: lips at 00:01")
    page.reload()
    ready(page)
    expect(page.locator("#id_reason")).to_have_value("")
    page.locator("#decision-open").click()
    page.locator("#id_reason").fill("lips")
    page.keyboard.press("Escape")
    page.locator("#decision-withdraw").click()
    expect(page.locator("#decision-withdraw")).to_have_count(0)
    expect(page.locator("#id_reason")).to_have_value("lips")
    page.reload()
    expect(page.locator("#id_reason")).to_have_value("lips")


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


def test_what_is_typed_on_one_page_of_a_room_is_seen_on_the_other_one(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    other.locator("#id_text").fill("Louder")
    expect(page.locator("#id_text")).to_have_value("Louder")
    page.locator("#id_text").press_sequentially(", and slower")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("Louder, and slower")


def test_two_pages_with_one_draft_lose_no_words_of_either(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, room(version))
    page.locator("#id_text").fill("Louder")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#id_text")).to_have_value("Louder")
    third = page.context.new_page()
    third.goto(page.url)
    expect(third.locator("#id_text")).to_have_value("Louder")
    third.evaluate("document.hasFocus = () => false")  # the browser of the tests says so of each
    send(page)
    expect(page.locator(".comment__body")).to_have_text("Louder")
    expect(third.locator("#id_text")).to_have_value("")
    other.locator("#id_text").fill("Louder, and slower")
    send(other)
    expect(other.locator(".comment__body")).to_have_count(2)
    said = Comment.objects.values_list("text", flat=True)
    assert sorted(said) == ["Louder", "Louder, and slower"]


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
    first(page, held).continue_()
    expect(page.get_by_text("Louder", exact=True)).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Yes, blink")
    expect(page.locator("[data-comment-mode-words]")).to_have_text("Answer to Theo")
    page.unroute_all()
    send(page)
    expect(page.locator(".reply")).to_contain_text("Yes, blink")
    assert Comment.objects.get(text="Yes, blink").parent == theirs
    expect(page.locator("#id_text")).to_have_value("")


def test_the_reason_for_withdrawing_outlives_what_others_say_meanwhile(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    page = go(teammate, room(version))
    page.locator("#take-out summary").click()
    page.locator("#take-out-reason").fill("wrong take")
    page.locator("#comments-head").click()
    Comment.objects.create(version=version, author=approver, frame=5, text="Blink?")
    expect(page.locator(".comment__body", has_text="Blink?")).to_be_visible()
    expect(page.locator("#take-out-reason")).to_be_visible()
    expect(page.locator("#take-out-reason")).to_have_value("wrong take")
    page.locator("#id_text").fill("Louder")
    send(page)
    expect(page.locator(".comment__body", has_text="Louder")).to_be_visible()
    expect(page.locator("#take-out-reason")).to_have_value("wrong take")
