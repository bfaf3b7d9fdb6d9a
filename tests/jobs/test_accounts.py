"""Out of credit, a wrong key, a closed door: the account pauses, its jobs wait, nothing fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jobs import accounts, clock, submission
from jobs.models import AccountEvent, AvatarJob, LedgerEntry, Problem, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import WEST, Requests, all_at_once, an_account, queue, states
from tests.services.programs import free_port

NO_CREDIT = Problem("out_of_credit", "There is no credit left.", "quota 0")


@pytest.fixture
def west(engine: SandboxEngine, settings: Any) -> SandboxEngine:
    settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine)}
    return engine


def events() -> list[tuple[str, str, User | None]]:
    rows = AccountEvent.objects.select_related("by")
    return [(row.what, row.code, row.by) for row in rows]


@pytest.mark.parametrize(
    ("fault", "code"), [("no_credit", "out_of_credit"), ("wrong_key", "wrong_key")]
)
def test_what_concerns_the_account_pauses_it_and_its_jobs_wait(
    clip: Clip, west: SandboxEngine, owner: User, no_nudges: list[str], fault: str, code: str
) -> None:
    jobs = queue(clip, 3, account=WEST)
    west.fault(fault)
    submission.submit_due()
    state = accounts.state_of(WEST)
    assert (state.is_paused, state.pause_code) == (True, code)
    assert state.pause_message.endswith(".")
    assert state.pause_detail
    assert [one.name for one in accounts.paused()] == [WEST]
    assert states(jobs) == [State.QUEUED] * 3
    assert LedgerEntry.objects.totals().held == 3 * jobs[0].price_amount
    # While it is paused the engine is left alone.
    requests = Requests(west, "submit")
    submission.submit_due()
    assert requests.count == 0
    west.clear()
    assert accounts.resume(WEST, by=owner)
    assert "jobs.tasks.submit_due" in no_nudges
    submission.submit_due()
    assert states(jobs) == [State.RUNNING] * 3
    assert len(west.accepted()) == 3
    assert events() == [("paused", code, None), ("resumed", "", owner)]
    assert LedgerEntry.objects.totals().held == 3 * jobs[0].price_amount


def test_a_wrong_address_pauses_the_account_and_its_jobs_wait(
    clip: Clip, west: SandboxEngine, settings: Any, owner: User
) -> None:
    """The engine's server is there, but not under this path."""
    right = settings.ENGINE_ACCOUNTS[WEST]
    settings.ENGINE_ACCOUNTS = {WEST: replace(right, url=f"{right.url}/nowhere")}
    jobs = queue(clip, 2, account=WEST)
    submission.submit_due()
    assert states(jobs) == [State.QUEUED] * 2
    assert accounts.state_of(WEST).pause_code == "wrong_address"
    settings.ENGINE_ACCOUNTS = {WEST: right}
    accounts.resume(WEST, by=owner)
    submission.submit_due()
    assert states(jobs) == [State.RUNNING] * 2


def test_a_job_waits_for_its_account_alone(clip: Clip, west: SandboxEngine) -> None:
    """When the account goes on, so does the job: no wait of its own is left over."""
    (job,) = queue(clip, 1, account=WEST)
    west.fault("no_credit", times=1)
    submission.submit_due()
    job.refresh_from_db()
    assert job.next_at and job.next_at <= clock.now()
    assert job.error_code == "out_of_credit"


def test_pausing_twice_is_one_event_and_keeps_the_first_reason(db: None) -> None:
    assert accounts.pause(WEST, NO_CREDIT)
    since = accounts.state_of(WEST).paused_at
    assert not accounts.pause(WEST, Problem("wrong_key", "The key is wrong."))
    state = accounts.state_of(WEST)
    assert (state.paused_at, state.pause_code) == (since, "out_of_credit")
    assert events() == [("paused", "out_of_credit", None)]


@pytest.mark.django_db(transaction=True)
def test_many_workers_pausing_at_once_write_one_event(db: None) -> None:
    results = all_at_once(lambda: accounts.pause(WEST, NO_CREDIT), 6)
    assert sorted(results, key=str) == [False] * 5 + [True]
    assert len(events()) == 1


