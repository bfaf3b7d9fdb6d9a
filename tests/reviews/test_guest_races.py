"""Guests at the same moment as themselves and others: each has one right outcome."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, GuestDecision, Happening, Rights
from tests.reviews.guests import decide, guest_at, make_link, say

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each on a connection of its own; what they answer."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=60)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def tabs(browser: Client, count: int) -> list[Client]:
    """So many tabs of one browser: the same cookies."""
    found = []
    for _ in range(count):
        tab = Client()
        tab.cookies = browser.cookies
        found.append(tab)
    return found


def test_a_comment_that_arrives_four_times_at_once_is_kept_once(
    version: Version, approver: User
) -> None:
    link, token = make_link(version, approver)
    key = str(uuid.uuid4())
    said = at_once(
        *(
            lambda tab=tab: say(tab, token, version, frame=3, text="Once", key=key)
            for tab in tabs(guest_at(token), 4)
        )
    )
    assert {answer.status_code for answer in said} == {302}
    assert Comment.objects.count() == 1
    assert link.events.filter(what=Happening.COMMENTED).count() == 1


def test_a_decision_sent_four_times_at_once_is_one_decision(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    at_once(
        *(
            lambda tab=tab: decide(tab, token, version, "approve")
            for tab in tabs(guest_at(token), 4)
        )
    )
    assert GuestDecision.objects.count() == 1


def test_a_decision_and_a_revocation_at_once_are_one_before_the_other(
    version: Version, approver: User
) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    answer, is_revoked = at_once(
        lambda: decide(browser, token, version, "approve"), lambda: link.revoke(by=approver)
    )
    assert is_revoked
    assert GuestDecision.objects.count() == (1 if answer.status_code == 302 else 0)
    assert decide(browser, token, version, "reject", "Too late").status_code == 404
    assert not GuestDecision.objects.filter(verdict="reject").exists()
