"""The one line in which people read a job's state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jobs.models import AvatarJob, State
from jobs.sentences import about, sentence, tone

NOW = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def job(state: State, **fields: Any) -> AvatarJob:
    known = {"engine": "gateway", "duration_seconds": Decimal("10.000"), "next_at": None}
    return AvatarJob(state=state, **(known | fields))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (job(State.QUEUED), "Waiting to be sent"),
        (
            job(State.QUEUED, error_message="The engine is busy. It said 429.", next_at=ago(-40)),
            "Waiting: the engine is busy, next try in 40 s",
        ),
        (
            job(State.QUEUED, error_message="GATEWAY_URL is gone. Set it.", next_at=ago(1)),
            "Waiting: GATEWAY_URL is gone, next try now",
        ),
        (job(State.SUBMITTING), "Being sent to the engine"),
        (job(State.RUNNING, accepted_at=ago(0)), "Rendering, about 5 min left"),
        (job(State.RUNNING, accepted_at=ago(180)), "Rendering, about 2 min left"),
        (job(State.RUNNING, accepted_at=ago(270)), "Rendering, about 30 s left"),
        (job(State.RUNNING, accepted_at=ago(900)), "Rendering, longer than usual"),
        (job(State.RUNNING, accepted_at=ago(60), progress=50), "Rendering, about 1 min left"),
        (job(State.RUNNING, accepted_at=ago(2), engine="sandbox"), "Rendering"),
        (
            job(State.RUNNING, accepted_at=ago(2), engine="sandbox", progress=5),
            "Rendering, 5 %",
        ),
        (
            job(State.RUNNING, accepted_at=ago(10), engine="sandbox", progress=50),
            "Rendering, about 10 s left",
        ),
        (job(State.FETCHING), "Rendered; bringing the video home"),
        (
            job(State.FETCHING, error_message="The disk is full.", next_at=ago(-120)),
            "Rendered; the video did not arrive yet, next try in 2 min",
        ),
        (job(State.SUCCEEDED), "Finished"),
        (
            job(State.FAILED, error_message="The engine found no face. Use another look."),
            "Failed: The engine found no face. Nothing was charged.",
        ),
        (job(State.FAILED), "Failed: the engine gave no reason. Nothing was charged."),
        (job(State.CANCELLED), "Cancelled before it was sent. Nothing was charged."),
        (
            job(State.CANCELLED, handle="task_1"),
            "Cancelled at the engine. Nothing was charged.",
        ),
        (
            job(State.CANCELLED, handle="task_1", failure_is_billed=True),
            "Cancelled at the engine. It may bill what it had begun.",
        ),
        (
            job(State.CANCELLED, handle="task_1", next_at=NOW),
            "Cancelled; the engine may still finish it, and then it is fetched and charged",
        ),
        (
            job(State.UNKNOWN, next_at=NOW),
            "Answer lost; probably paid: the studio asks the engine for it",
        ),
        (job(State.UNKNOWN), "Answer lost; probably paid: needs settling"),
        (job(State.STALLED), "Overdue at the engine; still watched: needs settling"),
        (
            job(State.STALLED, put_aside_at=NOW),
            "Overdue at the engine; nobody waits for it, but it is fetched and charged if it comes",
        ),
        (
            job(State.FAILED, error_code="taken_after_all", error_message="The engine took it."),
            "Settled as not bought, but the engine has taken it: needs settling again",
        ),
        (job(State.LOST), "Rendered and paid, but the video cannot be had: needs settling"),
    ],
)
def test_each_state_is_one_plain_sentence(given: AvatarJob, expected: str) -> None:
    assert sentence(given, NOW) == expected


def test_every_state_has_a_sentence_and_a_tone() -> None:
    for state in State:
        assert sentence(job(state), NOW)
        assert tone(job(state)) in {"info", "good", "warn", "bad"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (150, "2 min"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
    ],
)
def test_times_are_never_more_exact_than_they_can_be(seconds: float, words: str) -> None:
    assert about(seconds) == words
