"""Measure the checks of motion prompts against sentences that people labelled by hand.

``python -m tests.assets.preflight.measure_prompt --split held_out --misses``

The sentences are in ``prompt_corpus.jsonl``, one a line: ``text``; ``ids``, every finding that
must be raised; ``may``, findings on which two careful people could differ, which therefore count
neither for nor against; ``language``; where it matters the ``energy`` of the recording and the
``art_style`` of the look; and ``split``. They were written without sight of the checks.

``prompt_second.jsonl`` to ``…_thirteenth`` are sets by other hands, in the same form,
each a split of its own: ``--split third`` measures one, and ``all`` leaves them out. The knowledge
was widened on all of them; none says any longer how the checks meet a prompt that nobody had in
mind. The figures that did are in docs/preflight-prompts.md. ``--times`` prints what checks cost.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from assets.limits import STRICT
from assets.preflight.energy import Energy
from assets.preflight.prompt import check_prompt

Later = Literal[
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
]
Split = Literal["tune", "held_out"] | Later
Language = Literal["en", "zh"]

CORPUS = Path(__file__).with_name("prompt_corpus.jsonl")
#: Later sets, each a file and a split of its own.
LATER = {name: Path(__file__).with_name(f"prompt_{name}.jsonl") for name in get_args(Later)}
SILENT = "(faultless)"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled prompt. `ids` must be found, `may` is free, every other finding is false."""

    text: str
    ids: frozenset[str]
    may: frozenset[str]
    language: Language
    split: Split
    energy: Energy | None = None
    art_style: str = ""

    def found(self) -> frozenset[str]:
        """The ids that the checks raise for this prompt, the debatable ones left out."""
        findings = check_prompt(self.text, STRICT, energy=self.energy, art_style=self.art_style)
        return frozenset(finding.id for finding in findings) - self.may


@dataclass(slots=True)
class Score:
    """How one finding fared in one language; ratios run from 0 to 1 and are 0 without a case."""

    id: str
    language: Language
    caught: int = 0
    missed: list[Row] = field(default_factory=list)
    false: list[Row] = field(default_factory=list)

    @property
    def positives(self) -> int:
        """Prompts that carry this fault."""
        return self.caught + len(self.missed)

    @property
    def precision(self) -> float:
        """Of the findings raised, the share that is right."""
        return _share(self.caught, self.caught + len(self.false))

    @property
    def recall(self) -> float:
        """Of the faults there are, the share that is found."""
        return _share(self.caught, self.positives)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.caught, 2 * self.caught + len(self.missed) + len(self.false))


def rows(split: str = "all", language: str = "all") -> Iterator[Row]:
    """The labelled prompts of one split and language, or of ``all``, in the order of the file."""
    corpus = LATER.get(split, CORPUS)
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            kept = json.loads(line)
            kept |= {"ids": frozenset(kept["ids"]), "may": frozenset(kept["may"])}
            row = Row(**kept)
            if split in ("all", row.split) and language in ("all", row.language):
                yield row


def measure(labelled: Sequence[Row]) -> list[Score]:
    """A score for each finding and language that is labelled or raised, sorted by id.

    The score named ``(faultless)`` counts prompts without any fault: caught are those that stayed
    silent, missed those that did not.
    """
    scores: dict[tuple[str, Language], Score] = {}

    def score(id_: str, row: Row) -> Score:
        return scores.setdefault((id_, row.language), Score(id_, row.language))

    for row in labelled:
        found = row.found()
        if not row.ids:
            _count(score(SILENT, row), row, right=not found)
        for id_ in row.ids:
            _count(score(id_, row), row, right=id_ in found)
        for id_ in found - row.ids:
            score(id_, row).false.append(row)
    return sorted(scores.values(), key=lambda each: (each.id, each.language))


def _count(score: Score, row: Row, *, right: bool) -> None:
    if right:
        score.caught += 1
    else:
        score.missed.append(row)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _table(scores: Sequence[Score]) -> Iterator[str]:
    yield f"{'finding':<24}{'language':<10}{'positives':>9}{'precision':>11}{'recall':>8}{'F1':>7}"
    for each in scores:
        head = f"{each.id:<24}{each.language:<10}{each.positives:>9}"
        if each.id == SILENT:
            yield f"{head}   stayed silent: {each.caught} ({each.recall:.3f})"
        else:
            yield f"{head}{each.precision:>11.3f}{each.recall:>8.3f}{each.f1:>7.3f}"


def times(labelled: Sequence[Row]) -> list[float]:
    """Seconds of the processor that the checks of each prompt take, the shortest first."""
    taken = []
    for row in labelled:
        row.found()  # The first reading fills the caches that a running studio has filled.
        start = time.process_time()
        row.found()
        taken.append(time.process_time() - start)
    return sorted(taken)


def _timing(labelled: Sequence[Row]) -> Iterator[str]:
    taken = [1000 * seconds for seconds in times(labelled)]
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    yield f"{len(taken)} prompts: median {middle:.2f} ms, p95 {late:.2f}, most {taken[-1]:.2f}"
    for name, language in (("English", "en"), ("Chinese", "zh")):
        text = " ".join(row.text for row in labelled if row.language == language)[:2500]
        full = Row(text, frozenset(), frozenset(), "en", "tune")
        yield f"{len(text):,} characters of {name}: {1000 * min(times([full] * 5)):.1f} ms"


def _misses(scores: Sequence[Score]) -> Iterator[str]:
    for each in scores:
        wrong = [("not found", row) for row in each.missed] + [("false", row) for row in each.false]
        for verdict, row in wrong:
            given = ", ".join(sorted(row.found())) or "nothing"
            facts = "".join(f" [{fact}]" for fact in (row.energy, row.art_style) if fact)
            yield f"{each.id} {each.language} {verdict}; given {given}:{facts} {row.text}"


def main() -> None:
    """Print the table, and with ``--misses`` every sentence that was judged wrongly."""
    parser = argparse.ArgumentParser(description="Measure the checks of motion prompts.")
    splits = ("tune", "held_out", *LATER, "all")
    parser.add_argument("--split", choices=splits, default="all")
    parser.add_argument("--language", choices=("en", "zh", "all"), default="all")
    parser.add_argument("--misses", action="store_true", help="the sentences judged wrongly")
    parser.add_argument("--times", action="store_true", help="what the checks cost")
    options = parser.parse_args()
    labelled = list(rows(options.split, options.language))
    scores = measure(labelled)
    lines = [*_table(scores), *(_misses(scores) if options.misses else ())]
    lines += _timing(labelled) if options.times else ()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
