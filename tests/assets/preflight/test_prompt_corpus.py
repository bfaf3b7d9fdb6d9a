"""Floors under the figures of docs/preflight-prompts.md, so that the knowledge cannot rot."""

from __future__ import annotations

import pytest

from tests.assets.preflight.measure_prompt import LATER, SILENT, Score, measure, rows

# Lower than what is measured by one or two prompts, so that a good change of the words passes.
FLOORS = {
    "all": (0.94, 0.91),
    "second": (0.93, 0.91),
    "third": (0.93, 0.91),
    "fourth": (0.9, 0.9),  # ten of each: one is a tenth
    "fifth": (0.93, 0.91),
    "sixth": (0.93, 0.91),
    "seventh": (0.93, 0.91),
    "eighth": (0.93, 0.91),
    "ninth": (0.93, 0.91),
    "tenth": (0.93, 0.91),
    "eleventh": (0.93, 0.91),
    "twelfth": (0.93, 0.91),
    "thirteenth": (0.93, 0.91),
}
SILENCE = 0.98
GROUPS = [
    *("appearance", "contradiction", "crowded", "energy", "long", "no_camera"),
    *("scope", "speech", "style", "unreachable", "vague"),
]


@pytest.mark.parametrize("split", ["all", *LATER])
def test_faults_are_found_and_little_else_is_taken_for_them(split: str) -> None:
    scores = {(score.id, score.language): score for score in measure(list(rows(split)))}
    weak = [
        f"{name} {language}: precision {score.precision:.3f}, recall {score.recall:.3f}"
        for (name, language), score in scores.items()
        if name != SILENT and _is_weak(score, *FLOORS[split])
    ]
    assert weak == []
    for language in ("en", "zh"):
        assert scores[SILENT, language].recall >= SILENCE, "a prompt without fault meets silence"


def _is_weak(score: Score, precision: float, recall: float) -> bool:
    return score.precision < precision or score.recall < recall


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_fault_stands_in_the_corpus_often_enough_to_be_measured(language: str) -> None:
    labelled = list(rows("all", language))
    for group in GROUPS:
        assert sum(f"prompt.{group}" in row.ids for row in labelled) > 25, group
