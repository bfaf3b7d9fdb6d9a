"""Why a waiting job waits and what may be cancelled, for all jobs of a page at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from jobs import accounts, clock, line
from jobs.models import AvatarJob, Priority, Problem, State
from jobs.outlook import outlook
from jobs.sentences import ordinal
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import User
from tests.conftest import make_job

FAL = AccountSettings(
    name="fal", engine="fal", label="fal", url="https://queue.fal.run", key="a-long-secret-key",
    rates={"kling-avatar-v2-standard": Decimal("0.056")},
)  # fmt: skip


@pytest.fixture
def queued(clip: Clip, teammate: User) -> Callable[..., AvatarJob]:
    """`queued(1, ...)`: v1 waits at fal."""

    def make(number: int, **fields: Any) -> AvatarJob:
        return make_job(clip, teammate, number, **({"account": "fal", "engine": "fal"} | fields))

    return make


def says(*jobs: AvatarJob) -> list[str]:
    cache.clear()
    prospects = outlook(jobs, timezone.now())
    return [prospects.sentence(job) for job in jobs]


def test_each_waiting_job_says_its_true_place(
    queued: Callable[..., AvatarJob], settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    jobs = [queued(1), queued(2), queued(3, priority=Priority.URGENT), queued(4)]
    assert says(*jobs) == [
        "2nd in the queue", "3rd in the queue", "Next to be sent", "4th in the queue",
    ]  # fmt: skip
    assert [line.position_of(job) for job in jobs] == [2, 3, 1, 4]


def test_a_paused_account_says_why(queued: Callable[..., AvatarJob], settings: Any) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    job = queued(1)
    accounts.pause("fal", Problem("out_of_credit", "The engine's account is out of credit. Pay."))
    assert says(job) == ["Waiting: the engine's account is out of credit"]


def test_a_full_engine_says_how_many_places_it_has(
    queued: Callable[..., AvatarJob], settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": replace(FAL, at_once=2)}
    queued(1, state=State.RUNNING, handle="a")
    queued(2, state=State.STALLED, handle="b")
    jobs = [queued(3), queued(4)]
    full = "Waiting for a free place at the engine (2 of 2 busy)"
    assert says(*jobs) == [f"{full}, next to be sent", f"{full}, 2nd in the queue"]
    AvatarJob.objects.filter(number=1).update(state=State.FAILED)
    assert says(*jobs) == ["Next to be sent", "2nd in the queue"]


def test_an_engine_that_wants_to_be_left_alone_says_until_when(
    queued: Callable[..., AvatarJob], settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    accounts.hold_sends("fal", seconds=90)
    (line_,) = says(queued(1))
    assert line_.startswith("Waiting: the engine takes no more at the moment, next try in 1 min")


def test_a_job_with_a_trouble_of_its_own_tells_that(
    queued: Callable[..., AvatarJob], settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    later = clock.now() + timedelta(seconds=45)
    job = queued(1, error_message="The studio does not answer. Look.", next_at=later)
    assert says(job)[0].startswith("Waiting: the studio does not answer, next try in 4")


def test_a_job_whose_account_is_gone_still_has_a_sentence(
    queued: Callable[..., AvatarJob],
) -> None:
    assert says(queued(1)) == ["Next to be sent"]


def test_cancel_is_offered_where_the_engine_has_one(
    queued: Callable[..., AvatarJob], settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": FAL}
    waiting = queued(1)
    at_fal = queued(2, state=State.RUNNING, handle="a")
    at_sandbox = queued(3, state=State.RUNNING, handle="b", account="sandbox", engine="sandbox")
    sending = queued(4, state=State.SUBMITTING, sent_at=timezone.now())
    gone = queued(5, state=State.RUNNING, handle="c", account="fal-west")
    jobs = [waiting, at_fal, at_sandbox, sending, gone]
    prospects = outlook(jobs, timezone.now())
    assert [prospects.can_cancel(job) for job in jobs] == [True, True, False, False, False]


def test_forty_jobs_cost_as_many_queries_as_two(
    queued: Callable[..., AvatarJob], settings: Any, django_assert_num_queries: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": replace(FAL, at_once=1)}
    jobs = [queued(number) for number in range(1, 41)]
    for shown in (jobs[:2], jobs):
        cache.clear()
        # The time is the database's, where it has a clock of its own.
        with django_assert_num_queries(4 if connection.vendor == "sqlite" else 6):
            outlook(shown, timezone.now())


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (102, "102nd"), (111, "111th")],
)  # fmt: skip
def test_places_are_named_as_people_name_them(number: int, words: str) -> None:
    assert ordinal(number) == words
