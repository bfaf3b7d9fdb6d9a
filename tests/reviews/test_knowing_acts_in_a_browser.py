"""Knowing what one does: in the dialog, on a phone, and while a report is made."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Mode
from studio.reviews.deciding import decide
from studio.reviews.models import Comment, Verdict
from tests.reviews.rooms import Enter, first, go, holding, room, version
from tests.reviews.staged import set_rule, stage

__all__ = ["go", "version"]

pytestmark = pytest.mark.django_db(transaction=True)

ROOM_FOR_WORDS = """() => document.querySelector(".decision").getBoundingClientRect().top
  - document.querySelector("#player").getBoundingClientRect().bottom"""


def test_the_dialog_names_the_act_and_tells_what_a_colleague_decided_while_it_is_open(
    go: Enter, version: Version, approver: User, owner: User, ben: User
) -> None:
    set_rule(version.clip.project, stage("Legal", approver, ben, mode=Mode.ALL), by=owner)
    page = go(approver, room(version))
    page.locator("#decision-open").click()
    act = page.locator("#decision-send")
    for verdict, words in (
        ("approve", "Approve v1"), ("approve_with_changes", "Approve v1 with changes"),
        ("reject", "Reject v1"), ("request_changes", "Request changes to v1"),
    ):  # fmt: skip
        page.locator(f"#verdict-{verdict}").check()
        expect(
            page.get_by_role("dialog").get_by_role("button", name=words, exact=True)
        ).to_be_visible()
        assert act.inner_text() == words
    expect(page.locator("#decide-meanwhile")).to_be_hidden()
    page.locator("#id_reason").fill("Half a rea")
    page.locator("#decide-meanwhile").evaluate("one => one.toggleAttribute('data-the-same')")
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    expect(page.locator("#decide-meanwhile")).to_contain_text("Ben approved it")
    expect(page.locator("#decide-meanwhile")).to_have_attribute("data-the-same", "")
    expect(page.locator("#id_reason")).to_have_value("Half a rea")
    act.click()
    expect(page.locator("#decide")).to_be_hidden()


def test_on_a_phone_the_picture_gives_way_to_what_is_read_and_written(
    go: Enter, version: Version, approver: User, teammate: User
) -> None:
    Comment.objects.bulk_create(
        Comment(version=version, author=teammate, frame=n, text="Blink?") for n in range(20)
    )
    page = go(approver, room(version))
    page.set_viewport_size({"width": 390, "height": 700})
    page.wait_for_function(
        "() => document.querySelector('#player').style.getPropertyValue('--given')"
    )
    before = page.evaluate(ROOM_FOR_WORDS)
    read = page.locator("[data-seek='12']")
    read.evaluate("one => one.scrollIntoView({ block: 'start' })")
    page.wait_for_function(f"() => ({ROOM_FOR_WORDS})() > {before} + 80")
    page.wait_for_function(
        "() => document.querySelector('[data-seek=\"12\"]').getBoundingClientRect().top"
        " >= document.querySelector('#player').getBoundingClientRect().bottom - 1"
    )
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(f"() => Math.abs(({ROOM_FOR_WORDS})() - {before}) < 1")
    page.locator("#id_text").click()
    page.wait_for_function(f"() => ({ROOM_FOR_WORDS})() > {before} + 80")
    page.keyboard.type("Louder")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Louder", exact=True)).to_be_visible()
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")  # as on an iPhone
    given = "document.querySelector('#player').style.getPropertyValue('--given')"
    page.locator("[data-player-do='draw']").click()
    page.wait_for_function(f"() => {given} === '0px'")
    page.locator("[data-drawing-do='done']").click()
    page.wait_for_function(f"() => {given} !== '0px'")


def test_a_report_is_asked_for_once_and_says_that_it_is_being_made(
    go: Enter, version: Version, approver: User
) -> None:
    page = go(approver, reverse("storyboard", args=[version.clip.project_id]))
    held = holding(page, "**/comments.pdf")
    page.locator("#take-along").click()
    link = page.locator("#export-pdf")
    link.click()
    expect(link).to_have_text("Making the report…")
    link.dispatch_event("click")
    with page.expect_download() as download:
        first(page, held).continue_()
    assert download.value.suggested_filename.endswith("comments.pdf")
    expect(link).to_have_text("Comments as PDF")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.unroute_all()
    page.route("**/comments.pdf", lambda route: route.fulfill(status=422, body="Not so many."))
    link.click()
    expect(page.locator("#toasts")).to_contain_text("Not so many.")
