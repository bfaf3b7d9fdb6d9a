"""A hundred comments and twenty versions cost the database no more than a few.

How long the page takes is measured by `tests/reviews/measure_room.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job, make_version
from tests.reviews.crowd import THREADS, VERSIONS, crowd, older_versions

type As = Callable[[User], Client]


@pytest.mark.parametrize("page", ["review", "review_live", "version_people"])
def test_the_number_of_queries_is_the_same_however_much_was_said(
    as_: As, clip: Clip, approver: User, owner: User, teammate: User, page: str
) -> None:
    people = [approver, owner, teammate]
    client = as_(approver)
    older_versions(clip, teammate, 2)
    few = Version.objects.get(clip=clip, number=2)
    crowd(few, people, threads=10)
    asked = queries_of(client, reverse(page, args=[few.pk]))
    for number in range(3, VERSIONS + 1):
        latest = make_version(make_job(clip, teammate, number=number))
    crowd(latest, people)
    assert queries_of(client, reverse(page, args=[latest.pk])) == asked
    if page == "review":
        assert client.get(reverse(page, args=[latest.pk])).text.count("data-seek=") == THREADS
    assert asked < 46


def queries_of(client: Client, address: str) -> int:
    """How many queries the page asks, once everything lasting is known."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
        return len(queries)
