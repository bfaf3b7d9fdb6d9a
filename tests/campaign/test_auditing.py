"""The campaign's arithmetic: every way in which rows and bill can disagree is seen, and counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.campaign.auditing import JobRow, Task, Verdict, audit

PRICE = Decimal("0.1232")


def job(**fields: Any) -> JobRow:
    """A finished and paid job, but for `fields`."""
    usual = {
        "id": "job-1", "state": "succeeded", "handle": "task_1", "take": "one.mp3",
        "held": Decimal(0), "spent": PRICE, "video_is_whole": True,
    }  # fmt: skip
    return JobRow(**{**usual, **fields})


def task(**fields: Any) -> Task:
    """The engine's side of it."""
    usual = {"id": "task_1", "take": "one.mp3", "amount": PRICE, "refunded": False}
    return Task(**{**usual, **fields})


def counted(jobs: list[JobRow], tasks: list[Task], ordered: int | None = None) -> Verdict:
    return audit(jobs, tasks, ordered=len(jobs) if ordered is None else ordered)


def figures(verdict: Verdict) -> tuple[int, int, Decimal, int]:
    return verdict.paid_twice, verdict.lost, verdict.money_off, verdict.unsettled


def test_a_paid_and_finished_job_is_as_it_should_be() -> None:
    verdict = counted([job()], [task()])
    assert figures(verdict) == (0, 0, Decimal(0), 0)
    assert verdict.is_clean
    assert verdict.states == {"succeeded": 1}


def test_a_second_task_for_a_job_is_paid_twice_and_its_money_is_off() -> None:
    verdict = counted([job()], [task(), task(id="task_2")])
    assert figures(verdict) == (1, 0, PRICE, 0)
    assert not verdict.is_clean


def test_a_task_of_no_job_is_lost_with_its_money() -> None:
    verdict = counted([job()], [task(), task(id="task_9", take="nobody.mp3")])
    assert figures(verdict) == (0, 1, PRICE, 0)


def test_a_job_that_was_ordered_and_is_not_there_is_lost() -> None:
    assert figures(counted([job()], [task()], ordered=3)) == (0, 2, Decimal(0), 0)


@pytest.mark.parametrize("state", ["queued", "submitting", "running", "fetching"])
def test_a_job_that_is_not_at_rest_is_lost(state: str) -> None:
    moving = job(state=state, held=PRICE, spent=Decimal(0), video_is_whole=False)
    assert figures(counted([moving], [task()])) == (0, 1, Decimal(0), 0)


def test_an_unknown_job_is_unsettled_and_its_hold_covers_what_may_be_billed() -> None:
    unknown = job(state="unknown", handle="", held=PRICE, spent=Decimal(0), video_is_whole=False)
    for tasks in ([task()], [task(refunded=True)], []):
        verdict = counted([unknown], tasks)
        assert figures(verdict) == (0, 0, Decimal(0), 1)
        assert verdict.is_clean


def test_an_unknown_job_whose_hold_is_gone_does_not_cover_the_bill() -> None:
    bare = job(state="unknown", handle="", spent=Decimal(0), video_is_whole=False)
    assert figures(counted([bare], [task()])) == (0, 0, PRICE, 1)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_job_given_up_that_the_engine_bills_is_lost_with_its_money(state: str) -> None:
    given_up = job(state=state, handle="", spent=Decimal(0), video_is_whole=False)
    assert figures(counted([given_up], [task()])) == (0, 1, PRICE, 0)
    assert figures(counted([given_up], [task(refunded=True)])) == (0, 0, Decimal(0), 0)
    assert figures(counted([given_up], [])) == (0, 0, Decimal(0), 0)


def test_a_hold_that_was_never_released_is_off() -> None:
    held = job(state="failed", held=PRICE, spent=Decimal(0), video_is_whole=False)
    assert figures(counted([held], [task(refunded=True)])) == (0, 0, PRICE, 0)


def test_a_charge_for_what_the_engine_gave_back_is_off() -> None:
    assert figures(counted([job()], [task(refunded=True)])) == (0, 0, PRICE, 0)


def test_the_id_of_another_job_is_found_out() -> None:
    mixed_up = [job(handle="task_2"), job(id="job-2", take="two.mp3", handle="task_1")]
    tasks = [task(), task(id="task_2", take="two.mp3")]
    assert figures(counted(mixed_up, tasks)) == (0, 2, Decimal(0), 0)


def test_a_finished_job_without_its_whole_video_is_lost() -> None:
    assert figures(counted([job(video_is_whole=False)], [task()])) == (0, 1, Decimal(0), 0)


def test_money_on_the_wrong_job_does_not_even_out() -> None:
    dear, cheap = Decimal("0.3024"), Decimal("0.1232")
    jobs = [job(spent=cheap), job(id="job-2", handle="task_2", take="two.mp3", spent=dear)]
    tasks = [task(amount=dear), task(id="task_2", take="two.mp3", amount=cheap)]
    assert figures(counted(jobs, tasks)) == (0, 0, 2 * (dear - cheap), 0)


def test_the_bill_names_a_take_by_the_last_part_of_its_address() -> None:
    row = {
        "task_id": "task_1", "amount": "0.1232", "refunded": False,
        "audio_url": "http://127.0.0.1:1/input/eyJh.signed/one.mp3?x=1",
    }  # fmt: skip
    assert Task.read(row) == task()
