"""The prompt as the engine gets it, cut into stretches that findings speak of and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from assets.preflight.finding import Finding, Level

_WEIGHT: dict[Level, int] = {"note": 1, "warn": 2, "stop": 3}
#: What a page shows of a very long prompt; the rest is counted, not shown.
SHOWN = 4_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring characters with the same findings; `level` is the gravest, empty for none."""

    text: str
    level: Level | str
    why: str


def marked(text: str, findings: Iterable[Finding]) -> list[Stretch]:
    """The first `SHOWN` characters of the text as stretches; plain text, for a page to escape.

    Spans may overlap, touch nothing, or reach beyond the text.
    """
    text = text[:SHOWN]
    spans = [
        (max(0, finding.span[0]), min(len(text), finding.span[1]), finding)
        for finding in findings
        if finding.span
    ]
    edges = sorted({0, len(text)} | {at for a, b, _ in spans if a < b for at in (a, b)})
    stretches = []
    for start, end in pairwise(edges):
        said = [finding for a, b, finding in spans if a <= start and end <= b]
        gravest = max(said, key=lambda one: _WEIGHT[one.level]).level if said else ""
        why = " ".join(dict.fromkeys(finding.message for finding in said))
        stretches.append(Stretch(text[start:end], gravest, why))
    return stretches
