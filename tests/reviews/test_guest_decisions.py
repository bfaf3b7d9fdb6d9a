"""A guest's decision: recorded and shown, on the video that was seen, and not counted."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import GuestDecision, Happening, Rights, Verdict
from studio.reviews.standing import Standing, status_of
from tests.conftest import make_job, make_version
from tests.reviews.guests import decide, guest_at, make_link, page_of, say

type As = Callable[[User], Client]


def test_a_version_replaced_while_it_is_watched_still_takes_the_words_but_no_decision(
    version: Version, approver: User, teammate: User
) -> None:
    _, token = make_link(version.clip, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    page_of(browser, token, version)
    make_version(make_job(version.clip, teammate, number=2))
    assert say(browser, token, version, frame=3, text="Blink").status_code == 302
    answer = decide(browser, token, version, "reject", "Too dark")
    assert answer.status_code == 422
    assert "v2 has replaced v1" in answer.text
    assert "Too dark" in answer.text
    newcomer = guest_at(token, "Nina Neu")
    assert page_of(newcomer, token, version).status_code == 404


def test_a_guests_approval_is_recorded_and_shown_but_does_not_count(
    as_: As, version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    decide(browser, token, version, "approve")
    decision = GuestDecision.objects.get()
    assert (decision.verdict, decision.version_sha256) == (Verdict.APPROVE, version.sha256)
    assert status_of([version])[version.pk].state is Standing.WAITING
    room = as_(approver).get(reverse("review", args=[version.pk])).text
    assert "Grete Gast" in room
    assert "does not count" in room
    assert "You decided" in page_of(browser, token, version).text


def test_a_decision_sent_twice_is_in_the_log_once(version: Version, approver: User) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    for _ in range(2):
        decide(browser, token, version, "approve")
    assert GuestDecision.objects.count() == 1
    assert link.events.filter(what=Happening.DECIDED).count() == 1


def test_a_guest_who_thinks_again_has_one_standing_decision_and_both_stay(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    decide(browser, token, version, "approve")
    decide(browser, token, version, "approve")
    assert GuestDecision.objects.count() == 1
    answer = decide(browser, token, version, "request_changes")
    assert answer.status_code == 422
    assert "Say why" in answer.text
    decide(browser, token, version, "request_changes", "Too dark")
    assert GuestDecision.objects.count() == 2
    assert GuestDecision.objects.get(withdrawn_at=None).reason == "Too dark"


def test_a_decision_on_other_bytes_than_were_seen_is_refused(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    address = reverse("guest_decide", args=[token, version.pk])
    answer = browser.post(address, {"verdict": "approve", "sha256": "f" * 64})
    assert answer.status_code == 422
    assert "another video" in answer.text
