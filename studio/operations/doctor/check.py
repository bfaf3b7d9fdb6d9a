"""What a check says: one line, and where something is wrong, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # works, but not for long, or not for everybody
    PROBLEM = "problem"  # something the studio needs does not work


@dataclass(frozen=True, slots=True)
class Check:
    """One result. `found` is what there is, `fix` what to do about it; empty where all is well."""

    name: str
    level: Level
    found: str
    fix: str = ""


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, found)


def warning(name: str, found: str, fix: str) -> Check:
    """It works, but somebody should look at it."""
    return Check(name, Level.WARNING, found, fix)


def problem(name: str, found: str, fix: str) -> Check:
    """It does not work."""
    return Check(name, Level.PROBLEM, found, fix)
