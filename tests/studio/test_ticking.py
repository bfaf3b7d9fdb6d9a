"""Beat ticks by the monotonic clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio.celery import PERIODIC, app
from studio.ticking import Ticker


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What beat sends, instead of sending it."""
    names: list[str] = []
    monkeypatch.setattr(Ticker, "apply_entry", lambda self, entry, **_: names.append(entry.name))
    monkeypatch.setattr(Ticker, "producer", None)
    return names


def test_everything_is_due_at_the_start_and_then_at_its_own_pace(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    ticker = Ticker(app=app)
    for tenth in range(21):
        now = 1000.0 + tenth / 10
        ticker.tick()
    for name, (_, seconds) in PERIODIC.items():
        assert sent.count(name) == 1 + int(2 / seconds), name


def test_a_step_of_the_wall_clock_changes_nothing(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    ticker = Ticker(app=app)
    ticker.tick()

    class LongAgo(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(UTC) - timedelta(hours=2)

    monkeypatch.setattr("celery.beat.time", _Clock(time.time() - 7200), raising=False)
    monkeypatch.setattr("celery.schedules.datetime", LongAgo, raising=False)
    monkeypatch.setattr(app, "now", lambda: datetime.now(UTC) - timedelta(hours=2))
    wait = ticker.tick()
    assert 0 < wait <= 1, "the next tick is as near as before"
    now += wait
    sent.clear()
    ticker.tick()
    assert sent, "and it comes"


def test_no_tick_expires_by_anybodys_clock() -> None:
    assert all("options" not in entry for entry in app.conf.beat_schedule.values())


class _Clock:
    """A wall clock that stands still at another time."""

    def __init__(self, at: float) -> None:
        self.at = at

    def time(self) -> float:
        return self.at
