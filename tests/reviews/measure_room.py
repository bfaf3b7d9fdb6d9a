"""How long the server works on the room with a hundred comments and twenty versions.

No part of the suite, because a busy machine makes it slow. It tells the time that passed and that
of the processor, which is the same on an idle machine:

    .venv/bin/python -m pytest -q -n 0 tests/reviews/measure_room.py

Its rows stand in docs/review.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, thread_time

import pytest
from django.db import connection
from django.template import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.reviews.crowd import THREADS, VERSIONS, crowd, older_versions

type As = Callable[[User], Client]

LIMIT_SECONDS = 0.2
TRIES = 15


def test_how_long_the_crowded_room_takes(
    as_: As, clip: Clip, approver: User, owner: User, teammate: User,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Under test Django copies the context of every template; the studio does not.
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    older_versions(clip, teammate, VERSIONS)
    version = Version.objects.get(clip=clip, number=VERSIONS)
    crowd(version, [approver, owner, teammate])
    client, page = as_(approver), reverse("review", args=[version.pk])
    compare = reverse("compare", args=[clip.pk])
    rows = [
        row_of("the whole page", client, page),
        row_of("an answer with all comments", client, reverse("review_live", args=[version.pk])),
        row_of("the comparison", client, compare),
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(line for line, _ in rows) + "\n")
    assert client.get(page).text.count('class="comment__frame"') == THREADS
    assert rows[0][1] < LIMIT_SECONDS


def row_of(name: str, client: Client, address: str) -> tuple[str, float]:
    """A row of the table, from middleware to last byte, and the processor's median in seconds."""
    for _ in range(2):  # templates are read, addresses are known
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        size, count = len(client.get(address).content), 0
        count = len(queries)
    passed, worked = [], []
    for _ in range(TRIES):
        begun, began_work = perf_counter(), thread_time()
        client.get(address)
        passed.append(perf_counter() - begun)
        worked.append(thread_time() - began_work)
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    times = f"{median(worked) * 1000:.0f} ms | {median(passed) * 1000:.0f} ms"
    return f"| {name} | {kind} | {times} | {count} | {size // 1024} KiB |", median(worked)
