"""Status words become phases."""

import logging

import pytest

from jobs.engines.base import Phase
from jobs.engines.words import is_known, phase_of


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        (" NOT_START ", Phase.QUEUED),
        ("Unknown", Phase.QUEUED),
        ("In Progress", Phase.RUNNING),
        ("IN-PROGRESS", Phase.RUNNING),
        ("SUCCEED", Phase.SUCCEEDED),
        ("Failure", Phase.FAILED),
        ("canceled", Phase.CANCELLED),
        ("EXPIRED", Phase.EXPIRED),
    ],
)
def test_case_and_spaces_do_not_matter(word: str, phase: Phase) -> None:
    assert phase_of(word) is phase


def test_an_unknown_word_counts_as_running_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert phase_of("Marinating") is Phase.RUNNING
        assert phase_of("marinating ") is Phase.RUNNING
    assert [record.getMessage().count("marinating") for record in caplog.records] == [1]
    assert not is_known("marinating")


def test_only_queued_and_running_are_not_terminal() -> None:
    assert [phase for phase in Phase if not phase.is_terminal] == [Phase.QUEUED, Phase.RUNNING]
