"""`manage.py doctor`: everything that the studio leans on, tried for real, each with its fix.

A check is a function that yields `Check`s. To add one: write a module with `examine`, and name it
in EXAMINATIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from studio.operations.doctor import (
    broker,
    clocks,
    database,
    disk,
    engine_accounts,
    half_set,
    mail,
    public_address,
    storage,
    workers,
)
from studio.operations.doctor.check import Check, Level, problem

type Examination = Callable[[], Iterable[Check]]

#: In the order in which one would mend things.
EXAMINATIONS: dict[str, Examination] = {
    "settings": half_set.examine,
    "disk": disk.examine,
    "database": database.examine,
    "broker": broker.examine,
    "workers": workers.examine,
    "public address": public_address.examine,
    "storage": storage.examine,
    "engines": engine_accounts.examine,
    "clock": clocks.examine,
    "mail": mail.examine,
}


def examine_all() -> Iterator[Check]:
    """Every check, as its result comes in. A check that breaks is a problem, not the end."""
    for name, examination in EXAMINATIONS.items():
        yield from guarded(name, examination)


def guarded(name: str, examination: Examination) -> Iterator[Check]:
    """The checks of one examination; an exception becomes a problem."""
    try:
        yield from examination()
    except Exception as error:  # whatever it is, the other checks still help
        found = f"This could not be checked: {type(error).__name__}: {error}"
        yield problem(name, found, "Mend what is reported above first, then look again.")


def is_well(checks: Iterable[Check]) -> bool:
    """Whether no check found a problem; warnings are allowed."""
    return all(check.level is not Level.PROBLEM for check in checks)
