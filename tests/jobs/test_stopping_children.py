"""A process that is to stop does not wait for the processes that work for it."""

from __future__ import annotations

import threading
import time

import pytest
from celery.signals import worker_shutting_down

from jobs import own_process, tasks

assert tasks  # whoever runs the tasks listens to the signal

#: Something that never ends by itself and says nothing: it waits for the end of its input.
ENDLESS = ("json.tool",)


@pytest.fixture(autouse=True)
def children(monkeypatch: pytest.MonkeyPatch) -> own_process.Children:
    """Those of this test alone."""
    children = own_process.Children()
    monkeypatch.setattr(own_process, "_children", children)
    return children


def test_the_signal_to_stop_ends_a_child_in_the_middle_of_its_work() -> None:
    threading.Timer(0.5, lambda: worker_shutting_down.send(sender="worker")).start()
    began = time.monotonic()
    with (
        pytest.raises(own_process.Stopped),
        own_process.told_by(*ENDLESS, seconds=600) as told,
    ):
        list(told)
    assert time.monotonic() - began < 60


def test_what_is_begun_after_the_signal_ends_at_once() -> None:
    worker_shutting_down.send(sender="worker")
    with (
        pytest.raises(own_process.Stopped),
        own_process.told_by(*ENDLESS, seconds=600) as told,
    ):
        list(told)


def test_a_child_that_is_killed_for_its_time_was_not_stopped() -> None:
    with own_process.told_by(*ENDLESS, seconds=0.5) as told:
        assert list(told) == []
