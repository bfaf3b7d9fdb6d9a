"""The machine's rows: avatar jobs, what happened to them, their videos and their money."""

from jobs.models.event import JobEvent
from jobs.models.job import NO_PROBLEM, AvatarJob, Problem
from jobs.models.ledger import EntryKind, LedgerEntry, Money
from jobs.models.state import MOVES, ImpossibleMove, State
from jobs.models.version import Version

__all__ = [
    "MOVES",
    "NO_PROBLEM",
    "AvatarJob",
    "EntryKind",
    "ImpossibleMove",
    "JobEvent",
    "LedgerEntry",
    "Money",
    "Problem",
    "State",
    "Version",
]
