"""Floors under the figures of docs/preflight-prompts.md, so that the knowledge cannot rot."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.assets.preflight.measure_prompt import SILENT, Score, measure, rows

# Lower than what is measured by one or two prompts, so that a good change of the words passes.
PRECISION, RECALL, SILENCE = 0.94, 0.91, 0.98
LATER_PRECISION, LATER_RECALL, LATER_SILENCE = 0.93, 0.91, 0.98


@lru_cache(maxsize=3)
def scores(split: str) -> dict[tuple[str, str], Score]:
    return {(score.id, score.language): score for score in measure(list(rows(split)))}


GROUPS = [
    *("appearance", "contradiction", "crowded", "energy", "long", "no_camera"),
    *("scope", "speech", "style", "unreachable", "vague"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("group", GROUPS)
def test_a_fault_is_found_and_little_else_is_taken_for_it(group: str, language: str) -> None:
    known = scores("all")[f"prompt.{group}", language]
    assert known.positives > 25
    assert known.precision >= PRECISION
    assert known.recall >= RECALL


@pytest.mark.parametrize("split", ["second", "third"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("group", GROUPS)
def test_a_fault_is_found_in_the_words_of_another_hand(
    group: str, language: str, split: str
) -> None:
    later = scores(split)[f"prompt.{group}", language]
    assert later.precision >= LATER_PRECISION
    assert later.recall >= LATER_RECALL


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_prompt_without_fault_is_met_with_silence(language: str) -> None:
    assert scores("all")[SILENT, language].recall >= SILENCE
    for split in ("second", "third"):
        assert scores(split)[SILENT, language].recall >= LATER_SILENCE
