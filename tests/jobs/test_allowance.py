"""A rate per minute is never passed, by all workers together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jobs import accounts, allowance, clock
from jobs.models import EngineAccount
from tests.jobs.crowds import all_at_once

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def unsaved(name: str, **fields: datetime) -> EngineAccount:
    """A row that is not in the database: the rule alone."""
    account = EngineAccount(name=name, **fields)
    account.save = lambda *_, **__: None  # type: ignore[method-assign]
    return account


def granted_at(
    per_minute: int, asked: list[tuple[float, int]], *, kind: str = allowance.SENDS
) -> list[tuple[datetime, int]]:
    """What is granted when, for (seconds since the last time, wanted) one after the other."""
    account, now, grants = unsaved("west"), NOON, []
    for pause, wanted in asked:
        now += timedelta(seconds=pause)
        grants.append(
            (now, allowance.take(account, kind, wanted=wanted, per_minute=per_minute, now=now))
        )
    return grants


PAUSES = st.one_of(
    st.floats(0, 0.2), st.floats(0, 90), st.sampled_from([0.0, 0.5, 1.0, 20.0, 30.0, 60.0])
)
ASKED = st.lists(st.tuples(PAUSES, st.integers(0, 400)), max_size=60)


def most_in_a_minute(grants: list[tuple[datetime, int]]) -> int:
    """The fullest minute of all: its first moment counts, its last one is the next one's first."""
    most = within = last = 0
    for at, granted in grants:
        while last < len(grants) and grants[last][0] < at + MINUTE:
            within += grants[last][1]
            last += 1
        most = max(most, within)
        within -= granted
    return most


@given(st.integers(1, 1000), ASKED)
def test_no_minute_ever_has_more_than_the_rate(
    per_minute: int, asked: list[tuple[float, int]]
) -> None:
    assert most_in_a_minute(granted_at(per_minute, asked)) <= per_minute


@given(st.integers(1, 1000), st.floats(0.01, 3), st.floats(0, 120))
def test_nor_has_one_for_those_who_save_up_and_then_ask_all_the_time(
    per_minute: int, pause: float, rest: float
) -> None:
    asked = [(pause, 1000)] * 100 + [(rest, 1000)] + [(pause, 1000)] * 100
    assert most_in_a_minute(granted_at(per_minute, asked)) <= per_minute


@given(st.integers(1, 1000), ASKED)
def test_never_more_is_granted_than_was_asked_for(
    per_minute: int, asked: list[tuple[float, int]]
) -> None:
    for (_, wanted), (_, granted) in zip(asked, granted_at(per_minute, asked), strict=True):
        assert 0 <= granted <= wanted


@pytest.mark.parametrize("per_minute", [1, 2, 3, 10, 59, 60, 61, 119, 120, 600, 6000])
def test_whoever_asks_all_the_time_gets_the_whole_rate(per_minute: int) -> None:
    grants = granted_at(per_minute, [(0.01, 1000)] * 60_000)  # ten minutes
    assert most_in_a_minute(grants) <= per_minute
    total = sum(granted for _, granted in grants)
    assert 0.97 * 10 * per_minute <= total <= 10 * per_minute + allowance.burst_of(per_minute)


def test_no_limit_grants_everything_and_writes_nothing() -> None:
    account = unsaved("west")
    for wanted in (0, 1, 10_000):
        granted = allowance.take(account, allowance.SENDS, wanted=wanted, per_minute=0, now=NOON)
        assert granted == wanted
    assert account.send_clock is None


def test_looks_and_sends_have_clocks_of_their_own() -> None:
    account = unsaved("west")

    def ask(kind: str) -> int:
        return allowance.take(account, kind, wanted=5, per_minute=1, now=NOON)

    assert [ask(allowance.SENDS), ask(allowance.SENDS)] == [1, 0]
    assert [ask(allowance.LOOKS), ask(allowance.LOOKS)] == [1, 0]


def test_a_clock_that_was_set_back_does_not_stop_the_account() -> None:
    account = unsaved("west", send_clock=NOON + timedelta(days=1))
    assert allowance.take(account, allowance.SENDS, wanted=5, per_minute=60, now=NOON) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [allowance.SENDS, allowance.LOOKS])
def test_workers_share_one_rate(kind: str) -> None:
    """Eight of them ask all at once, again and again, well within one interval of the rate."""
    accounts.state_of("west")

    def ask() -> int:
        total = 0
        for _ in range(5):
            with transaction.atomic():
                total += allowance.take(
                    accounts.locked("west"), kind, wanted=3, per_minute=2, now=clock.now()
                )
        return total

    granted = all_at_once(ask, 8)
    assert len(granted) == 8
    assert sum(int(str(one)) for one in granted) == 1
