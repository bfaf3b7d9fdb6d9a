"""`manage.py reconcile`: rows, storage and engines must say the same; what does not, is named.

A comparison is a function that yields `Discrepancy`s and writes nothing. Repairs run one by one,
right after the comparison that found them, so that the next one sees the mended rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from studio.operations.reconciling import engines, files, ledger, rows
from studio.operations.reconciling.discrepancy import Comparison, Discrepancy, Standing

#: In this order: an abandoned call, once mended, can be looked up at its engine.
COMPARISONS: tuple[Comparison, ...] = (
    *rows.COMPARISONS,
    *engines.COMPARISONS,
    *ledger.COMPARISONS,
    *files.COMPARISONS,
)
#: Reads every file.
DEEP: tuple[Comparison, ...] = (files.changed_files,)


class Result(NamedTuple):
    """A discrepancy and what has become of it."""

    discrepancy: Discrepancy
    standing: Standing


def reconcile(
    comparisons: Sequence[Comparison], *, repair: bool = False, delete_orphans: bool = False
) -> Iterator[Result]:
    """Compare; with `repair` mend what a machine may, with `delete_orphans` delete those."""
    for comparison in comparisons:
        for found in list(comparison()):
            wanted = delete_orphans if found.deletes else repair
            yield Result(found, _mended(found) if wanted else _standing(found))


def _standing(found: Discrepancy) -> Standing:
    return Standing.FOR_A_PERSON if found.repair is None else Standing.CAN_BE_REPAIRED


def _mended(found: Discrepancy) -> Standing:
    """A repair that does not come about is a person's: something refuses it."""
    if found.repair is None or not found.repair():
        return Standing.FOR_A_PERSON
    return Standing.REPAIRED
