"""Clicks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.deciding import decide
from studio.reviews.models import Decision, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(version: Version, people: list[User]) -> None:
    """Everybody approves at the same moment, each on a connection of their own."""
    start = Barrier(len(people))

    def click(person: User) -> None:
        try:
            start.wait(timeout=60)
            decide(version=version, by=person, verdict=Verdict.APPROVE)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(click, people))


def test_a_double_click_is_one_decision(version: Version, approver: User) -> None:
    at_once(version, [approver] * 4)
    assert Decision.objects.count() == 1


def test_two_approvers_at_once_are_two_decisions(
    version: Version, approver: User, owner: User
) -> None:
    at_once(version, [approver, owner, approver, owner])
    assert sorted(one.by.name for one in Decision.objects.standing()) == ["Mara", "Olga"]
    assert Decision.objects.count() == 2