def test_resuming_twice_is_one_event_and_forgets_the_holds(
    owner: User, teammate: User, no_nudges: list[str]
) -> None:
    assert not accounts.resume(WEST, by=owner), "it was never used"
    accounts.pause(WEST, NO_CREDIT)
    accounts.hold_sends(WEST, seconds=1000)
    accounts.hold_looks(WEST, seconds=1000)
    assert accounts.resume(WEST, by=owner)
    assert not accounts.resume(WEST, by=teammate)
    state = accounts.state_of(WEST)
    assert (state.sends_held_until, state.looks_held_until, state.pause_code) == (None, None, "")
    assert events() == [("paused", "out_of_credit", None), ("resumed", "", owner)]


def test_the_test_says_that_all_is_well_and_buys_nothing(west: SandboxEngine, owner: User) -> None:
    result = accounts.test(WEST, by=owner)
    assert result.ok
    assert west.accepted() == []
    state = accounts.state_of(WEST)
    assert state.test_message == result.sentence
    assert state.tested_at
    assert events() == [("tested", "", owner)]
    assert AccountEvent.objects.get().message == result.sentence


def test_the_test_tells_a_wrong_key(west: SandboxEngine, owner: User, settings: Any) -> None:
    settings.ENGINE_ACCOUNTS = {WEST: replace(settings.ENGINE_ACCOUNTS[WEST], key="sk-mistyped")}
    result = accounts.test(WEST, by=owner)
    assert not result.ok
    assert "key" in result.sentence
    assert "sk-mistyped" not in result.sentence
    assert accounts.state_of(WEST).test_message == result.sentence


def test_the_test_tells_an_engine_that_is_down(
    west: SandboxEngine, owner: User, settings: Any
) -> None:
    there = settings.ENGINE_ACCOUNTS[WEST]
    settings.ENGINE_ACCOUNTS = {WEST: replace(there, url=f"http://127.0.0.1:{free_port()}")}
    assert not accounts.test(WEST, by=owner).ok


@pytest.mark.parametrize("fault", ["server_error", "html", "rate_limit"])
def test_the_test_takes_no_odd_answer_for_a_good_one(
    west: SandboxEngine, owner: User, fault: str
) -> None:
    west.fault(fault, on="read")
    assert not accounts.test(WEST, by=owner).ok


def test_the_test_of_an_account_that_is_gone_says_so(owner: User, db: None) -> None:
    result = accounts.test("gone", by=owner)
    assert not result.ok
    assert "not configured" in result.sentence


def test_the_test_neither_pauses_nor_resumes(west: SandboxEngine, owner: User) -> None:
    accounts.pause(WEST, NO_CREDIT)
    assert accounts.test(WEST, by=owner).ok
    assert accounts.state_of(WEST).is_paused, "a person resumes it, not the test"


def test_the_test_works_for_every_kind_of_engine(
    west: SandboxEngine, owner: User, settings: Any
) -> None:
    """Kling and fal, whose sandbox faces have keys and answers of their own."""
    kinds = {
        "kling": an_account("kling", west),
        "fal": an_account("fal", west),
    }
    settings.ENGINE_ACCOUNTS = {
        kind: replace(account, engine=kind) for kind, account in kinds.items()
    }
    for kind in kinds:
        assert accounts.test(kind, by=owner).ok, kind
        good = settings.ENGINE_ACCOUNTS[kind]
        settings.ENGINE_ACCOUNTS = settings.ENGINE_ACCOUNTS | {kind: replace(good, key="sk-no")}
        assert not accounts.test(kind, by=owner).ok, kind


def test_an_engine_that_is_down_pauses_nothing(
    clip: Clip, west: SandboxEngine, settings: Any
) -> None:
    there = settings.ENGINE_ACCOUNTS[WEST]
    settings.ENGINE_ACCOUNTS = {WEST: replace(there, url=f"http://127.0.0.1:{free_port()}")}
    jobs = queue(clip, 2, account=WEST)
    submission.submit_due()
    assert states(jobs) == [State.QUEUED] * 2
    assert not accounts.state_of(WEST).is_paused
    assert all(job.next_at and job.next_at > clock.now() for job in AvatarJob.objects.all())
