"""Looking at many jobs at once: each once, each with its own result, all within the rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jobs import accounts, clock, costs, polling, registry, watched
from jobs.engines import looks
from jobs.engines.base import Phase, Sighting
from jobs.models import AvatarJob, EngineAccount, EntryKind, JobEvent, LedgerEntry, State
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import (
    WEST,
    Requests,
    all_at_once,
    an_account,
    finished,
    queue,
    rendering,
    run_at_engine,
    states,
)

DONE = Sighting(phase=Phase.SUCCEEDED, result_urls=("http://127.0.0.1:9/film.mp4",))
Limits = Callable[..., None]


@pytest.fixture
def west(engine: SandboxEngine, settings: Any) -> Limits:
    """`west(looks_per_minute=60)`: the account with these limits."""

    def configure(**limits: Any) -> None:
        settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, **limits)}

    configure()
    return configure


def due_again() -> None:
    AvatarJob.objects.filter(state__in=watched.WATCHED).update(next_at=clock.now())


def test_a_look_that_shows_nothing_new_moves_only_the_time_of_the_next(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any
) -> None:
    settings.POLL_SECONDS = 100
    jobs = rendering(clip, engine, 5)
    before = clock.now()
    assert polling.look_due() == 5
    after = clock.now()
    for job in jobs:
        job.refresh_from_db()
        assert (job.state, job.looks, job.lease, job.leased_until) == (State.RUNNING, 1, "", None)
        assert job.next_at
        assert before + timedelta(seconds=89) < job.next_at < after + timedelta(seconds=111)
    assert JobEvent.objects.count() == 0
    assert polling.look_due() == 0


def test_two_pollers_at_once_look_at_each_job_once(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any
) -> None:
    settings.POLL_SECONDS = 1000
    rendering(clip, engine, 300)
    requests = Requests(engine, "read")
    answers = all_at_once(lambda: polling.look_due(limit=40), 2)
    while looked := sum(all_at_once(lambda: polling.look_due(limit=40), 2)):  # type: ignore[arg-type]
        answers.append(looked)
    assert sum(answers) == 300  # type: ignore[arg-type]
    assert 300 <= requests.count <= 1.05 * 300


def test_every_job_of_a_crowd_ends_with_its_own_event_money_and_addresses(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any, no_nudges: list[str]
) -> None:
    jobs = finished(clip, engine, 60)
    for place, job in enumerate(jobs):  # each its own price, so that a mix-up would show
        price = job.price_amount + Decimal(place) / 100
        AvatarJob.objects.filter(pk=job.pk).update(price_amount=price)
    polling.look_due()
    films = {task["task_id"]: task for task in engine.accepted()}
    for place, job in enumerate(jobs):
        job.refresh_from_db()
        assert (job.state, job.progress, job.looks, job.lease) == (State.FETCHING, 100, 1, "")
        assert job.done_at and job.next_at and job.next_at <= clock.now()
        assert films[job.handle]["status"] == "completed"
        (url,) = job.result_urls
        assert url == looks.look(registry.engine(WEST), job.handle).result_urls[0]
        event = job.events.get()
        assert (event.from_state, event.to_state, event.cause) == (
            "running", "fetching", "completed"
        )  # fmt: skip
        assert event.detail["answer"]["task_id"] == job.handle
        charge = LedgerEntry.objects.get(job=job, kind=EntryKind.CHARGE)
        assert charge.spent_amount == -charge.held_amount == job.price_amount
        assert charge.spent_amount == Decimal("0.168") + Decimal(place) / 100
    assert 1 <= no_nudges.count("jobs.tasks.fetch_due") <= settings.FETCHES_AT_ONCE


def test_a_row_that_cannot_be_moved_does_not_hold_up_the_others(
    clip: Clip, engine: SandboxEngine, west: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = finished(clip, engine, 4)
    charge = costs.charge_many

    def refuse_one(moved: list[AvatarJob]) -> None:
        if jobs[1].pk in {job.pk for job in moved}:
            raise IntegrityError("ledger_hold_ends_once")
        charge(moved)

    monkeypatch.setattr(costs, "charge_many", refuse_one)
    polling.look_due()
    assert states(jobs) == [State.FETCHING, State.RUNNING, State.FETCHING, State.FETCHING]
    assert LedgerEntry.objects.filter(kind=EntryKind.CHARGE).count() == 3


def test_a_rate_limit_on_looks_holds_all_looks_of_the_account(
    clip: Clip, engine: SandboxEngine, west: Limits
) -> None:
    jobs = rendering(clip, engine, 30)
    requests = Requests(engine, "read")
    engine.fault("rate_limit", on="read", retry_after=3600, times=1)
    polling.look_due(limit=10)
    asked = requests.count
    assert asked == 10, "the first pass was on its way"
    due_again()
    all_at_once(polling.look_due, 3)
    assert requests.count == asked
    held = accounts.state_of(WEST).looks_held_until
    assert held and held > clock.now() + timedelta(seconds=3500)
    assert not accounts.state_of(WEST).sends_held_until
    assert set(states(jobs)) == {State.RUNNING}
    EngineAccount.objects.update(looks_held_until=clock.now())
    polling.look_due()
    assert requests.count == asked + 30


def test_one_accounts_limit_is_no_matter_of_another(
    clip: Clip, engine: SandboxEngine, west: Limits
) -> None:
    rendering(clip, engine, 3)
    other = queue(clip, 2)
    run_at_engine(other, engine.seed(2, seconds=3600))
    accounts.hold_looks(WEST, seconds=3600)
    assert polling.look_due() == 2


def test_looks_per_minute_are_counted_at_the_engine(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any
) -> None:
    settings.POLL_SECONDS = 1000
    west(looks_per_minute=60)
    rendering(clip, engine, 20)
    requests = Requests(engine, "read")
    for _ in range(3):
        before = clock.now()
        granted = all_at_once(polling.look_due, 4)
        passed = (clock.now() - before).total_seconds()
        assert sum(granted) <= 1 + passed + 1  # type: ignore[arg-type]
    EngineAccount.objects.update(look_clock=clock.now() + timedelta(seconds=59))
    before_count = requests.count
    polling.look_due()
    assert requests.count == before_count
    rows = AvatarJob.objects.filter(state=State.RUNNING)
    assert sum(rows.values_list("looks", flat=True)) == requests.count
    assert not rows.exclude(lease="").exists(), "who got no look got no lease"


def test_a_wrong_key_on_looks_pauses_the_account_and_no_job(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any
) -> None:
    jobs = rendering(clip, engine, 3)
    right = settings.ENGINE_ACCOUNTS[WEST]
    settings.ENGINE_ACCOUNTS = {WEST: replace(right, key="sk-mistyped")}
    polling.look_due()
    assert set(states(jobs)) == {State.RUNNING}
    state = accounts.state_of(WEST)
    assert state.pause_code == "wrong_key"
    assert state.events.count() == 1
    for job in jobs:
        job.refresh_from_db()
        assert job.error_code == "wrong_key"
        assert job.next_at and job.next_at > clock.now() + timedelta(seconds=30)
    # It is asked on all the same: once the key is right, what happened to the jobs is seen.
    settings.ENGINE_ACCOUNTS = {WEST: right}
    due_again()
    assert polling.look_due() == 3
    jobs[0].refresh_from_db()
    assert jobs[0].error_code == ""


@pytest.mark.parametrize("fault", ["server_error", "html", "lost_answer", "envelope"])
def test_no_answer_to_a_look_fails_a_job(
    clip: Clip, engine: SandboxEngine, west: Limits, fault: str
) -> None:
    jobs = rendering(clip, engine, 3)
    engine.fault(fault, on="read", times=2)
    polling.look_due()
    assert set(states(jobs)) == {State.RUNNING}
    due_again()
    polling.look_due()
    assert {job.looks for job in AvatarJob.objects.all()} == {2}
    assert {job.error_code for job in AvatarJob.objects.all()} == {""}


def test_a_task_that_is_not_known_yet_is_asked_for_again_and_named_later(
    clip: Clip, engine: SandboxEngine, west: Limits
) -> None:
    young, old = rendering(clip, engine, 2)
    long_ago = clock.now() - polling.UNKNOWN_TASK_GRACE - timedelta(seconds=1)
    AvatarJob.objects.filter(pk=old.pk).update(accepted_at=long_ago)
    engine.fault("not_yet")
    polling.look_due()
    young.refresh_from_db()
    old.refresh_from_db()
    assert (young.state, young.error_code) == (State.RUNNING, "")
    assert (old.state, old.error_code) == (State.RUNNING, "task_unknown")


def test_what_the_first_worker_holds_the_second_does_not_wait_for(
    clip: Clip, engine: SandboxEngine, west: Limits
) -> None:
    rendering(clip, engine, 6)
    _, first = watched.claim(WEST, 4, clock.now())
    _, second = watched.claim(WEST, 4, clock.now())
    assert (len(first), len(second)) == (4, 2)
    assert not {job.pk for job in first} & {job.pk for job in second}


if connection.features.has_select_for_update_skip_locked:  # on SQLite writers take turns

    def test_rows_that_another_worker_is_claiming_are_skipped_not_waited_for(
        clip: Clip, engine: SandboxEngine, west: Limits
    ) -> None:
        jobs = rendering(clip, engine, 5)
        with transaction.atomic():
            rows = AvatarJob.objects.select_for_update().filter(pk__in=[job.pk for job in jobs[:3]])
            assert len(rows) == 3  # locked until the end of the block
            claims = list[tuple[str, list[watched.Watched]]]()
            claim = lambda: claims.append(watched.claim(WEST, 10, clock.now()))  # noqa: E731
            assert all_at_once(claim, 1) == [None]
        ((_, claimed),) = claims
        assert {job.pk for job in claimed} == {job.pk for job in jobs[3:]}

    def test_renewing_a_claim_waits_for_no_row_that_is_being_written(
        clip: Clip, engine: SandboxEngine, west: Limits
    ) -> None:
        """Two that write many rows in different orders would lock each other out."""
        rendering(clip, engine, 5)
        lease, claimed = watched.claim(WEST, 10, clock.now())
        keys = [job.pk for job in claimed]
        AvatarJob.objects.filter(pk__in=keys).update(leased_until=clock.now())
        with transaction.atomic():
            assert len(AvatarJob.objects.select_for_update().filter(pk__in=keys[:3])) == 3
            assert all_at_once(lambda: watched.renew(lease), 1) == [None]
        later = clock.now() + timedelta(seconds=watched.LEASE_SECONDS / 2)
        assert AvatarJob.objects.filter(pk__in=keys, leased_until__gt=later).count() == 2


def test_a_whole_batch_is_written_back_with_what_stands_in_its_way(
    clip: Clip, engine: SandboxEngine, west: Limits, settings: Any
) -> None:
    settings.POLL_SECONDS = 100
    rendering(clip, engine, polling.BATCH)
    engine.fault("server_error", on="read")
    assert polling.look_due() == polling.BATCH
    rows = AvatarJob.objects.filter(looks=1, lease="", leased_until=None, error_code="engine_down")
    assert rows.filter(state=State.RUNNING, next_at__gt=clock.now()).count() == polling.BATCH
    engine.clear()
    due_again()
    assert polling.look_due() == polling.BATCH
    assert AvatarJob.objects.filter(looks=2, error_code="", error_message="").count() == (
        polling.BATCH
    )
