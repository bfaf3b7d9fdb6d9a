"""Workers make one film strip and one copy at a time, and one that dies or stops loses nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.signals import worker_shutting_down

from jobs import clock, deriving, own_process, tasks
from jobs.models import State, Version
from jobs.renditions import apart
from tests.jobs.conftest import Home
from tests.jobs.test_bringing_it_home import files_in

assert tasks  # whoever runs the tasks listens to the signal to stop

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_do_not_make_the_same_twice(home: Home) -> None:
    first, second = home(), home()
    claimed = [deriving._claimed() for _ in range(3)]
    assert [version and version.pk for version in claimed] == [first.pk, second.pk, None]


def test_only_one_is_made_at_a_time_in_a_process(fresh: Version) -> None:
    with deriving._turn:
        assert deriving.derive_due() == 0
    assert deriving.derive_due() == 1


def test_the_next_one_is_made_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    nudges: list[str] = []
    monkeypatch.setattr(deriving, "nudge", nudges.append)
    home(), home()
    deriving.derive_due()
    assert nudges == ["derive_due"]
    deriving.derive_due()
    assert nudges == ["derive_due"], "there is nothing more to make"


def test_a_worker_whose_claim_has_passed_keeps_no_file(fresh: Version, tmp_path: Path) -> None:
    version = deriving._claimed()
    assert version
    Version.objects.filter(pk=fresh.pk).update(renditions_lease="somebody else's")
    kept = files_in(tmp_path / "media")
    deriving._derive(version)
    fresh.refresh_from_db()
    assert (fresh.renditions_lease, fresh.film_strip.name) == ("somebody else's", "")
    assert files_in(tmp_path / "media") == kept


def test_a_process_that_is_killed_loses_nothing(
    fresh: Version, monkeypatch: pytest.MonkeyPatch, due_again: Callable[[Version], None]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(deriving, "SECONDS_AT_LEAST", 0)
        patch.setattr(deriving, "SECONDS_PER_SECOND", 0)
        deriving.derive_due()
    fresh.refresh_from_db()
    assert "ended before it was done" in fresh.renditions_problem
    assert fresh.job.state == State.SUCCEEDED
    due_again(fresh)
    deriving.derive_due()
    fresh.refresh_from_db()
    assert fresh.review_copy


def test_a_worker_that_is_to_stop_ends_its_encoding_at_once_and_gives_the_version_back(
    fresh: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    begun = threading.Event()
    keep = deriving._keep

    def keep_and_tell(version: Version, made: apart.Made) -> None:
        keep(version, made)
        begun.set()

    monkeypatch.setattr(deriving, "_keep", keep_and_tell)
    monkeypatch.setattr(own_process, "_told", _one_line_then_silence)
    stopping = threading.Thread(
        target=lambda: begun.wait(60) and worker_shutting_down.send(sender="worker")
    )
    stopping.start()
    deriving.derive_due()
    stopping.join()
    fresh.refresh_from_db()
    assert (bool(fresh.film_strip), fresh.review_copy.name) == (True, "")
    assert (fresh.renditions_lease, fresh.renditions_tries) == ("", 0)
    assert fresh.renditions_problem == ""
    assert fresh.renditions_at and fresh.renditions_at <= clock.now(), "others may begin now"
    monkeypatch.setattr(own_process, "_told", TOLD)
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert fresh.review_copy.name == "", "not by this process, which is to stop"
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    assert deriving.derive_due() == 1
    fresh.refresh_from_db()
    assert fresh.review_copy.name


TOLD = own_process._told


def _one_line_then_silence(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The first thing that the child makes, and from then on only its end."""
    said = iter(lines)
    yield json.loads(next(said))
    for _ in said:
        """Whatever it makes before it is ended comes too late."""
    own_process._children.is_over.wait(60)
    yield from TOLD(said)


def test_a_worker_that_dies_gives_the_version_back(
    fresh: Version, due_again: Callable[[Version], None]
) -> None:
    died = deriving._claimed()
    assert died
    assert deriving.derive_due() == 0, "it may still be working"
    due_again(fresh)  # what the clock does after the claim
    assert deriving.derive_due() == 1
