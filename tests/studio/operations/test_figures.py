"""The figures of the machine: what they count, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jobs import accounts, animatics, costs, heartbeats
from jobs.models import Animatic, Drawing, EngineAccount, Heartbeat, LedgerEntry, Problem, State
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.operations import scope
from studio.operations.figures import figures
from studio.operations.measured import AccountFigures, Figures
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.conftest import make_animatic
from tests.studio.operations.figures_material import a_clip_of, a_job, ago, moved

PRICE = Decimal("0.1680")


def kling(**fields: Any) -> AccountSettings:
    account = AccountSettings(
        name="kling", engine="kling", label="Kling", url="https://k.example", key="k" * 12
    )
    return replace(account, **fields)


def everything() -> Figures:
    return figures(scope.of_installation())


def account_in(found: Figures, name: str) -> AccountFigures:
    return next(one for one in found.accounts if one.settings.name == name)


def test_an_idle_machine_has_figures_too(db: None) -> None:
    found = everything()
    assert (found.waiting, found.in_flight, found.fetching, found.unsettled_count) == (0, 0, 0, 0)
    assert (found.late.count, found.late.p95, found.oldest_waiting_seconds) == (0, None, 0.0)
    assert [one.settings.name for one in found.accounts] == ["sandbox"]
    assert (list(found.errors), list(found.money), found.alive(heartbeats.WORKER)) == ([], [], 0)


def test_jobs_are_counted_where_they_are(clip: Clip, teammate: User, settings: Any) -> None:
    settings.ENGINE_ACCOUNTS = {"kling": kling()}
    for state in (
        State.QUEUED, State.QUEUED, State.SUBMITTING, State.RUNNING, State.STALLED, State.FETCHING,
        State.UNKNOWN, State.LOST, State.FAILED, State.SUCCEEDED, State.CANCELLED,
    ):  # fmt: skip
        a_job(clip, teammate, state)
    a_job(clip, teammate, State.RUNNING, account="kling")
    found = everything()
    assert (found.waiting, found.in_flight, found.fetching, found.unsettled_count) == (2, 4, 1, 3)
    assert account_in(found, "sandbox").in_flight == 3
    assert account_in(found, "kling").in_flight == 1
    assert {job.state for job in found.unsettled} == {State.UNKNOWN, State.STALLED, State.LOST}


def test_jobs_of_an_account_that_is_gone_are_not_forgotten(clip: Clip, teammate: User) -> None:
    a_job(clip, teammate, account="kling-west")
    found = everything()
    assert found.gone == {"kling-west": {State.QUEUED: 1}}
    assert found.waiting == 1


def test_the_oldest_that_waits_is_named(clip: Clip, teammate: User) -> None:
    oldest = a_job(clip, teammate, at=ago(minutes=10))
    a_job(clip, teammate, at=ago(minutes=3))
    a_job(clip, teammate, State.RUNNING, at=ago(hours=3))
    found = everything()
    assert found.oldest_waiting == oldest
    assert found.oldest_waiting_seconds == pytest.approx(600, abs=30)


def test_lag_is_how_late_the_looks_are_that_are_due(clip: Clip, teammate: User) -> None:
    begun = timezone.now()
    for late in range(1, 101):
        a_job(clip, teammate, State.RUNNING, next_at=begun - timedelta(seconds=late))
    a_job(clip, teammate, State.RUNNING, next_at=timezone.now() + timedelta(hours=1))
    a_job(clip, teammate, State.QUEUED, next_at=ago(hours=1))
    found = everything()
    since = (timezone.now() - begun).total_seconds()  # by as much all of them are later by now
    assert found.late.count == 100
    for seconds, late in ((found.late.p50, 50), (found.late.p95, 95), (found.late.longest, 100)):
        assert seconds is not None
        assert late - 8 <= seconds <= late + 8 + since
    assert account_in(found, "sandbox").late == found.late


def test_an_account_that_nobody_looks_by_makes_no_lag(clip: Clip, teammate: User) -> None:
    a_job(clip, teammate, State.RUNNING, account="gone", next_at=ago(days=2))
    assert everything().late.count == 0


def test_from_done_to_playable_is_measured_over_the_last_hour(clip: Clip, teammate: User) -> None:
    for seconds, minutes in ((2, 5), (8, 10), (500, 90)):
        done = ago(minutes=minutes)
        job = a_job(clip, teammate, State.SUCCEEDED, done_at=done)
        moved(job, State.SUCCEEDED, "fetched", done + timedelta(seconds=seconds))
    found = everything()
    assert found.home.count == 2
    assert found.home.p50 == pytest.approx(2, abs=0.1)
    assert found.home.longest == pytest.approx(8, abs=0.1)


def test_paid_calls_of_the_last_minute_are_counted(clip: Clip, teammate: User) -> None:
    job = a_job(clip, teammate, State.RUNNING)
    moved(job, State.SUBMITTING, "sending", ago(seconds=20))
    moved(job, State.SUBMITTING, "sending", ago(seconds=80))
    assert account_in(everything(), "sandbox").sent_last_minute == 1


def test_errors_are_counted_by_code_lately_and_now(clip: Clip, teammate: User) -> None:
    failed = a_job(clip, teammate, State.FAILED)
    moved(failed, State.FAILED, "face_missing", ago(minutes=5))
    moved(failed, State.FAILED, "face_missing", ago(hours=5))
    moved(failed, State.FAILED, "face_missing", ago(hours=30))
    moved(failed, State.STALLED, "deadline passed", ago(hours=2))
    sent_back = {"from_state": State.SUBMITTING}
    moved(failed, State.QUEUED, "rate_limited", ago(minutes=1), **sent_back)
    moved(failed, State.QUEUED, "ordered", ago(minutes=1))
    moved(failed, State.FAILED, "settled: not bought", ago(minutes=1), by=teammate)
    a_job(clip, teammate, State.RUNNING, error_code="engine_busy")
    found = {one.code: (one.now, one.last_hour, one.last_day) for one in everything().errors}
    assert found == {
        "engine_busy": (1, 0, 0),
        "face_missing": (0, 1, 2),
        "overdue": (0, 0, 1),
        "rate_limited": (0, 1, 1),
    }


def test_money_is_held_in_all_and_charged_since_midnight(clip: Clip, teammate: User) -> None:
    a_job(clip, teammate, State.RUNNING)
    today = a_job(clip, teammate, State.FETCHING)
    yesterday = a_job(clip, teammate, State.SUCCEEDED)
    costs.charge(today)
    costs.charge(yesterday)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    entries = LedgerEntry.objects.filter(job=yesterday)
    # A plain update of the ledger is refused: this is the past, not a change.
    super(type(entries), entries).update(at=midnight - timedelta(seconds=1))
    (money,) = everything().money
    assert (money.currency, money.held, money.charged_today) == ("USD", PRICE, PRICE)


def test_animatics_that_wait_are_counted_with_their_film_apart_from_paid_jobs(
    clip: Clip, teammate: User, outsider: User, studio_org: Organisation
) -> None:
    assert clip.take
    make_animatic(clip, teammate)
    Animatic.objects.update(
        state=Drawing.DRAWING, lease="worker", started_at=ago(), leased_until=ago(seconds=-60)
    )
    clip.choose({"motion": "A nod."}, by=teammate, seen_revision=clip.revision)
    animatics.draft(clip, by=teammate)
    found = everything()
    assert (found.animatics.waiting, found.animatics.drawing) == (1, 1)
    assert found.animatics.film_seconds == float(clip.take.duration_seconds)
    assert (found.waiting, found.in_flight) == (0, 0)
    assert figures(scope.of_organisation(outsider, studio_org)).animatics.waiting == 0


def test_a_paused_account_says_why(db: None) -> None:
    accounts.pause("sandbox", Problem("no_credit", "The engine has no credit left."))
    (paused,) = everything().paused
    assert paused.settings.name == "sandbox"
    assert paused.known.pause_message == "The engine has no credit left."


def test_asking_makes_no_rows(db: None) -> None:
    everything()
    assert not EngineAccount.objects.exists()


def test_processes_are_alive_silent_or_forgotten(db: None) -> None:
    for name, seconds in (("worker@a", 5), ("worker@b", 90), ("worker@c", 4000)):
        heartbeats.beat(name, heartbeats.WORKER, queues=["look"])
        Heartbeat.objects.filter(name=name).update(at=ago(seconds=seconds))
    found = everything()
    assert {one.beat.name: one.is_alive for one in found.processes} == {
        "worker@a": True, "worker@b": False,
    }  # fmt: skip
    assert (found.alive(heartbeats.WORKER), found.alive(heartbeats.BEAT)) == (1, 0)


def test_an_organisation_sees_only_what_is_its_own(
    clip: Clip,
    owner: User,
    teammate: User,
    outsider: User,
    studio_org: Organisation,
    settings: Any,
) -> None:
    settings.ENGINE_ACCOUNTS = {
        "kling": kling(organisations=("elsewhere",)),
        "gateway": kling(name="gateway", engine="gateway", organisations=(studio_org.slug,)),
    }
    elsewhere = Organisation.objects.get(slug="elsewhere")
    theirs = a_clip_of(elsewhere, outsider, like=clip)
    for state in (State.QUEUED, State.RUNNING, State.UNKNOWN, State.FETCHING):
        job = a_job(theirs, outsider, state, account="kling", error_code="theirs", at=ago(days=1))
        moved(job, State.FAILED, "theirs", ago(minutes=1))
        moved(job, State.SUBMITTING, "sending", ago(seconds=1))
    mine = a_job(clip, teammate, State.QUEUED)

    found = figures(scope.of_organisation(owner, studio_org))
    assert (found.waiting, found.in_flight, found.fetching, found.unsettled_count) == (1, 0, 0, 0)
    assert [one.settings.name for one in found.accounts] == ["gateway", "sandbox"]
    assert [one.is_shared for one in found.accounts] == [False, True]
    assert found.oldest_waiting == mine
    assert (list(found.unsettled), list(found.errors), dict(found.gone)) == ([], [], {})
    assert (found.late.count, [one.held for one in found.money]) == (0, [PRICE])

    other = figures(scope.of_organisation(outsider, elsewhere))
    assert (other.waiting, other.in_flight, [one.held for one in other.money]) == (
        1,
        1,
        [4 * PRICE],
    )
    assert [one.settings.name for one in other.accounts] == ["kling", "sandbox"]
    assert everything().waiting == 2


def test_somebody_who_is_no_member_sees_no_figures_at_all(
    clip: Clip, teammate: User, outsider: User, studio_org: Organisation
) -> None:
    a_job(clip, teammate)
    found = figures(scope.of_organisation(outsider, studio_org))
    assert (dict(found.states), list(found.money), found.oldest_waiting) == ({}, [], None)


def test_forty_jobs_cost_as_many_queries_as_none(
    clip: Clip, teammate: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        everything()
    project = Project.objects.get(pk=clip.project_id)
    with transaction.atomic():
        for state in (State.QUEUED, State.RUNNING, State.UNKNOWN, State.FETCHING) * 10:
            job = a_job(clip, teammate, state, error_code="x", next_at=ago(seconds=1))
            moved(job, State.FAILED, f"code {job.number}", ago(minutes=1))
    with django_assert_num_queries(len(few)):
        found = everything()
        assert all(job.project == project and str(job) for job in found.unsettled)
