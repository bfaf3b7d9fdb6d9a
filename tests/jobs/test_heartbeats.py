"""Signs of life: who is at work, who has fallen silent, who stopped properly."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from jobs import clock, heartbeats
from jobs.models import Heartbeat
from studio.operations.pulse import Pulse


def test_a_process_that_beats_is_alive_until_it_falls_silent(db: None) -> None:
    heartbeats.beat("worker@a", heartbeats.WORKER, queues=["look", "send"])
    now = clock.now()
    assert [one.name for one in heartbeats.alive(now)] == ["worker@a"]
    assert heartbeats.alive(now)[0].queues == "look, send"
    later = now + heartbeats.SILENT_AFTER + timedelta(seconds=1)
    assert heartbeats.alive(later) == []
    assert [one.name for one in heartbeats.known(later)] == ["worker@a"], "it is missed"
    assert heartbeats.known(now + heartbeats.FORGOTTEN_AFTER + timedelta(seconds=1)) == []


def test_three_signs_may_be_lost_before_somebody_is_missed() -> None:
    assert timedelta(seconds=3 * heartbeats.EVERY_SECONDS) < heartbeats.SILENT_AFTER


def test_a_beat_is_one_statement_and_keeps_the_time_of_the_start(
    db: None, django_assert_num_queries: object
) -> None:
    heartbeats.beat("worker@a", heartbeats.WORKER, started=True)
    first = Heartbeat.objects.get()
    with django_assert_num_queries(1 if connection.vendor == "sqlite" else 2):  # type: ignore[operator]
        heartbeats.beat("worker@a", heartbeats.WORKER)
    second = Heartbeat.objects.get()
    assert second.at > first.at
    assert second.started_at == first.started_at
    heartbeats.beat("worker@a", heartbeats.WORKER, started=True)
    assert Heartbeat.objects.get().started_at > first.started_at


def test_starting_clears_away_those_who_never_came_back(db: None) -> None:
    heartbeats.beat("worker@gone", heartbeats.WORKER)
    Heartbeat.objects.update(at=clock.now() - heartbeats.FORGOTTEN_AFTER * 2)
    heartbeats.beat("worker@a", heartbeats.WORKER, started=True)
    assert [one.name for one in Heartbeat.objects.all()] == ["worker@a"]


@pytest.fixture
def pulse(transactional_db: None) -> Iterator[Pulse]:
    pulse = Pulse(f"worker@{socket.gethostname()}", heartbeats.WORKER, ["look"])
    pulse.start()
    yield pulse
    pulse.stop()


def _wait_for_a_sign() -> None:
    until = time.monotonic() + 90
    while not Heartbeat.objects.exists():
        assert time.monotonic() < until, "no sign of life"
        time.sleep(0.02)


def test_a_process_that_stops_properly_is_not_missed(pulse: Pulse) -> None:
    _wait_for_a_sign()
    pulse.stop()
    assert not Heartbeat.objects.exists()


def test_the_command_for_health_checks_answers_by_its_exit_code(pulse: Pulse) -> None:
    _wait_for_a_sign()
    said = StringIO()
    call_command("alive", "worker", stdout=said)
    assert "Alive: worker@" in said.getvalue()
    for missing in (["beat"], ["worker", "--host", "elsewhere"]):
        with pytest.raises(SystemExit) as ended:
            call_command("alive", *missing, stderr=StringIO())
        assert ended.value.code == 1
